import * as z from "zod";
import { AiwError } from "../errors.js";
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../json.js";

/**
 * The JSON Schema of a zod type, in the form that the notation of workflow files compiles to: the same type written
 * there has the same hash. Objects are closed, as they are there.
 *
 * @param of - What the type is for: `input 'base'`.
 * @throws AiwError `workflow_invalid` for what a JSON Schema cannot say: transforms, refinements, dates, …
 */
export function jsonSchemaOf(type: z.ZodType, of: string): JsonSchema {
  const faults: string[] = [];
  const schema = convert(type, of, faults);
  const [fault] = faults;
  if (fault !== undefined) refuse(of, fault);
  const { $schema: _, ...own } = schema;
  return asNotation(own);
}

/** May the value be left out, without a default? */
export function isOptional(type: z.ZodType): boolean {
  return type._zod.optin === "optional";
}

/** Is it a type of zod, of this or another copy of the package? */
export function isZodType(value: unknown): value is z.ZodType {
  return typeof value === "object" && value !== null && "_zod" in value && "parse" in value;
}

function convert(type: z.ZodType, of: string, faults: string[]): JsonSchema {
  try {
    const schema: unknown = z.toJSONSchema(type, {
      io: "input",
      override: ({ zodSchema, path }) => {
        const fault = faultOf(zodSchema);
        const at = path.filter((part) => part !== "properties").join(".");
        if (fault !== undefined) faults.push(`${fault}${at === "" ? "" : ` at ${at}`}`);
      },
    });
    return plainJson(schema);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return refuse(of, message.slice(0, 1).toLowerCase() + message.slice(1));
  }
}

function refuse(of: string, fault: string): never {
  throw new AiwError("workflow_invalid", `the type of ${of} is no JSON Schema: ${fault}`, {
    hint: "values of a workflow are JSON: check more with `failIf`, or in a step",
  });
}

/** Zod may add values that are no JSON, such as the methods of its standard interface. */
function plainJson(schema: unknown): JsonSchema {
  const value: unknown = JSON.parse(JSON.stringify(schema));
  return isJsonObject(value) ? value : {};
}

/** What of a type would be lost. */
function faultOf(type: z.core.$ZodTypes): string | undefined {
  const { def } = type._zod;
  if (def.type === "pipe" || def.type === "transform" || def.type === "catch") return "it changes values";
  if (def.type === "custom") return "it checks values with a function";
  for (const check of def.checks ?? []) {
    if (check._zod.def.check === "custom") return "it checks values with a function";
    if (check._zod.def.check === "overwrite") return "it changes values";
  }
  return undefined;
}

const lists = ["anyOf", "oneOf", "allOf", "prefixItems"];
const maps = ["properties", "$defs", "patternProperties"];
const single = ["items", "additionalProperties", "not"];

/** The schema as the notation writes the same type; only where schemas stand, never inside values. */
function asNotation(schema: JsonSchema): JsonSchema {
  const changed = new Map<string, Json>(Object.entries(schema));
  for (const [key, value] of changed) {
    if (lists.includes(key) && Array.isArray(value)) changed.set(key, value.map(inner));
    if (maps.includes(key) && isJsonObject(value)) changed.set(key, mapValues(value, inner));
    if (single.includes(key)) changed.set(key, inner(value));
  }
  if (schema.type === "object") closeObject(changed);
  else if (schema.type === "integer") dropBounds(changed);
  else if (schema.type === "number" && Array.isArray(schema.enum)) changed.delete("type");
  return Object.fromEntries(changed);
}

function inner(value: Json): Json {
  return isJsonObject(value) ? asNotation(value) : value;
}

function mapValues(map: JsonObject, change: (value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

function closeObject(schema: Map<string, Json>): void {
  const names = schema.get("propertyNames");
  if (isJsonObject(names) && Object.keys(names).join() === "type" && names.type === "string") {
    schema.delete("propertyNames");
  }
  if (!schema.has("properties")) return;
  if (!schema.has("required")) schema.set("required", []);
  if (!schema.has("additionalProperties")) schema.set("additionalProperties", false);
}

/** Zod says of each whole number that it is a safe one. */
function dropBounds(schema: Map<string, Json>): void {
  if (schema.get("minimum") === Number.MIN_SAFE_INTEGER) schema.delete("minimum");
  if (schema.get("maximum") === Number.MAX_SAFE_INTEGER) schema.delete("maximum");
}
