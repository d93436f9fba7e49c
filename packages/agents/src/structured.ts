import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "@aiw/core";

/** A schema as an agent wants it, and the way back to the value that the workflow declared. */
export interface AgentSchema {
  readonly schema: JsonSchema;
  restore(value: Json): Json;
}

/** Agents take objects only: any other type travels as the field `value` of one. */
export function objectSchema(schema: JsonSchema): AgentSchema {
  if (isObjectSchema(schema)) return { schema, restore: (value) => value };
  return {
    schema: { type: "object", properties: { value: schema }, required: ["value"], additionalProperties: false },
    restore: (value) => (isJsonObject(value) && Object.hasOwn(value, "value") ? (value.value ?? null) : value),
  };
}

/**
 * The schema in OpenAI's strict form: every object closed, every field required, optional ones nullable. Undefined
 * where the strict form cannot say it (open maps, any value, references, keywords it refuses).
 *
 * @see OpenAI, "Structured model outputs", section "Supported schemas".
 */
export function strictSchema(schema: JsonSchema): AgentSchema | undefined {
  const outer = objectSchema(schema);
  const strict = toStrict(outer.schema);
  if (strict === undefined) return undefined;
  return { schema: strict, restore: (value) => outer.restore(dropNulls(value, outer.schema)) };
}

/** Asks for JSON of this schema in words, for agents or schemas without a native way. */
export function schemaInstruction(schema: JsonSchema): string {
  return [
    "Your final message must be one JSON value and nothing else: no prose around it, no code fence.",
    "It must fit this JSON Schema:",
    JSON.stringify(schema, null, 2),
  ].join("\n");
}

/** The JSON value of a final message: the whole text, or what stands in its only code fence. Undefined when there is none. */
export function jsonOfText(text: string): Json | undefined {
  const fenced = /^[^`]*```(?:json)?\s*\n([\s\S]*?)\n?```[^`]*$/.exec(text)?.[1];
  for (const candidate of [text, fenced]) {
    if (candidate === undefined) continue;
    try {
      const value: Json = JSON.parse(candidate);
      return value;
    } catch {
      // Not JSON: the next candidate, or nothing.
    }
  }
  return undefined;
}

const strictKeywords = new Set([
  ...["type", "properties", "required", "additionalProperties", "items", "enum", "const", "description", "title"],
  ...["anyOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems"],
  ...["pattern", "format", "default", "$schema"],
]);

function toStrict(schema: JsonSchema): JsonSchema | undefined {
  if (Object.keys(schema).some((key) => !strictKeywords.has(key))) return undefined;
  const { default: _default, $schema: _schema, ...rest } = schema;
  if (Array.isArray(schema.anyOf)) {
    const options = schema.anyOf.map((option: Json) => (isJsonObject(option) ? toStrict(option) : undefined));
    return options.every((option) => option !== undefined) ? { ...rest, anyOf: options } : undefined;
  }
  if (isObjectSchema(schema)) return strictObject(schema);
  if (typesOf(schema).includes("array")) {
    const items = isJsonObject(schema.items) ? toStrict(schema.items) : undefined;
    return items === undefined ? undefined : { ...rest, items };
  }
  return typesOf(schema).length > 0 || "enum" in schema || "const" in schema ? rest : undefined;
}

function strictObject(schema: JsonSchema): JsonSchema | undefined {
  const fields = schema.properties;
  const more = schema.additionalProperties;
  if (!isJsonObject(fields) || Object.keys(fields).length === 0 || isJsonObject(more)) return undefined;
  const properties: Record<string, Json> = {};
  for (const [name, field] of Object.entries(fields)) {
    const strict = isJsonObject(field) ? toStrict(field) : undefined;
    if (strict === undefined) return undefined;
    properties[name] = isRequired(schema, name) ? strict : { anyOf: [strict, { type: "null" }] };
  }
  const { $schema: _schema, default: _default, ...rest } = schema;
  return { ...rest, properties, required: Object.keys(fields), additionalProperties: false };
}

/** Optional fields that came as null were absent. */
function dropNulls(value: Json, schema: JsonSchema): Json {
  if (Array.isArray(value)) {
    const items = schema.items;
    return isJsonObject(items) ? value.map((item: Json) => dropNulls(item, items)) : value;
  }
  const fields = schema.properties;
  if (!isJsonObject(value) || !isJsonObject(fields)) return value;
  const kept: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value)) {
    const field = fields[name];
    if (item === null && !isRequired(schema, name)) continue;
    kept[name] = isJsonObject(field) ? dropNulls(item, field) : item;
  }
  return kept;
}

function isRequired(schema: JsonSchema, name: string): boolean {
  const required = schema.required;
  return Array.isArray(required) && required.includes(name);
}

function isObjectSchema(schema: JsonObject): boolean {
  return schema.type === "object";
}

function typesOf(schema: JsonObject): readonly Json[] {
  const type = schema.type;
  if (Array.isArray(type)) return type;
  return type === undefined ? [] : [type];
}
