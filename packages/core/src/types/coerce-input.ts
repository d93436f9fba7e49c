import { AiwError } from "../errors.js";
import type { Kind } from "../expr/catalog.js";
import { describeType } from "../expr/describe-type.js";
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
  const value = read(schema, text);
  const result = value === undefined ? undefined : validateJson(schema, value);
  if (value !== undefined && result?.ok === true) return value;
  const reason =
    result === undefined || result.ok ? `is not ${describeType(schema)}` : describeProblems(result.problems);
  throw new AiwError("input_invalid", `input '${name}': ${reason.startsWith("is ") ? `the value ${reason}` : reason}`, {
    hint: `give ${hintFor(schema, name)}`,
    details: { input: name },
  });
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

function hintFor(schema: JsonSchema, name: string): string {
  const [first] = variants(withoutNull(schema));
  if (first?.type === "array") return `a JSON list or comma-separated items: --input ${name}=a,b`;
  if (first?.type === "object") return `JSON: --input ${name}='{"key": "value"}'`;
  return `${describeType(schema)}: --input ${name}=…`;
}
