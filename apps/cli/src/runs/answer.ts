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

/**
 * Refuses an approval without the fields that it must have; a rejection needs none.
 *
 * @throws AiwError `usage`.
 */
export function requireFields(wait: OpenWait, fields: JsonObject): void {
  const missing = Object.keys(fieldTypes(wait)).filter((name) => isNeeded(wait, name) && !Object.hasOwn(fields, name));
  if (missing.length === 0) return;
  const what = missing.length === 1 ? "field" : "fields";
  throw new AiwError("usage", `the approval needs the ${what} ${missing.join(", ")}`, {
    hint: `add ${missing.map((name) => `--field ${name}=…`).join(" ")}; \`aiw approvals list\` shows the types`,
  });
}

/** Must an approval have this field? */
export function isNeeded({ schema }: OpenWait, name: string): boolean {
  const required = schema !== undefined && isJsonObject(schema) ? schema.required : undefined;
  return Array.isArray(required) && required.includes(name);
}

/** Types of the fields by name. */
export function fieldTypes({ schema }: OpenWait): Readonly<Record<string, JsonSchema>> {
  const properties = schema !== undefined && isJsonObject(schema) ? schema.properties : undefined;
  if (properties === undefined || !isJsonObject(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, type]) => (isJsonObject(type) ? [[name, type]] : [])),
  );
}
