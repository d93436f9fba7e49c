import { AiwError } from "../errors.js";
import type { Kind } from "../expr/catalog.js";
import { describeType } from "../expr/describe-type.js";
import { nearest } from "../expr/nearest.js";
import { isAny, isNullable, itemOf, kindsOf, listedValues, variants, withoutNull } from "../expr/schema-type.js";
import type { Json, JsonSchema } from "../json.js";
import { describeProblems, validateJson } from "./validate.js";

/**
 * The value of an input given as text on the command line: numbers, `true`/`false`, JSON for maps, JSON or
 * comma-separated items for lists, the text itself for strings. For `any`, JSON where it is JSON, else the text.
 *
 * @param name - Of the input, for messages.
 * @throws AiwError `input_invalid`.
 */
export function coerceInput(name: string, schema: JsonSchema, text: string): Json {
  const value = read(schema, text) ?? text;
  const misfit = describeInputMisfit(schema, value);
  if (misfit === undefined) return value;
  throw new AiwError("input_invalid", `input '${name}': ${misfit}`, {
    hint: `its type is ${describeType(schema)}`,
    details: { input: name },
  });
}

/**
 * Why a value cannot be that of an input, and what can: `'yes' is not a boolean: write true or false`. Undefined when it
 * fits. The same words for text of the command line and for values of a JSON file.
 */
export function describeInputMisfit(schema: JsonSchema, value: Json): string | undefined {
  const result = validateJson(schema, value);
  if (result.ok) return undefined;
  const inner = withoutNull(schema);
  const [only, ...others] = variants(inner);
  const listed = listedValues(inner);
  if (listed !== undefined) return `${shown(value)} is not ${inWords(listed)}${suggestion(value, listed)}`;
  const isOfType = result.problems.some(({ path }) => path.length > 0) || fitsType(only, value);
  if (only === undefined || others.length > 0 || isOfType) return describeProblems(result.problems);
  return `${shown(value)} is not ${wordsFor(only)}`;
}

function fitsType(schema: JsonSchema | undefined, value: Json): boolean {
  return schema?.type !== undefined && validateJson({ type: schema.type }, value).ok;
}

function wordsFor(schema: JsonSchema): string {
  switch (schema.type) {
    case "boolean":
      return "a boolean: write true or false";
    case "integer":
      return "a whole number: write for example 3";
    case "number":
      return "a number: write for example 2.5";
    case "string":
      return "text: put it in quotes";
    case "array":
      return `a list (${describeType(schema)}): write items with commas between, or a JSON list`;
    case "object":
      return `a map (${describeType(schema)}): write JSON, for example {"key": "value"}`;
    default:
      return describeType(schema);
  }
}

function inWords(values: readonly Json[]): string {
  const texts = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  const last = texts.at(-1) ?? "";
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(", ")} or ${last}`;
}

function suggestion(value: Json, listed: readonly Json[]): string {
  const texts = listed.filter((item) => typeof item === "string");
  const near = typeof value === "string" ? nearest(value, texts) : undefined;
  return near === undefined ? "" : `: did you mean '${near}'?`;
}

function shown(value: Json): string {
  const text = typeof value === "string" ? `'${value}'` : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function read(schema: JsonSchema, text: string): Json | undefined {
  if (isAny(schema)) return parseJson(text) ?? text;
  const inner = withoutNull(schema);
  if (isNullable(schema) && text === "null") return null;
  const kinds = kindsOf(inner) ?? new Set<Kind>();
  const listed = listedValues(inner)?.find(
    (value) => value === text || (typeof value !== "string" && JSON.stringify(value) === text),
  );
  if (listed !== undefined) return listed;
  // A type that also takes text takes the text, unless another kind reads it exactly.
  const scalar = readScalar(kinds, text.trim());
  if (scalar !== undefined) return scalar;
  if (kinds.has("string")) return text;
  if (kinds.has("object") || text.trimStart().startsWith("[")) return parseJson(text);
  return kinds.has("list") ? splitItems(itemOf(inner), text) : undefined;
}

function readScalar(kinds: ReadonlySet<Kind>, text: string): Json | undefined {
  if (kinds.has("boolean") && (text === "true" || text === "false")) return text === "true";
  const isNumber = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text);
  return kinds.has("number") && isNumber ? Number(text) : undefined;
}

function splitItems(item: JsonSchema, text: string): readonly Json[] | undefined {
  if (text.trim() === "") return [];
  const items = text.split(",").map((part) => read(item, part.trim()));
  return items.every((value) => value !== undefined) ? items : undefined;
}

function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
