import { AiwError } from "../errors.js";
import type { TextTemplate } from "../model/template.js";
import { dedent } from "./dedent.js";
import { operand } from "./operators.js";
import { type Expr, isExpr, type Ref, reference, type SecretValue, sourceOf } from "./reference.js";

/** Text with expressions in it, as `text` makes it. */
export interface Text {
  readonly [textKey]: "plain";
  readonly parts: TextTemplate;
}

/** Text that holds secrets: for `env`, and `with` of scripts and tools. */
export interface SecretText {
  readonly [textKey]: "secret";
  readonly parts: TextTemplate;
}

/** What may stand in text: strings go in verbatim, other values as JSON; null is an error. */
export type TextHole =
  | string
  | number
  | boolean
  | Text
  | Expr<string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown }>;

const textKey: unique symbol = Symbol.for("aiw.text");

/**
 * Text with values in its holes: ``text`Review ${steps.diff.text}` ``. The indentation that all lines share goes, and the
 * line breaks at both ends; backslashes stay as they are written, but for ``\` `` and `\${`. `{{` is nothing special.
 */
export function text(strings: TemplateStringsArray, ...holes: readonly TextHole[]): Text;
export function text(
  strings: TemplateStringsArray,
  ...holes: readonly (TextHole | SecretText | Expr<SecretValue>)[]
): SecretText;
export function text(
  strings: TemplateStringsArray,
  ...holes: readonly (TextHole | SecretText | Expr<SecretValue>)[]
): Text | SecretText {
  const literals = dedent(strings.raw);
  const parts = literals.flatMap((part, index) => {
    const hole = holes[index];
    return index < literals.length - 1 ? [part, ...partsOf(hole)] : [part];
  });
  return { [textKey]: "plain", parts: joinText(parts) };
}

/**
 * An expression as it is written: ``expr<boolean>`${steps.tests.exit_code} == 0` ``. Expressions in holes are put in as they
 * are, values as literals. The type is yours to say; without one it fits everywhere.
 */
export function expr(strings: TemplateStringsArray, ...holes: readonly unknown[]): Expr<never>;
export function expr<T>(strings: TemplateStringsArray, ...holes: readonly unknown[]): Ref<T>;
export function expr(strings: TemplateStringsArray, ...holes: readonly unknown[]): Expr<never> {
  const source = strings.raw.reduce((before, part, index) => before + operand(holes[index - 1]) + part);
  return reference<never>(source.trim());
}

/** Is it text of {@link text}? */
export function isText(value: unknown): value is Text | SecretText {
  return typeof value === "object" && value !== null && Object.hasOwn(value, textKey);
}

/** The same text with neighbouring literals joined and empty ones left out. */
export function joinText(parts: TextTemplate): TextTemplate {
  const joined: TextTemplate[number][] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === "string" && typeof last === "string") joined[joined.length - 1] = last + part;
    else if (part !== "") joined.push(part);
  }
  return joined;
}

function partsOf(hole: unknown): TextTemplate {
  if (isExpr(hole)) return [{ expr: sourceOf(hole) }];
  if (isText(hole)) return hole.parts;
  if (typeof hole === "string") return [hole];
  if (typeof hole === "number" || typeof hole === "boolean") return [String(hole)];
  throw new AiwError("workflow_invalid", "text takes expressions, strings, numbers and booleans", {
    hint: "write json(value) for maps and lists, orElse(value, '…') for what may be null",
  });
}
