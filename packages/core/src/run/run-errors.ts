import { AiwError, type ErrorInfo, toErrorInfo } from "../errors.js";
import type { RunState, StepState } from "./state.js";

/** What a step ends with that a cancel stopped. */
export function cancelled(stop: { readonly by: string; readonly reason?: string | undefined }): ErrorInfo {
  const because = stop.reason === undefined ? "" : `: ${stop.reason}`;
  return toErrorInfo(new AiwError("cancelled", `cancelled by ${stop.by}${because}`));
}

/** What a run fails with that took longer than its total time. */
export function timedOut(state: RunState): ErrorInfo {
  return toErrorInfo(
    new AiwError("timeout", `the run took longer than its total time of ${state.workflow.timeoutMs ?? 0} ms`, {
      details: { total: true },
      hint: `raise \`timeout\` of the workflow, or go on with \`aiw resume ${state.run}\`: completed steps are kept`,
    }),
  );
}

/** What a run fails with that lost too many workers. */
export function poison(state: RunState): ErrorInfo {
  return toErrorInfo(
    new AiwError("poison", `${state.takeovers} workers ended in the middle of the run without getting anywhere`, {
      hint: `find out what ends them, then \`aiw resume ${state.run}\``,
      details: { steps: [...state.running] },
    }),
  );
}

/** What a run fails with whose steps wait for what never comes. */
export function stuck(state: RunState): ErrorInfo {
  return toErrorInfo(
    new AiwError("workflow_invalid", `${state.pending} steps of ${state.workflow.name} can never start`, {
      hint: "their `needs` form a cycle or name steps that do not exist; `aiw check` shows them",
    }),
  );
}

/** What a step fails with whose `until` was still false after its last round. */
export function repeatExhausted({ step, round }: Pick<StepState, "step" | "round">): ErrorInfo {
  const message = `step ${step.id}: \`until\` was still false after ${round} rounds: ${step.repeat?.until ?? ""}`;
  return toErrorInfo(new AiwError("repeat_exhausted", message, { hint: "raise `max` of `repeat`" }));
}
