import {
  canonicalJson,
  type ForeachAxis,
  type ForeachSpec,
  isJsonObject,
  itemOf,
  type Json,
  type JsonSchema,
  unionOf,
  type ValueTemplate,
  withoutNull,
} from "@aiw/core";
import { closed, orNull, text } from "./scope.js";

/** Most values of a list that its type tells one by one. */
const maxListed = 100;

/**
 * Type of the loop variable.
 *
 * @param typeOf - Type of an expression of the step, by its source.
 */
export function loopType(over: ForeachSpec["over"], typeOf: (source: string) => JsonSchema): JsonSchema {
  if (!("matrix" in over)) return axisType(over, typeOf);
  const axes = Object.entries(over.matrix).map(([name, axis]) => [name, axisType(axis, typeOf)] as const);
  return closed(Object.fromEntries(axes));
}

function axisType(axis: ForeachAxis, typeOf: (source: string) => JsonSchema): JsonSchema {
  if ("list" in axis) return anyOf(axis.list.map((item) => templateType(item, typeOf)));
  return itemOf(withoutNull(typeOf(axis.expr)));
}

function templateType(template: ValueTemplate, typeOf: (source: string) => JsonSchema): JsonSchema {
  switch (template.t) {
    case "literal":
      return jsonType(template.value);
    case "expr":
      return typeOf(template.expr);
    case "text":
      return text;
    case "list":
      return { type: "array", items: anyOf(template.items.map((item) => templateType(item, typeOf))) };
    case "map":
      return closed(
        Object.fromEntries(Object.entries(template.entries).map(([key, value]) => [key, templateType(value, typeOf)])),
      );
  }
}

function jsonType(value: Json): JsonSchema {
  if (value === null) return { type: "null" };
  if (Array.isArray(value)) return { type: "array", items: anyOf(value.map(jsonType)) };
  if (isJsonObject(value)) {
    return closed(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, jsonType(inner)])));
  }
  if (typeof value === "boolean") return { type: "boolean" };
  return { type: Number.isInteger(value) ? "integer" : typeof value, const: value };
}

/** What any one of the types allows; many values are not told one by one. */
function anyOf(types: readonly JsonSchema[]): JsonSchema {
  if (types.length === 0) return {};
  const merged = mergeMaps(types);
  if (merged !== undefined) return merged;
  const shown = types.length <= maxListed ? types : types.map(widened);
  return unionOf([...new Map(shown.map((type) => [canonicalJson(type), type])).values()]);
}

/** Maps with the fields of all of them; those that some do not have may be null. */
function mergeMaps(types: readonly JsonSchema[]): JsonSchema | undefined {
  const fields = new Map<string, JsonSchema[]>();
  for (const { type, properties } of types) {
    if (type !== "object" || !isJsonObject(properties)) return undefined;
    for (const [name, field] of Object.entries(properties)) {
      if (!isJsonObject(field)) return undefined;
      const known = fields.get(name);
      if (known === undefined) fields.set(name, [field]);
      else known.push(field);
    }
  }
  const merged = [...fields].map(([name, found]) => {
    const field = anyOf(found);
    return [name, found.length === types.length ? field : orNull(field)] as const;
  });
  return closed(Object.fromEntries(merged));
}

function widened(type: JsonSchema): JsonSchema {
  if (type.const === undefined) return type;
  return { type: typeof type.const === "number" ? "number" : "string" };
}
