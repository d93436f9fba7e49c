/** Any value that JSON can hold. What comes from outside is parsed once, at the border, into this. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. Only own properties count; `__proto__` is an ordinary key. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A JSON Schema (draft 2020-12 subset that `compileType` and zod produce), itself plain JSON. */
export type JsonSchema = JsonObject;

/** Is it a JSON object (not null, not a list)? */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * JSON text with the keys of every object sorted: equal values give equal text.
 *
 * @see RFC 8785, JSON Canonicalization Scheme (number and string forms are those of ECMAScript).
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(",")}]`;
  if (isJsonObject(value)) {
    const parts = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
    return `{${parts.join(",")}}`;
  }
  return JSON.stringify(value);
}
