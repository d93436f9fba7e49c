import type * as z from "zod";
import type { InputSpec } from "../model/input.js";
import { isOptional, jsonSchemaOf } from "./json-schema.js";
import { checkName } from "./names.js";

/**
 * Declared inputs, or fields of an answer, of zod types.
 *
 * @param kind - What each of them is: `input`.
 */
export function inputSpecs(
  shape: Readonly<Record<string, z.ZodType>>,
  kind: string,
): Readonly<Record<string, InputSpec>> {
  const specs = Object.entries(shape).map(([name, type]) => {
    checkName(name, `an ${kind}`);
    const schema = jsonSchemaOf(type, `${kind} '${name}'`);
    return [name, { schema, required: !isOptional(type) && schema.default === undefined }] as const;
  });
  return Object.fromEntries(specs);
}
