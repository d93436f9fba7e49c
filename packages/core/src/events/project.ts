import type { ErrorInfo } from "../errors.js";
import type { RunStatus, StepStatus } from "../ports/run-store.js";
import { formatStepPath, parseStepPath } from "../run/path.js";
import type { NewEvent } from "./event.js";

/** What the events of one append change in the views that every run store keeps. */
export interface ViewChange {
  /** Absent: the run's status stays. */
  readonly run?: RunChange;
  /** Added to the cost of the run. */
  readonly costUsd: number;
  /** In order; several may be for one step. */
  readonly steps: readonly StepChange[];
  /** The run was reopened: the rows of these steps and of their undoing go, before `steps` is applied. */
  readonly reset: readonly string[];
}

/** New state of a run in the view. `ended`: nobody drives it any more, so the store gives its claim back. */
export interface RunChange {
  readonly status: RunStatus;
  readonly ended: boolean;
  readonly error?: ErrorInfo | undefined;
}

/**
 * New state of a step in the view. An absent agent or error keeps what stands there, `costUsd` is added, and the
 * earliest `startedAt` wins.
 */
export interface StepChange {
  readonly step: string;
  readonly status: StepStatus;
  /** 0: not known from this event; keeps what stands there. */
  readonly attempt: number;
  readonly agent?: string | undefined;
  readonly error?: ErrorInfo | undefined;
  readonly costUsd: number;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
}

/**
 * Changes of the views by the events of one append: pure, so that all stores agree. Starts change nothing (what runs is
 * known from the fold), so a step costs one row when it ends.
 *
 * @param at - Time of the append, ms since the epoch.
 */
export function projectEvents(events: readonly NewEvent[], at: number): ViewChange {
  let run: RunChange | undefined;
  let costUsd = 0;
  const steps: StepChange[] = [];
  const reset: string[] = [];
  for (const event of events) {
    run = runChange(event) ?? run;
    const change = stepChange(event, at);
    if (change !== undefined) {
      costUsd += change.costUsd;
      steps.push(change);
    }
    if (event.type === "run.reopened") reset.push(...event.data.reset.flatMap(withUndo));
  }
  return { ...(run === undefined ? {} : { run }), costUsd, steps, reset };
}

function runChange(event: NewEvent): RunChange | undefined {
  switch (event.type) {
    case "run.completed":
      return { status: "completed", ended: true };
    case "run.failed":
      return { status: "failed", ended: true, error: event.data.error };
    case "run.cancelled":
      return { status: "cancelled", ended: true };
    case "run.reopened":
      return { status: "running", ended: false };
    default:
      return undefined;
  }
}

function stepChange(event: NewEvent, at: number): StepChange | undefined {
  switch (event.type) {
    case "step.completed": {
      const { attempt, agent, costUsd = 0, ms } = event.data;
      const times = { startedAt: at - ms, endedAt: at };
      return { step: event.step, status: "completed", attempt, agent, costUsd, ...times };
    }
    case "step.attempt_failed": {
      const { attempt, error, costUsd = 0, ms, next } = event.data;
      const status = next.do === "ask" ? "suspended" : "running";
      const startedAt = ms === undefined ? undefined : at - ms;
      return { step: event.step, status, attempt, error, costUsd, startedAt };
    }
    case "step.failed":
      return {
        step: event.step,
        status: "failed",
        attempt: event.data.attempts,
        error: event.data.error,
        costUsd: 0,
        endedAt: at,
      };
    case "step.skipped":
      return { step: event.step, status: "skipped", attempt: 0, costUsd: 0, endedAt: at };
    case "step.suspended":
      return { step: event.step, status: "suspended", attempt: 0, costUsd: 0 };
    case "step.resumed":
      return { step: event.step, status: "running", attempt: 0, costUsd: 0 };
    case "step.failed_over":
      return { step: event.step, status: "running", attempt: 0, agent: event.data.to, costUsd: 0 };
    case "step.expanded":
      return { step: event.step, status: "running", attempt: 0, costUsd: 0, startedAt: at };
    case "step.compensated":
      return {
        step: event.step,
        status: "completed",
        attempt: 0,
        costUsd: 0,
        startedAt: at - event.data.ms,
        endedAt: at,
      };
    case "step.compensation_failed":
      return { step: event.step, status: "failed", attempt: 0, error: event.data.error, costUsd: 0, endedAt: at };
    default:
      return undefined;
  }
}

/** A step that is pending again was not undone. */
function withUndo(step: string): readonly string[] {
  const path = parseStepPath(step);
  return path === undefined || path.undo ? [step] : [step, formatStepPath({ ...path, undo: true })];
}
