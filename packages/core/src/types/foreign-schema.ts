import * as z from "zod";
import type { Json, JsonSchema } from "../json.js";
import type { JsonProblem } from "./json-problem.js";

/**
 * Validates through zod: for schemas of others, with keywords that our notation never produces (`$ref`, `pattern`,
 * `format`, `allOf`, …). Slower, because the schema is read each time.
 */
export function validateForeign(schema: JsonSchema, value: Json): readonly JsonProblem[] {
  const reader = readSchema(schema);
  if (typeof reader === "string") return [{ path: [], message: `cannot be checked: ${reader}` }];
  const result = reader.safeParse(value);
  if (result.success) return [];
  return result.error.issues.map((issue) => ({
    path: issue.path.map((part) => (typeof part === "number" ? part : String(part))),
    message: lowerFirst(issue.message),
  }));
}

function readSchema(schema: JsonSchema): z.ZodType | string {
  try {
    return z.fromJSONSchema(schema);
  } catch (error) {
    return error instanceof Error ? lowerFirst(error.message) : "the schema has problems";
  }
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
