import type { JsonSchema } from "../json.js";
import {
  type FieldNode,
  type IndexNode,
  type LogicalNode,
  type MacroNode,
  type NameNode,
  type Node,
  rootOf,
  type Span,
  type StaticPath,
  staticPath,
} from "./ast.js";
import { functions, type Kind, methods, type Signature } from "./catalog.js";
import { CheckContext, isLocal, localType, type Place } from "./check-context.js";
import { checkBinary } from "./check-operators.js";
import { describeShown } from "./describe-type.js";
import { factKey, factsWithout } from "./facts.js";
import { nearest, suggest } from "./nearest.js";
import {
  emptyListType,
  fieldOf,
  isAny,
  isNullable,
  isSecretType,
  itemOf,
  kindsOf,
  orNull,
  secretType,
  typeOfLiteral,
  unionOf,
  withoutNull,
} from "./schema-type.js";
import type { CheckedExpression, Expression, ScopeTypes } from "./types.js";

const boolean: JsonSchema = { type: "boolean" };

/**
 * Infers the type of an expression and finds its mistakes without evaluating it; all problems are reported. Names
 * below a root name `secrets` are secrets. Whether the result may be null, or is a condition, is the caller's
 * question: see `checkUse`.
 */
export function checkExpression(expression: Expression, types: ScopeTypes): CheckedExpression {
  const context = new CheckContext(expression.source, types);
  const root = rootOf(expression);
  const type = check(root, { local: undefined, facts: types.nonNull ?? new Set() }, context);
  const whole = staticPath(root) !== undefined;
  return {
    type,
    references: context.references.map((reference) => ({ ...reference, whole })),
    problems: context.problems.sort((a, b) => a.start - b.start),
  };
}

function check(node: Node, place: Place, context: CheckContext): JsonSchema {
  switch (node.k) {
    case "literal":
      return typeOfLiteral(node.value);
    case "name":
    case "field":
    case "index":
      return checkAccess(node, place, context);
    case "list":
      return checkList(node.items, place, context);
    case "unary":
      return checkUnary(node.op, node.operand, place, context);
    case "binary":
      return checkBinary(node, check(node.left, place, context), check(node.right, place, context), context);
    case "logical":
      return checkLogical(node, place, context);
    case "coalesce": {
      const left = check(node.left, place, context);
      if (isSecretType(left)) context.forbidSecret(node.left);
      return unionOf([withoutNull(left), check(node.right, place, context)]);
    }
    case "conditional":
      checkCondition(node.test, place, context);
      return unionOf([
        check(node.yes, context.after(node.test, true, place), context),
        check(node.no, context.after(node.test, false, place), context),
      ]);
    case "call":
      return checkCall(node.args, functions[node.name], node.name, { place, context });
    case "method": {
      const type = check(node.object, place, context);
      const signature = methods[node.name];
      checkReceiver(node.object, type, { name: node.name, nameSpan: node.nameSpan, on: signature?.on ?? [] }, context);
      if (node.name === "join") checkJoined(node.object, type, context);
      return checkCall(node.args, signature, node.name, { place, context });
    }
    case "macro":
      return checkMacro(node, place, context);
  }
}

function checkCondition(node: Node, place: Place, context: CheckContext): void {
  context.require(node, check(node, place, context), ["boolean"], "a condition");
}

function checkLogical(node: LogicalNode, place: Place, context: CheckContext): JsonSchema {
  checkCondition(node.left, place, context);
  checkCondition(node.right, context.after(node.left, node.op === "&&", place), context);
  return boolean;
}

function checkUnary(op: "!" | "-", operand: Node, place: Place, context: CheckContext): JsonSchema {
  const type = check(operand, place, context);
  context.require(operand, type, [op === "!" ? "boolean" : "number"], `'${op}'`);
  if (op === "!") return boolean;
  return type.type === "integer" ? { type: "integer" } : { type: "number" };
}

function checkList(items: readonly Node[], place: Place, context: CheckContext): JsonSchema {
  const types = items.map((item) => {
    const type = check(item, place, context);
    if (isSecretType(type)) context.forbidSecret(item);
    return type;
  });
  return types.length === 0 ? emptyListType : { type: "array", items: unionOf(types) };
}

function checkCall(
  args: readonly Node[],
  signature: Signature | undefined,
  name: string,
  { place, context }: { readonly place: Place; readonly context: CheckContext },
): JsonSchema {
  for (const [index, arg] of args.entries()) {
    const type = check(arg, place, context);
    const kinds = signature?.params[index] ?? [];
    if (kinds.length > 0) context.require(arg, type, kinds, `'${name}'`);
    else if (isSecretType(type)) context.forbidSecret(arg);
  }
  return signature?.result ?? {};
}

function checkReceiver(
  object: Node,
  type: JsonSchema,
  method: { readonly name: string; readonly nameSpan: Span; readonly on: readonly Kind[] },
  context: CheckContext,
): void {
  const kinds = kindsOf(type);
  if (
    isSecretType(type) ||
    kinds === undefined ||
    method.on.some((kind) => kinds.has(kind)) ||
    kinds.size === (kinds.has("null") ? 1 : 0)
  ) {
    context.require(object, type, method.on, `'${method.name}'`);
    return;
  }
  const help = method.name === "contains" && kinds.has("list") ? "write item in list" : undefined;
  const message = `'${method.name}' does not work on ${context.text(object)}, which is ${describeShown(type)}`;
  context.report("wrong_type", method.nameSpan, message, help);
}

