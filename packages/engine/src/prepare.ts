import { type RunState, type StepState, toErrorInfo } from "@aiw/core";
import { prepareAttempt } from "./prepare-attempt.js";
import { prepareChild } from "./prepare-child.js";
import { prepareApproval, prepareWait } from "./prepare-wait.js";
import { isSkipped, lazyScope, mayBeSkipped, type PrepareContext, type Prepared } from "./preparing.js";

/**
 * Evaluates what steers a step: `if` and the input of its first attempt. Later attempts get what the first one got.
 * An expression that fails fails the step, not the run's driver.
 */
export function prepareStep(state: RunState, row: StepState, context: PrepareContext): Prepared {
  try {
    const preparing = { row, context, scope: lazyScope(state, row, context) };
    if (row.input === undefined && row.item === undefined && mayBeSkipped(state, row) && isSkipped(preparing)) {
      return { do: "skip" };
    }
    switch (row.step.kind) {
      case "approval":
        return prepareApproval(state, row.step, preparing);
      case "wait":
        return prepareWait(state, row.step, preparing);
      case "use":
        return prepareChild(state, row.step, preparing);
      default:
        return prepareAttempt(state, preparing);
    }
  } catch (error) {
    return { do: "fail", error: toErrorInfo(error) };
  }
}
