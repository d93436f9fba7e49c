import type { Json, JsonSchema } from "../json.js";
import type { Secret } from "../secret.js";

/** A problem in an expression or template. Offsets are UTF-16 units from the start of the source text. */
export interface ExprProblem {
  readonly code: ExprProblemCode;
  /** Lower case, one plain sentence. */
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** What to write instead. */
  readonly help?: string | undefined;
}

/** Kinds of problems, before they get their E number in a workflow file. */
export type ExprProblemCode =
  | "syntax"
  | "unclosed"
  | "too_long"
  | "too_deep"
  | "unknown_name"
  | "unknown_field"
  | "unknown_function"
  | "wrong_arguments"
  | "wrong_type"
  | "nullable"
  | "division_by_zero"
  | "not_allowed";

/** A parsed expression; the tree is private to the expression modules. */
export interface Expression {
  readonly source: string;
  readonly root: unknown;
}

/** Outcome of parsing: never throws on bad input. */
export type ParsedExpression =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly problem: ExprProblem };

/** A value while evaluating. A secret may only be passed on whole or stand in text. */
export type ExprValue = Json | Secret;

/** What an expression can read. Only own properties are looked up. */
export interface Scope {
  /** Root names: `inputs`, `steps`, `run`, `secrets`, a loop variable … */
  readonly names: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch, for `now()`. */
  readonly now?: (() => number) | undefined;
  /** Text of a file below the workflow's folder, for `file(path)`. */
  readonly file?: ((path: string) => string) | undefined;
}

/** What the checker knows of a scope. */
export interface ScopeTypes {
  /** JSON Schema of each root name. A schema without `properties` and `type` is `any`. */
  readonly names: Readonly<Record<string, JsonSchema>>;
  /** Comparisons that make nullable paths safe where they hold: `steps.x.status == 'completed'`. */
  readonly narrowing?: readonly Narrowing[] | undefined;
  /** Paths that are not null where the expression stands, as from `nonNullWhere`. */
  readonly nonNull?: ReadonlySet<string> | undefined;
}

/** Where `path == value` holds, the paths of `nonNull` are not null. */
export interface Narrowing {
  readonly path: readonly string[];
  readonly value: Json;
  readonly nonNull: readonly (readonly string[])[];
}

/** A static member path that an expression reads: `steps.fetch.output.items`. */
export interface Reference {
  /** Root name and fields, as far as they are static. */
  readonly path: readonly string[];
  /** Of the whole path. */
  readonly start: number;
  readonly end: number;
  /** Of each part of the path. */
  readonly parts: readonly { readonly start: number; readonly end: number }[];
  /** The whole expression is nothing but this path. */
  readonly whole: boolean;
}

/** What the checker found. */
export interface CheckedExpression {
  /** JSON Schema of the result; `{}` when unknown. */
  readonly type: JsonSchema;
  readonly references: readonly Reference[];
  readonly problems: readonly ExprProblem[];
}
