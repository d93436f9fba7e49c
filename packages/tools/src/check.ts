import {
  AiwError,
  describeProblems,
  isJsonObject,
  type Json,
  type JsonSchema,
  nearest,
  type Secret,
  type ToolInput,
  type ToolResult,
  validateJson,
} from "@aiw/core";
import { holdsSecret, redactedInput } from "./arguments.js";

/**
 * The operation with this name.
 *
 * @throws AiwError `tool_not_found` with the nearest name.
 */
export function operationOf<T extends { readonly name: string }>(
  tool: string,
  operations: readonly T[],
  name: string,
): T {
  const found = operations.find((operation) => operation.name === name);
  if (found) return found;
  const names = operations.map((operation) => operation.name);
  const near = nearest(name, names);
  throw new AiwError("tool_not_found", `tool '${tool}' has no operation '${name}'`, {
    hint: near === undefined ? `it has ${names.join(", ")}` : `did you mean '${near}'?`,
  });
}

/**
 * The arguments with defaults filled in, checked against the operation's parameters. A secret is only checked for its
 * name: its value must not get into a message.
 *
 * @throws AiwError `tool_arguments`.
 */
export function fitInput(title: string, parameters: JsonSchema, input: ToolInput): ToolInput {
  const properties = isJsonObject(parameters.properties) ? parameters.properties : {};
  const fitted = new Map<string, Json | Secret>();
  for (const [name, schema] of Object.entries(properties)) {
    if (isJsonObject(schema) && schema.default !== undefined) fitted.set(name, schema.default);
  }
  for (const [name, value] of Object.entries(input)) {
    // Null stands for "not given".
    if (value !== undefined && !(value === null && fitted.has(name))) fitted.set(name, value);
  }
  const result = Object.fromEntries(fitted);
  const checked = validateJson(parameters, redactedInput(result));
  const problems = checked.ok ? [] : checked.problems.filter(({ path: [name] }) => !holdsSecret(result[String(name)]));
  if (problems.length === 0) return result;
  const names = Object.keys(properties);
  throw new AiwError("tool_arguments", `${title}: ${describeProblems(problems)}`, {
    hint: names.length === 0 ? "it takes no arguments" : `its parameters are ${names.join(", ")}`,
  });
}

/** The result, or `invalid_output` when it does not fit the declared type. */
export function checkResult(title: string, schema: JsonSchema | undefined, result: ToolResult): ToolResult {
  if (schema === undefined || result.status === "failed") return result;
  const checked = validateJson(schema, result.output);
  if (checked.ok) return result;
  return {
    status: "failed",
    error: {
      code: "invalid_output",
      message: `the result of ${title} does not fit its declared output: ${describeProblems(checked.problems)}`,
      hint: "correct the script, or the declared `output`",
    },
    text: result.text,
    ...(result.stderr === undefined ? {} : { stderr: result.stderr }),
  };
}
