import { describeProblems, type Json, type JsonSchema, validateJson } from "@aiw/core";

const maxShown = 3;

/** Why a value does not fit a schema, in one line; undefined when it does. */
export function describeMisfit(schema: JsonSchema, value: Json): string | undefined {
  const result = validateJson(schema, value);
  if (result.ok) return undefined;
  const more = result.problems.length - maxShown;
  return describeProblems(result.problems.slice(0, maxShown)) + (more > 0 ? `; and ${more} more` : "");
}
