import type { ErrorInfo } from "../errors.js";
import type { Decision } from "./decision.js";
import { stepsAfter } from "./graph.js";
import { cancelled, poison, timedOut } from "./run-errors.js";
import type { RunState, StepState } from "./state.js";
import { keyOfPath } from "./step-row.js";

/** Takeovers without progress after which a run is given up. */
export const maxTakeovers = 5;

/** Why a run stops before its steps are done. */
export type Stop =
  | {
      readonly why: "cancel";
      readonly isNew: false;
      readonly by: string;
      readonly reason?: string | undefined;
      readonly undo: boolean;
      /** What runs may end by itself. */
      readonly drain: boolean;
    }
  /** `isNew`: not in the journal yet. */
  | { readonly why: "timeout" | "poison" | "step"; readonly isNew: boolean; readonly error: ErrorInfo }
  | { readonly why: "failure"; readonly isNew: false; readonly step: string; readonly error: ErrorInfo };

/** The first reason in the journal, else one that begins now. */
export function stopOf(state: RunState, now: number): Stop | undefined {
  const { cancel, failure, halted } = state;
  if (cancel !== undefined) {
    const { by, reason, undo = false, drain = false } = cancel;
    return { why: "cancel", isNew: false, by, reason, undo, drain };
  }
  if (halted !== undefined) return { why: halted.reason, isNew: false, error: halted.error };
  if (state.takeovers >= maxTakeovers) return { why: "poison", isNew: true, error: poison(state) };
  if (failure !== undefined) return { why: "failure", isNew: false, ...failure };
  if (state.open === 0 || state.deadline === undefined || now < state.deadline) return undefined;
  return { why: "timeout", isNew: true, error: timedOut(state) };
}

/** Ends what is open of the main section. Empty when that only has to be waited for. */
export function stopRun(state: RunState, stop: Stop, now: number): readonly Decision[] {
  const decisions: Decision[] = [];
  const error = stop.why === "cancel" ? cancelled(stop) : stop.error;
  const isInTime = state.deadline === undefined || now < state.deadline;
  const mayFinish = isInTime && (stop.why === "failure" || (stop.why === "cancel" && stop.drain));
  if (!mayFinish) for (const step of state.running) decisions.push({ do: "abort", step, error });
  if (state.pending > 0) decisions.push(...skipPending(state, stop));
  for (const step of state.expanded) decisions.push(...stopItems(state.steps.get(step), error));
  const other = stop.why === "cancel" ? "cancelled" : "failed";
  const undo = stop.why !== "cancel" || stop.undo;
  const how = { error, other, own: stop.why === "failure", undo, drain: mayFinish, force: state.isForced } as const;
  for (const step of state.waiting) {
    const row = state.steps.get(step);
    const decision = row === undefined ? undefined : (lateChild(row, now, how) ?? stopWaiting(row, how));
    if (decision !== undefined) decisions.push(decision);
  }
  return decisions;
}

/** A sub-workflow that may end by itself has no more time for it than its step has. */
function lateChild({ key: step, phase }: StepState, now: number, { drain }: StopWaiting): Decision | undefined {
  const isLate = phase.is === "waiting" && phase.for === "child" && phase.at !== undefined && phase.at <= now;
  return isLate && drain ? { do: "wake", step } : undefined;
}

/** How what waits is stopped. */
export interface StopWaiting {
  readonly error: ErrorInfo;
  /** Cause for what did not fail yet. */
  readonly other: "cancelled" | "failed";
  /** What failed already ends with its own error. */
  readonly own: boolean;
  /** Of sub-workflows: undo their completed steps; let what runs end by itself. */
  readonly undo: boolean;
  readonly drain: boolean;
  readonly force: boolean;
}

/** Ends a step that waits. */
export function stopWaiting({ key: step, phase }: StepState, how: StopWaiting): Decision | undefined {
  if (phase.is !== "waiting") return undefined;
  const { error, other, own, undo, drain, force } = how;
  if (phase.for === "child") return { do: "cancel_child", step, undo, drain, force };
  if (phase.for === "retry" || phase.for === "answer" || phase.for === "stop") {
    return { do: "fail", step, error: own || phase.for === "stop" ? phase.error : error };
  }
  return { do: "skip", step, cause: other };
}

/** No further item starts; once the others are over, so is the step. */
export function stopItems(parent: StepState | undefined, error: ErrorInfo): readonly Decision[] {
  if (parent?.phase.is !== "expanded" || parent.phase.open > 0) return [];
  const { started, items, redo, isCut } = parent.phase;
  const isComplete = started === items.length && redo.length === 0 && !isCut;
  if (isComplete && parent.phase.failure === undefined) return [{ do: "settle", step: parent.key }];
  return [{ do: "settle", step: parent.key, error: parent.phase.failure ?? error }];
}

function skipPending(state: RunState, stop: Stop): readonly Decision[] {
  const behind = stop.why === "failure" ? stepsAfter(state.graph, keyOfPath(stop.step)) : new Set<string>();
  const decisions: Decision[] = [];
  for (const [step, { phase, section, item }] of state.steps) {
    if (phase.is !== "pending" || section !== "steps" || item !== undefined) continue;
    const other = stop.why === "cancel" ? "cancelled" : "failed";
    decisions.push({ do: "skip", step, cause: behind.has(step) ? "upstream" : other });
  }
  return decisions;
}
