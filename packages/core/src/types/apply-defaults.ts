import { isList } from "../expr/value.js";
import { isJsonObject, type Json, type JsonSchema } from "../json.js";

/** The value with the defaults of its schema put where a field is missing, at any depth. Nothing else changes. */
export function applyDefaults(schema: JsonSchema, value: Json): Json {
  if (isList(value)) {
    const { items } = schema;
    return isJsonObject(items) ? value.map((item) => applyDefaults(items, item)) : value;
  }
  const { properties } = schema;
  if (!isJsonObject(value) || !isJsonObject(properties)) return value;
  const filled = new Map(Object.entries(value));
  for (const [name, type] of Object.entries(properties)) {
    if (!isJsonObject(type)) continue;
    const own = filled.get(name);
    if (own !== undefined) filled.set(name, applyDefaults(type, own));
    else if (type.default !== undefined) filled.set(name, type.default);
  }
  return Object.fromEntries(filled);
}
