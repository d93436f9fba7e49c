import { AiwError, toErrorInfo } from "@aiw/core";
import { capText, tailText } from "./caps.js";
import { logsHint } from "./handlers/logs-hint.js";
import { maxStderrLength, maxTextLength } from "./options.js";
import type { AttemptPlan } from "./plan.js";
import type { AttemptResult } from "./result.js";
import { describeMisfit } from "./validate.js";

/** Caps what a handler gave and checks it against the step's type. */
export function finishResult(plan: AttemptPlan, result: AttemptResult): AttemptResult {
  const stderr = result.stderr === undefined ? {} : { stderr: tailText(result.stderr, maxStderrLength) };
  const capped = typeof result.text === "string" ? capText(result.text, maxTextLength) : undefined;
  if (result.status === "failed")
    return { ...result, ...stderr, ...(capped === undefined ? {} : { text: capped.text }) };
  const { output, usage, costUsd, session, exitCode } = result;
  const facts = { usage, costUsd, session, exitCode, ...stderr, text: capped?.text ?? result.text };
  const problem = outputProblem(plan, output);
  if (problem !== undefined) return { status: "failed", error: toErrorInfo(problem), ...facts };
  const truncated = result.truncated === true || capped?.isCut === true;
  return { ...result, ...facts, ...(truncated ? { truncated } : {}) };
}

function outputProblem({ run, step }: AttemptPlan, output: NonNullable<unknown> | null): AiwError | undefined {
  // A text output is capped as text; the limit is for structures.
  const size = output === null || typeof output !== "object" ? 0 : JSON.stringify(output).length;
  if (size > maxTextLength) {
    return new AiwError("output_too_large", `the output of step ${step.id} has ${size} characters of JSON`, {
      hint: `the limit is ${maxTextLength}; write large data to a file and return its path`,
    });
  }
  if (step.output === undefined) return undefined;
  const misfit = describeMisfit(step.output, output);
  if (misfit === undefined) return undefined;
  return new AiwError("invalid_output", `the output of step ${step.id} does not fit its type: ${misfit}`, {
    hint: `compare \`output:\` of the step with what it gave; ${logsHint({ run, step: step.id })}`,
    retryable: true,
  });
}
