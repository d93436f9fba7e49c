import { isJsonObject, type JsonSchema } from "../json.js";
import { isAny, valuesOf, variants } from "./schema-type.js";
import { isList } from "./value.js";

/** A type for messages: `string`, `'low' | 'high'`, `[{ file, line? }]`, `integer or null`. */
export function describeType(schema: JsonSchema): string {
  return describe(schema, 0);
}

/** What a value is, for messages: its type, and of a value that is known both: `'a' (string)`. */
export function describeValue(schema: JsonSchema): string {
  const type = kindOfConstant(schema);
  return type === undefined ? describeType(schema) : `${describeType(schema)} (${type})`;
}

/** What a value is called after its own text was shown: `a number`, where {@link describeType} would repeat it. */
export function describeShown(schema: JsonSchema): string {
  const type = kindOfConstant(schema);
  return type === undefined ? describeType(schema) : `a ${type}`;
}

function kindOfConstant({ const: value }: JsonSchema): string | undefined {
  return typeof value === "string" || typeof value === "number" ? typeof value : undefined;
}

function describe(schema: JsonSchema, depth: number): string {
  if (isAny(schema)) return "any";
  const texts = new Set(variants(schema).map((variant) => describeVariant(variant, depth)));
  // Null is the least interesting part.
  const hasNull = texts.delete("null");
  return [...texts, ...(hasNull ? ["null"] : [])].join(" or ");
}

function describeVariant(schema: JsonSchema, depth: number): string {
  const values = valuesOf(schema);
  if (values !== undefined) {
    const shown = values.slice(0, 8).map((value) => (typeof value === "string" ? quote(value) : JSON.stringify(value)));
    return [...shown, ...(values.length > shown.length ? ["…"] : [])].join(" | ");
  }
  if (schema["x-secret"] === true) return "secret";
  if (schema.type === "array") return isJsonObject(schema.items) ? `[${describe(schema.items, depth + 1)}]` : "list";
  const { properties, required } = schema;
  if (schema.type !== "object" && !isJsonObject(properties)) return String(schema.type);
  if (!isJsonObject(properties) || depth > 1) return "map";
  const names = Object.keys(properties);
  const shown = names.slice(0, 8).map((name) => (isList(required) && required.includes(name) ? name : `${name}?`));
  if (shown.length === 0) return "map";
  return `{ ${[...shown, ...(names.length > shown.length ? ["…"] : [])].join(", ")} }`;
}

function quote(text: string): string {
  return `'${text.length > 60 ? `${text.slice(0, 59)}…` : text}'`;
}
