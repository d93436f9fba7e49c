import { isJsonObject, itemOf, type JsonSchema, parseExpression, variants, withoutNull } from "@aiw/core";
import type { ExpressionPlace } from "../check/expressions.js";
import { type ExpressionToken, openMacros } from "./tokens.js";
import type { FileView } from "./view.js";

/** A field of a type. */
export interface Field {
  readonly name: string;
  readonly type: JsonSchema;
}

/** The fields of what a type allows, each once. */
export function fieldsOf(type: JsonSchema): readonly Field[] {
  const fields = new Map<string, Field>();
  for (const { properties } of variants(withoutNull(type))) {
    for (const [name, field] of Object.entries(isJsonObject(properties) ? properties : {})) {
      if (!fields.has(name)) fields.set(name, { name, type: isJsonObject(field) ? field : {} });
    }
  }
  return [...fields.values()];
}

/** The values that a type lists. */
export function valuesOfType(type: JsonSchema): readonly string[] {
  const values = variants(withoutNull(type)).map(({ enum: listed, const: value }) =>
    Array.isArray(listed) ? listed : value === undefined ? undefined : [value],
  );
  if (values.includes(undefined)) return [];
  return [...new Set(values.flatMap((list) => list ?? []).filter((value) => typeof value === "string"))];
}

/** The type of an expression at a place; nothing when it cannot be read. */
export function typeOf(view: FileView, source: string, place: ExpressionPlace): JsonSchema | undefined {
  const parsed = parseExpression(source.trim());
  return parsed.ok ? view.checked?.checker.infer(parsed.expression, place) : undefined;
}

/** The place with the variables of the macros that are open at an offset of the source. */
export function withLocals(
  view: FileView,
  {
    source,
    tokens,
    offset,
  }: { readonly source: string; readonly tokens: readonly ExpressionToken[]; readonly offset: number },
  place: ExpressionPlace,
): ExpressionPlace {
  let inner = place;
  for (const { variable, list } of openMacros(source, tokens, offset)) {
    const type = itemOf(withoutNull(typeOf(view, list, inner) ?? {}));
    inner = { ...inner, locals: { ...inner.locals, [variable]: type } };
  }
  return inner;
}