function checkJoined(object: Node, type: JsonSchema, context: CheckContext): void {
  const items = kindsOf(itemOf(withoutNull(type)));
  if (items === undefined || (items.has("string") && items.size === 1)) return;
  const message = `'join' needs a list of strings; ${context.text(object)} is ${describeShown(type)}`;
  context.report("wrong_type", object, message, "write list.map(x, string(x)).join(', ')");
}

function checkMacro(node: MacroNode, place: Place, context: CheckContext): JsonSchema {
  const list = check(node.object, place, context);
  checkReceiver(node.object, list, { name: node.name, nameSpan: node.nameSpan, on: ["list"] }, context);
  if (Object.hasOwn(context.types.names, node.variable) || isLocal(node.variable, place)) {
    const message = `'${node.variable}' has a meaning here already`;
    context.report("not_allowed", node.variableSpan, message, "choose another name for the variable");
  }
  const item = itemOf(withoutNull(list));
  const inner: Place = {
    local: { name: node.variable, type: item, outer: place.local },
    facts: factsWithout(place.facts, node.variable),
  };
  if (node.name === "map") {
    const type = check(node.body, inner, context);
    if (isSecretType(type)) context.forbidSecret(node.body);
    return { type: "array", items: type };
  }
  checkCondition(node.body, inner, context);
  return node.name === "filter" ? { type: "array", items: item } : boolean;
}

function checkAccess(node: NameNode | FieldNode | IndexNode, place: Place, context: CheckContext): JsonSchema {
  const path = staticPath(node);
  if (path !== undefined) return checkPath(node, path, place, context);
  if (node.k === "name") return {};
  const object = check(node.object, place, context);
  if (node.k === "field")
    return readField(object, node.name, { span: node.nameSpan, owner: context.text(node.object) }, context);
  return readIndex(node, object, check(node.index, place, context), context);
}

function checkPath(node: Node, { path, parts }: StaticPath, place: Place, context: CheckContext): JsonSchema {
  const [root = "", ...fields] = path;
  const [rootSpan = node] = parts;
  const local = localType(root, place);
  if (local === undefined) context.references.push({ path, parts, start: node.start, end: node.end, whole: false });
  const { names } = context.types;
  let type = local ?? (Object.hasOwn(names, root) ? names[root] : undefined);
  if (type === undefined) {
    context.report("unknown_name", rootSpan, `there is no '${root}' here`, suggest(root, Object.keys(names)));
    return {};
  }
  if (place.facts.has(root)) type = withoutNull(type);
  for (const [index, name] of fields.entries()) {
    const owner = path.slice(0, index + 1).join(".");
    type = readField(type, name, { span: parts[index + 1] ?? node, owner }, context);
    if (local === undefined && root === "secrets" && !isNullable(type)) type = secretType;
    if (place.facts.has(factKey(path.slice(0, index + 2)))) type = withoutNull(type);
  }
  return type;
}

function readField(
  object: JsonSchema,
  name: string,
  { span, owner }: { readonly span: Span; readonly owner: string },
  context: CheckContext,
): JsonSchema {
  if (isSecretType(object)) {
    context.forbidSecret(span);
    return {};
  }
  if (isAny(object)) return {};
  const base = withoutNull(object);
  const kinds = kindsOf(base) ?? new Set();
  if (kinds.size === 1 && kinds.has("null")) return { type: "null" };
  const field = kinds.has("object") ? fieldOf(base, name) : undefined;
  if (field === undefined) {
    const message = `'${name}' does not exist on ${owner}, which is ${describeShown(base)}`;
    context.report("unknown_field", span, message, helpForNoObject(name, kinds));
    return {};
  }
  if (!field.found) {
    const method =
      nearest(name, ["size", "length", "keys"]) === undefined ? undefined : "write size() for the number of fields";
    context.report("unknown_field", span, `'${name}' does not exist on ${owner}`, suggest(name, field.names) ?? method);
    return {};
  }
  return isNullable(object) ? orNull(field.type) : field.type;
}

function helpForNoObject(name: string, kinds: ReadonlySet<Kind>): string | undefined {
  if (name === "length" || name === "size" || name === "count") return "write size()";
  const method = nearest(name, Object.keys(methods));
  if (method !== undefined) return `write ${method}(): it is a method`;
  if (kinds.has("list")) return "read one item with [0], or all with list.map(x, x.field)";
  return kinds.has("string") ? "declare output: of the step, or write fromJson(text)" : undefined;
}

function readIndex(node: IndexNode, object: JsonSchema, index: JsonSchema, context: CheckContext): JsonSchema {
  if (isSecretType(object)) context.forbidSecret(node.object);
  const base = withoutNull(object);
  const kinds = kindsOf(base);
  if (isSecretType(object) || kinds === undefined) return {};
  if (!kinds.has("list") && !kinds.has("object")) {
    if (!kinds.has("null"))
      context.report("wrong_type", node, `${context.text(node.object)} is ${describeShown(object)} and has no items`);
    return kinds.has("null") ? { type: "null" } : {};
  }
  const allowed: readonly Kind[] = kinds.has("list")
    ? kinds.has("object")
      ? ["number", "string"]
      : ["number"]
    : ["string"];
  context.require(node.index, index, allowed, "'[ ]'");
  const item = kinds.has("object") ? {} : itemOf(base);
  return isNullable(object) ? orNull(item) : item;
}
