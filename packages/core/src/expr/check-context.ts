import type { JsonSchema } from "../json.js";
import type { Node, Span } from "./ast.js";
import type { Kind } from "./catalog.js";
import { describeShown } from "./describe-type.js";
import { type Facts, factsOf } from "./facts.js";
import { problemAt } from "./fault.js";
import { isSecretType, kindsOf } from "./schema-type.js";
import type { ExprProblem, ExprProblemCode, Reference, ScopeTypes } from "./types.js";

/** A variable of a macro. */
export interface LocalType {
  readonly name: string;
  readonly type: JsonSchema;
  readonly outer: LocalType | undefined;
}

/** What is known where a node stands. */
export interface Place {
  readonly local: LocalType | undefined;
  readonly facts: Facts;
}

/** Collects what one check finds. */
export class CheckContext {
  readonly problems: ExprProblem[] = [];
  readonly references: Reference[] = [];
  readonly source: string;
  readonly types: ScopeTypes;
  readonly #askedFor = new Set<string>();

  constructor(source: string, types: ScopeTypes) {
    this.source = source;
    this.types = types;
  }

  /** Adds a problem; more than one at the same place says nothing new. */
  report(code: ExprProblemCode, span: Span, message: string, help?: string): void {
    if (this.problems.some((problem) => problem.start === span.start && problem.end === span.end)) return;
    this.problems.push(problemAt(code, span, message, help));
  }

  /** Source text of a node, shortened for messages. */
  text(node: Span): string {
    const text = this.source.slice(node.start, node.end);
    return text.length > 60 ? `${text.slice(0, 59)}…` : text;
  }

  /** The place where a condition had the given outcome. */
  after(condition: Node, outcome: boolean, place: Place): Place {
    const narrowing = this.types.narrowing ?? [];
    // The path of a macro's variable is not one of the scope.
    const rules = narrowing.filter((rule) => !isLocal(rule.path[0] ?? "", place));
    return { ...place, facts: factsOf(condition, outcome, { known: place.facts, narrowing: rules }) };
  }

  /**
   * Asks that a value has one of some kinds, and is neither null nor a secret.
   *
   * @param what - Who needs it, for the message: `'<'`.
   */
  require(node: Node, type: JsonSchema, kinds: readonly Kind[], what: string): void {
    if (isSecretType(type)) {
      this.forbidSecret(node);
      return;
    }
    const own = kindsOf(type);
    if (own === undefined) return;
    const others: readonly Kind[] = [...own].filter((kind) => kind !== "null");
    if (!others.every((kind) => kinds.includes(kind))) {
      const wanted = kinds.map((kind) => (kind === "object" ? "map" : kind)).join(" or ");
      const isMixed = node.k === "coalesce";
      const help = isMixed ? "?? binds weaker than comparisons: write (a ?? b) > c" : conversion(kinds, others);
      this.report("wrong_type", node, `${what} needs a ${wanted}; ${this.text(node)} is ${describeShown(type)}`, help);
      return;
    }
    if (own.has("null")) this.askForDefault(node, kinds.find((kind) => others.includes(kind)) ?? kinds[0]);
  }

  /** Reports a value that may be null, once for the same text. */
  askForDefault(node: Node, kind: Kind | undefined): void {
    const text = this.text(node);
    // `a ? b : c ?? d` would give a default to c alone.
    const isOpen = node.k === "conditional" && node.start === node.test.start;
    if (this.#askedFor.has(text)) return;
    this.#askedFor.add(text);
    this.report(
      "nullable",
      node,
      `${text} may be null`,
      `use ??: ${isOpen ? `(${text})` : text} ?? ${defaults[kind ?? "string"]}`,
    );
  }

  /** Reports an operation on a secret. */
  forbidSecret(node: Span): void {
    const help = "pass it on whole, in env: or in with: of tools and scripts";
    this.report("not_allowed", node, `${this.text(node)} is a secret and may not be used in an operation`, help);
  }
}

/** Is the name a variable of a macro around the place? */
export function isLocal(name: string, place: Place): boolean {
  return localType(name, place) !== undefined;
}

/** Type of a macro's variable. */
export function localType(name: string, place: Place): JsonSchema | undefined {
  for (let at = place.local; at !== undefined; at = at.outer) if (at.name === name) return at.type;
  return undefined;
}

const defaults: Readonly<Record<Kind, string>> = {
  null: "''",
  string: "''",
  number: "0",
  boolean: "false",
  list: "[]",
  object: "''",
};

function conversion(wanted: readonly Kind[], given: readonly Kind[]): string | undefined {
  if (wanted.includes("number") && given.includes("string")) return "write number(text)";
  if (wanted.includes("string") && (given.includes("number") || given.includes("boolean"))) return "write string(x)";
  if (wanted.includes("string") && (given.includes("list") || given.includes("object"))) return "write json(x)";
  if (wanted.includes("boolean")) return "compare it: x > 0, x != '', x.size() > 0";
  return undefined;
}
