import {
  AiwError,
  coerceInput,
  isJsonObject,
  type Json,
  type JsonObject,
  type JsonSchema,
  type OpenWait,
} from "@aiw/core";

/**
 * The fields of an answer from `name=value` texts, by the types that the approval asks for.
 *
 * @throws AiwError `usage`, `input_invalid`.
 */
export function readFields(wait: OpenWait, texts: readonly string[]): JsonObject {
  const types = fieldTypes(wait);
  const fields: Record<string, Json> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    if (at <= 0)
      throw new AiwError("usage", `--field ${text} has no name and value`, { hint: "write --field note=text" });
    const name = text.slice(0, at);
    const schema = types[name];
    if (schema === undefined) {
      throw new AiwError("usage", `the approval has no field ${name}`, {
        hint: `it has: ${Object.keys(types).join(", ") || "none"}`,
      });
    }
    fields[name] = coerceInput(name, schema, text.slice(at + 1));
  }
  return fields;
}

/** Types of the fields by name. */
export function fieldTypes({ schema }: OpenWait): Readonly<Record<string, JsonSchema>> {
  const properties = schema !== undefined && isJsonObject(schema) ? schema.properties : undefined;
  if (properties === undefined || !isJsonObject(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, type]) => (isJsonObject(type) ? [[name, type]] : [])),
  );
}
