import type { Json, JsonObject } from "../json.js";
import { Secret } from "../secret.js";
import type { Kind } from "./catalog.js";
import type { ExprValue } from "./types.js";

/** Kind of a value while evaluating. */
export type ValueKind = Kind | "secret" | "foreign";

/** What a value is; `foreign` is anything that JSON cannot hold. */
export function kindOf(value: unknown): ValueKind {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "undefined":
      return "null";
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return "list";
      return value instanceof Secret ? "secret" : "object";
    default:
      return "foreign";
  }
}

/** Is it a list? Unlike `Array.isArray`, keeps the type of readonly lists. */
export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** Is it an object with fields (no list, no secret)? */
export function isRecord(value: ExprValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

/** A kind in words, for messages. */
export function kindInWords(kind: ValueKind): string {
  switch (kind) {
    case "null":
      return "null";
    case "list":
    case "object":
      return kind === "list" ? "a list" : "an object";
    case "foreign":
      return "no JSON value";
    default:
      return `a ${kind}`;
  }
}
