import {
  AiwError,
  type AttemptContext,
  type Json,
  type RenderedValue,
  Secret,
  type Tool,
  type ToolInput,
  type ToolStep,
} from "@aiw/core";
import type { AttemptPlan } from "../plan.js";
import type { AttemptResult } from "../result.js";

/** Calls one operation of a tool. */
export async function runTool(
  { plan, step, tool }: { readonly plan: AttemptPlan; readonly step: ToolStep; readonly tool: Tool },
  context: AttemptContext,
): Promise<AttemptResult> {
  const result = await tool.call(step.operation, toInput(plan.input.with), context);
  const { stderr } = result;
  if (result.status === "failed") {
    const { error, text, exitCode } = result;
    return { status: "failed", error, text, exitCode, stderr };
  }
  const { output, text, truncated } = result;
  return { status: "completed", output, text, stderr, truncated };
}

/** Arguments by name. @throws AiwError `unsupported_option` for a secret that is not a whole argument. */
function toInput(value: RenderedValue | undefined): ToolInput {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Secret) return {};
  const input: Record<string, ToolInput[string]> = {};
  for (const [name, item] of Object.entries(value)) input[name] = item instanceof Secret ? item : plain(name, item);
  return input;
}

function plain(argument: string, value: RenderedValue): Json {
  if (value instanceof Secret) {
    throw new AiwError("unsupported_option", `the secret ${value.name} stands inside the argument ${argument}`, {
      hint: "a secret has to be a whole argument of a tool",
    });
  }
  if (Array.isArray(value)) return value.map((item: RenderedValue) => plain(argument, item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(argument, item)]));
}
