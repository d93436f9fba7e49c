import type { Json } from "../json.js";

/** The source text of one expression, without its braces. Parsed by `parseExpression`, cached by text. */
export interface ExprRef {
  readonly expr: string;
}

/** Prose with holes: literal text and expressions in order. Raw fences and `\{{` are already literal text here. */
export type TextTemplate = readonly (string | ExprRef)[];

/**
 * A value of the YAML part with holes. A string that is exactly one `{{ }}` is `expr` and keeps its type; any other
 * string with holes is `text`.
 */
export type ValueTemplate =
  | { readonly t: "literal"; readonly value: Json }
  | { readonly t: "expr"; readonly expr: string }
  | { readonly t: "text"; readonly parts: TextTemplate }
  | { readonly t: "list"; readonly items: readonly ValueTemplate[] }
  | { readonly t: "map"; readonly entries: Readonly<Record<string, ValueTemplate>> };
