import type { ErrorInfo } from "../errors.js";
import type { EventData } from "../events/event.js";
import type { StepKind } from "../model/step.js";
import { stopItems } from "./decide-stop.js";
import type { Decision } from "./decision.js";
import { cancelled, timedOut } from "./run-errors.js";
import type { RunState, StepSection, StepState } from "./state.js";
import { nextUndo } from "./undo.js";

/** What follows a run's steps keeps at least so long of the run's total time. */
const reserveMs = 10 * 60_000;

/** How a run whose steps are over is going to end. */
export interface Outcome {
  readonly status: "completed" | "failed" | "cancelled";
  /** Why it failed. */
  readonly reason?: EventData<"run.failed">["reason"];
  readonly error?: ErrorInfo | undefined;
  readonly step?: string | undefined;
  /** When Undo, On failure and Finally are cut short. */
  readonly deadline?: number | undefined;
}

/** What the journal says so far; `completed` until something else is known. */
export function outcomeOf(state: RunState): Outcome {
  const { deadline: total, overAt } = state;
  const deadline = total === undefined || overAt === undefined ? total : Math.max(total, overAt + reserveMs);
  const { cancel, halted, failure, lateFailure } = state;
  // Asked to stop after it had failed: why it failed counts.
  if (halted !== undefined) return { status: "failed", reason: halted.reason, error: halted.error, deadline };
  if (failure !== undefined) {
    return { status: "failed", reason: reasonOf(failure.error), ...failure, deadline };
  }
  if (state.undoBy !== undefined) return { status: "cancelled", deadline };
  if (cancel !== undefined) return { status: "cancelled", error: cancelled(cancel), deadline };
  if (lateFailure !== undefined)
    return { status: "failed", reason: reasonOf(lateFailure.error), ...lateFailure, deadline };
  return { status: "completed", deadline };
}

function reasonOf(error: ErrorInfo): EventData<"run.failed">["reason"] {
  if (error.code === "poison" || error.code === "rejected" || error.code === "expired") return error.code;
  return error.code === "timeout" && error.details?.total === true ? "timeout" : "step";
}

/** The next step of Undo, On failure or Finally, or the end of the run (`isFinal`). */
export interface EndStage {
  readonly decisions: readonly Decision[];
  /** What is started, so that it takes its place. */
  readonly kind?: StepKind | undefined;
  readonly isFinal: boolean;
}

/** What follows once the main section is over: Undo, On failure, Finally, one step at a time; then the end. */
export function endStages(state: RunState, now: number): EndStage {
  const outcome = outcomeOf(state);
  const isLate = outcome.deadline !== undefined && now >= outcome.deadline;
  const isCut = state.isForced || isLate || outcome.reason === "poison";
  const isUnderWay = state.running.size + state.waiting.size + state.expanded.size > 0;
  if (isUnderWay && isCut) return { decisions: cutShort(state, isLate ? timedOut(state) : undefined), isFinal: true };
  if (isUnderWay) return { decisions: [], isFinal: false };
  const next = isCut ? undefined : nextStep(state, outcome);
  if (next !== undefined) return { ...next, isFinal: false };
  return { decisions: [finish(state, outcome)], isFinal: true };
}

function nextStep(state: RunState, outcome: Outcome): Pick<EndStage, "decisions" | "kind"> | undefined {
  const isUndoing = outcome.status === "failed" || state.undoBy !== undefined || state.cancel?.undo === true;
  const undo = isUndoing && state.lateFailure === undefined ? nextUndo(state) : undefined;
  if (undo !== undefined) {
    const { kind } = undo.step.undo ?? undo.step;
    return { decisions: [{ do: "start", step: `${undo.path}!undo` }], kind };
  }
  if (state.undoBy !== undefined) return undefined;
  const isFailed = state.failure !== undefined || state.halted !== undefined;
  const failure = isFailed ? nextOf(state, "failure") : undefined;
  const next = failure ?? nextOf(state, "finally");
  if (next === undefined) return undefined;
  if (next.step.foreach !== undefined) return { decisions: [{ do: "expand", step: next.key }] };
  return { decisions: [{ do: "start", step: next.key }], kind: next.step.kind };
}

function nextOf(state: RunState, section: StepSection): StepState | undefined {
  const { onFailure = [], finally: last = [] } = state.workflow;
  for (const { id } of section === "failure" ? onFailure : last) {
    const row = state.steps.get(id);
    if (row?.phase.is === "pending") return row;
  }
  return undefined;
}

function cutShort(state: RunState, error: ErrorInfo = cancelled({ by: state.cancel?.by ?? "user" })): Decision[] {
  const decisions: Decision[] = [];
  for (const step of state.running) decisions.push({ do: "abort", step, error });
  for (const step of state.waiting) {
    const phase = state.steps.get(step)?.phase;
    if (phase?.is === "waiting" && phase.for === "child")
      decisions.push({ do: "cancel_child", step, undo: false, drain: false, force: true });
    else decisions.push({ do: "fail", step, error });
  }
  for (const step of state.expanded) decisions.push(...stopItems(state.steps.get(step), error));
  return decisions;
}

function finish(state: RunState, { status, reason = "step", error, step }: Outcome): Decision {
  if (status === "cancelled") {
    const undone = { by: state.undoBy ?? "", reason: "undone with its parent" };
    const { by, reason: why } = state.cancel ?? undone;
    return { do: "cancel_run", by, reason: why };
  }
  if (status === "failed" && error !== undefined) return { do: "fail_run", reason, error, step };
  return { do: "complete" };
}
