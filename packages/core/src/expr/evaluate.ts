import { isAiwError } from "../errors.js";
import type { Json } from "../json.js";
import { Secret } from "../secret.js";
import { type LogicalNode, type MacroNode, type NameNode, type Node, rootOf, type Span } from "./ast.js";
import { callFunction, callMethod } from "./calls.js";
import { measure } from "./measure.js";
import { failAt, Meter } from "./meter.js";
import { suggest } from "./nearest.js";
import { applyBinary, failNotBoolean, failSecret } from "./operators.js";
import type { Expression, ExprValue, Scope } from "./types.js";
import { isList, isRecord, kindInWords, kindOf } from "./value.js";

/**
 * Value of a parsed expression. Synchronous, without side effects, at most 100,000 steps of work.
 *
 * CEL with the values of JSON, which differs from CEL in this: there is one type of numbers (`1 == 1.0`, `7 / 2` is
 * 3.5, what is not finite is an error); a missing field is null, and so is a field or item of null; `%` works on any
 * numbers; `??` binds weaker than `||`; there are no maps, bytes, timestamps or regular expressions. As in CEL,
 * values of different types are unequal, ordering them is an error, an index outside of a list is an error, and an
 * error on one side of `&&` or `||` does not matter when the other side decides; so also in `exists` and `all`.
 *
 * @throws AiwError `expression_failed` with `details.start` and `details.end`, offsets in the source.
 */
export function evaluateExpression(expression: Expression, scope: Scope): ExprValue {
  const root = rootOf(expression);
  const evaluation = new Evaluation(scope);
  const value = evaluation.run(root, undefined);
  // Only what was built here can be larger than what was there before.
  if (evaluation.hasBuilt && typeof value === "object") measure(value, root);
  return value;
}

/** Variables of the macros around a node, the innermost first. */
interface Local {
  readonly name: string;
  readonly value: ExprValue;
  readonly outer: Local | undefined;
}

class Evaluation {
  hasBuilt = false;
  readonly scope: Scope;
  readonly meter = new Meter();

  constructor(scope: Scope) {
    this.scope = scope;
  }

  run(node: Node, local: Local | undefined): ExprValue {
    this.meter.step(node);
    switch (node.k) {
      case "literal":
        return node.value;
      case "name":
        return this.#name(node, local);
      case "field":
        return readField(node.nameSpan, this.run(node.object, local), node.name);
      case "index":
        return readIndex(node, this.run(node.object, local), this.run(node.index, local));
      case "binary": {
        const left = this.run(node.left, local);
        const value = applyBinary(node, left, this.run(node.right, local), this.meter);
        if (typeof value === "object") this.hasBuilt = true;
        return value;
      }
      case "logical":
        return this.#logical(node, local);
      case "coalesce": {
        const left = this.run(node.left, local);
        if (left instanceof Secret) return failSecret(node, left);
        return left === null ? this.run(node.right, local) : left;
      }
      case "conditional":
        return this.run(this.#condition(node.test, local) ? node.yes : node.no, local);
      case "unary":
        return this.#unary(node.op, node.operand, local);
      case "list":
        this.hasBuilt = true;
        return node.items.map((item) => this.#plain(item, local));
      case "call":
        return this.#built(callFunction(node, this.#all(node.args, local), this));
      case "method": {
        const object = this.run(node.object, local);
        return this.#built(callMethod(node, object, this.#all(node.args, local), this));
      }
      case "macro":
        return this.#macro(node, local);
    }
  }

  #all(nodes: readonly Node[], local: Local | undefined): readonly ExprValue[] {
    return nodes.map((node) => this.run(node, local));
  }

  #built(value: Json): Json {
    if (typeof value === "object") this.hasBuilt = true;
    return value;
  }

