import {
  canonicalJson,
  compileFields,
  compileType,
  type InputSpec,
  isJsonObject,
  type Json,
  type JsonObject,
  type JsonSchema,
} from "@aiw/core";
import { cannotSay } from "./fault.js";

/** The type in the notation of the language; as JSON Schema where the notation has no word for it. */
export function printType(schema: JsonSchema): Json {
  const notation = notationOf(schema);
  return notation !== undefined && isType(notation, schema) ? notation : { $schema: schema };
}

/** Declared inputs or fields; `name?` for those that may be missing. */
export function printFields(specs: Readonly<Record<string, InputSpec>>, of: string): JsonObject {
  const entries = Object.entries(specs).map(([name, { schema, required }]) => {
    const key = required || schema.default !== undefined ? name : `${name}?`;
    const type = printType(schema);
    const read = compileFields({ [key]: type }).fields[name];
    if (read?.required !== required) cannotSay(`${of} '${name}' is required and has a default`);
    return [key, type] as const;
  });
  return Object.fromEntries(entries);
}

function isType(notation: Json, schema: JsonSchema): boolean {
  const compiled = compileType(notation);
  return compiled.problems.length === 0 && canonicalJson(compiled.schema) === canonicalJson(schema);
}

function notationOf({ default: value, description, ...bare }: JsonSchema): Json | undefined {
  const type = bareNotation(bare);
  if (type === undefined || (value === undefined && description === undefined)) return type;
  if (description === undefined && typeof type === "string" && value !== undefined && !isCollection(value)) {
    return `${type} = ${defaultText(value)}`;
  }
  return {
    $type: type,
    ...(value === undefined ? {} : { $default: value }),
    ...(description === undefined ? {} : { $description: description }),
  };
}

function bareNotation(schema: JsonSchema): Json | undefined {
  const { type, enum: values, items, properties } = schema;
  if (Array.isArray(values)) return values.map(enumText).join(" | ");
  if (isJsonObject(items)) return [printType(items)];
  if (isJsonObject(properties)) return fieldsNotation(properties, schema.required);
  if (type === undefined) return "any";
  return typeof type === "string" ? type : undefined;
}

function fieldsNotation(properties: JsonObject, required: Json | undefined): Json {
  const names: readonly Json[] = Array.isArray(required) ? required : [];
  const entries = Object.entries(properties).map(([name, type]) => {
    const schema = isJsonObject(type) ? type : {};
    const isPresent = names.includes(name) || schema.default !== undefined;
    return [isPresent ? name : `${name}?`, printType(schema)] as const;
  });
  return Object.fromEntries(entries);
}

function enumText(value: Json): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return /^[\p{L}_][\p{L}\p{N}_ ./-]*$/u.test(value) && value === value.trim() ? value : `'${value}'`;
}

function defaultText(value: Json): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const isPlain = value !== "" && value === value.trim() && !/^['"]/.test(value);
  return isPlain ? value : `'${value}'`;
}

function isCollection(value: Json): boolean {
  return typeof value === "object" && value !== null;
}
