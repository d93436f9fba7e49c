import type { RunSummary } from "../ports/run-control.js";
import type { StepStatus } from "../ports/run-store.js";
import type { RunState, StepState } from "./state.js";
import { undoReport } from "./undo.js";
import { statusOf } from "./view.js";
import { openWaits } from "./waits.js";

/** The run in short. */
export function summarize(state: RunState): RunSummary {
  const { end } = state;
  const failed = end?.status === "failed" ? end : undefined;
  const steps: [string, StepStatus][] = [];
  for (const row of state.steps.values()) if (isTold(row)) steps.push([row.path, statusOf(row.phase)]);
  const waits = end === undefined ? openWaits(state) : [];
  return {
    run: state.run,
    name: state.workflow.name,
    status: end?.status ?? (isSuspended(state) ? "suspended" : "running"),
    ...(failed === undefined ? {} : { reason: failed.reason, error: failed.error }),
    ...(failed?.step === undefined ? {} : { step: failed.step }),
    ...(end?.status === "cancelled" && end.reason !== undefined ? { reason: end.reason } : {}),
    outputs: end?.status === "completed" ? end.outputs : {},
    steps: Object.fromEntries(steps),
    ...(waits.length === 0 ? {} : { waits }),
    ...undoReport(state),
    costUsd: state.costUsd,
    ms: end?.ms ?? Math.max(0, state.at - state.openedAt),
  };
}

/** Items stand for themselves only where they failed or wait; what never was asked for does not stand there at all. */
function isTold({ item, section, phase }: StepState): boolean {
  if (section === "undo") return true;
  if (item !== undefined) return phase.is === "failed" || phase.is === "waiting";
  return section === "steps" || phase.is !== "pending";
}

/** Nothing of the run is held in memory: it waits for a time, a person, or its sub-workflows. */
export function isSuspended(state: RunState): boolean {
  if (state.end !== undefined || state.running.size > 0) return false;
  return state.waiting.size > 0 && state.waiting.size === state.suspended && !hasReady(state);
}

function hasReady({ ready }: RunState): boolean {
  return Object.values(ready).some((steps) => steps.size > 0);
}