  #name(node: NameNode, local: Local | undefined): ExprValue {
    for (let at = local; at !== undefined; at = at.outer) if (at.name === node.name) return toValue(node, at.value);
    const { names } = this.scope;
    if (Object.hasOwn(names, node.name)) return toValue(node, names[node.name]);
    return failAt(node, `there is no '${node.name}' here`, suggest(node.name, Object.keys(names)));
  }

  #condition(node: Node, local: Local | undefined): boolean {
    const value = this.run(node, local);
    return typeof value === "boolean" ? value : failNotBoolean(node, value);
  }

  /** An error on one side does not matter when the other side decides (CEL: `&&` and `||` are commutative). */
  #logical(node: LogicalNode, local: Local | undefined): boolean {
    const decides = node.op === "||";
    let left: boolean;
    try {
      left = this.#condition(node.left, local);
    } catch (error) {
      this.#mustBeOrdinary(error, node);
      if (this.run(node.right, local) === decides) return decides;
      throw error;
    }
    return left === decides ? left : this.#condition(node.right, local);
  }

  /** Passes on what no operator may swallow: bugs, and the end of the work limit. */
  #mustBeOrdinary(error: unknown, span: Span): void {
    if (this.meter.exhausted || !isAiwError(error, "expression_failed")) throw error;
    // Making an error costs more than evaluating a node.
    this.meter.step(span, 20);
  }

  #unary(op: "!" | "-", operand: Node, local: Local | undefined): ExprValue {
    if (op === "!") return !this.#condition(operand, local);
    const value = this.run(operand, local);
    if (value instanceof Secret) return failSecret(operand, value);
    if (typeof value !== "number") return failAt(operand, `'-' does not work on ${kindInWords(kindOf(value))}`);
    return value === 0 ? 0 : -value;
  }

  #plain(node: Node, local: Local | undefined): Json {
    const value = this.run(node, local);
    return value instanceof Secret ? failSecret(node, value) : value;
  }

  #macro(node: MacroNode, local: Local | undefined): Json {
    const list = this.run(node.object, local);
    if (!isList(list)) {
      const hint = list === null ? "give null a value first: x ?? []" : undefined;
      return failAt(node.nameSpan, `'${node.name}' works on a list, not on ${kindInWords(kindOf(list))}`, hint);
    }
    const bind = (value: Json): Local => ({ name: node.variable, value, outer: local });
    if (node.name === "exists" || node.name === "all") return this.#quantify(node, list, bind);
    this.hasBuilt = true;
    if (node.name === "map") return list.map((item) => this.#plain(node.body, bind(item)));
    return list.filter((item) => this.#condition(node.body, bind(item)));
  }

  /** `exists` is `||` over the items, `all` is `&&`: one deciding item outweighs errors of others. */
  #quantify(node: MacroNode, list: readonly Json[], bind: (value: Json) => Local): boolean {
    const decides = node.name === "exists";
    let failure: { readonly error: unknown } | undefined;
    for (const item of list) {
      try {
        if (this.#condition(node.body, bind(item)) === decides) return decides;
      } catch (error) {
        this.#mustBeOrdinary(error, node);
        failure ??= { error };
      }
    }
    if (failure !== undefined) throw failure.error;
    return !decides;
  }
}

/** A value of the scope; what JSON cannot hold stays out. */
function toValue(span: Span, value: unknown): ExprValue {
  if (value === undefined) return null;
  const kind = kindOf(value);
  if (kind === "foreign") return failAt(span, "the value is not JSON");
  return value as ExprValue;
}

function readField(span: Span, object: ExprValue, name: string): ExprValue {
  if (object === null) return null;
  if (typeof object === "object" && !isList(object)) {
    if (object instanceof Secret) return failSecret(span, object);
    return Object.hasOwn(object, name) ? toValue(span, object[name]) : null;
  }
  const hint = name === "length" || name === "size" ? "write size()" : undefined;
  return failAt(span, `${kindInWords(kindOf(object))} has no field '${name}'`, hint);
}

function readIndex(span: Span, object: ExprValue, index: ExprValue): ExprValue {
  if (object instanceof Secret) return failSecret(span, object);
  if (index instanceof Secret) return failSecret(span, index);
  if (object === null) return null;
  if (isList(object) && typeof index === "number") {
    if (Number.isInteger(index) && index >= 0 && index < object.length) return toValue(span, object[index]);
    return failAt(span, `the list has ${object.length} items; there is no item ${index}`, "test x.size() first");
  }
  if (isRecord(object) && typeof index === "string") {
    return Object.hasOwn(object, index) ? toValue(span, object[index]) : null;
  }
  return failAt(span, `${kindInWords(kindOf(object))} cannot be read with ${kindInWords(kindOf(index))} in [ ]`);
}
