import { AiwError, attemptScope, type Evaluator, type Scope, toErrorInfo } from "@aiw/core";
import { capText, tailText } from "./caps.js";
import { logsHint } from "./handlers/logs-hint.js";
import { maxStderrLength, maxTextLength } from "./options.js";
import type { AttemptPlan } from "./plan.js";
import { evaluateCondition } from "./preparing.js";
import type { AttemptCompleted, AttemptFailed, AttemptResult } from "./result.js";
import { describeMisfit } from "./validate.js";

/** Caps what a handler gave and checks it against the step's type. */
export function finishResult(plan: AttemptPlan, result: AttemptResult): AttemptResult {
  const stderr = result.stderr === undefined ? {} : { stderr: tailText(result.stderr, maxStderrLength) };
  const capped = typeof result.text === "string" ? capText(result.text, maxTextLength) : undefined;
  if (result.status === "failed")
    return { ...result, ...stderr, ...(capped === undefined ? {} : { text: capped.text }) };
  const finished = { ...result, ...stderr, text: capped?.text ?? result.text };
  const problem = outputProblem(plan, result.output);
  if (problem !== undefined) return failedAfter(finished, problem);
  const truncated = result.truncated === true || capped?.isCut === true;
  return { ...finished, ...(truncated ? { truncated } : {}) };
}

/** The attempt had a result, and fails all the same: what it printed, used and spent is kept. */
export function failedAfter(result: AttemptCompleted, error: unknown): AttemptFailed {
  const { text, exitCode, stderr, usage, costUsd, session } = result;
  return { status: "failed", error: toErrorInfo(error), text, exitCode, stderr, usage, costUsd, session };
}

/** The failure that `fail-if` makes of a result; undefined when it makes none. */
export function failIfError(
  plan: AttemptPlan,
  result: AttemptCompleted,
  { evaluator, scope: read }: { readonly evaluator: Evaluator; readonly scope: () => Scope },
): AiwError | undefined {
  const { failIf: condition } = plan.step;
  if (condition === undefined) return undefined;
  const scope = read();
  const { output, text, status, exitCode = null, stderr = null } = result;
  const names = attemptScope(scope.names, { output, text, status, exitCode, stderr });
  if (!evaluateCondition(evaluator, condition, { ...scope, names })) return undefined;
  return new AiwError("condition_failed", `fail-if was true: ${condition}`, {
    hint: logsHint({ run: plan.run, step: plan.path }),
  });
}

function outputProblem({ run, path, step }: AttemptPlan, output: NonNullable<unknown> | null): AiwError | undefined {
  // A text output is capped as text; the limit is for structures.
  const size = output === null || typeof output !== "object" ? 0 : JSON.stringify(output).length;
  if (size > maxTextLength) {
    return new AiwError("output_too_large", `the output of step ${path} has ${size} characters of JSON`, {
      hint: `the limit is ${maxTextLength}; write large data to a file and return its path`,
    });
  }
  if (step.output === undefined) return undefined;
  const misfit = describeMisfit(step.output, output);
  if (misfit === undefined) return undefined;
  return new AiwError("invalid_output", `the output of step ${path} does not fit its type: ${misfit}`, {
    hint: `compare \`output:\` of the step with what it gave; ${logsHint({ run, step: path })}`,
    retryable: true,
  });
}
