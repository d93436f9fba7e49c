import type { RunSummary } from "../ports/run-control.js";
import type { StepStatus } from "../ports/run-store.js";
import type { RunState } from "./state.js";
import { statusOf } from "./view.js";

/** The run in short. */
export function summarize(state: RunState): RunSummary {
  const { end } = state;
  const failed = end?.status === "failed" ? end : undefined;
  const steps: [string, StepStatus][] = [];
  for (const [id, { phase }] of state.steps) steps.push([id, statusOf(phase)]);
  return {
    run: state.run,
    name: state.workflow.name,
    status: end?.status ?? (isSuspended(state) ? "suspended" : "running"),
    ...(failed === undefined ? {} : { reason: failed.reason, error: failed.error }),
    ...(failed?.step === undefined ? {} : { step: failed.step }),
    ...(end?.status === "cancelled" && end.reason !== undefined ? { reason: end.reason } : {}),
    outputs: end?.status === "completed" ? end.outputs : {},
    steps: Object.fromEntries(steps),
    costUsd: state.costUsd,
    ms: end?.ms ?? Math.max(0, state.at - state.openedAt),
  };
}

/** Nothing of the run is held in memory: it waits for a time or a person. */
export function isSuspended(state: RunState): boolean {
  if (state.end !== undefined || state.running.size > 0) return false;
  return state.waiting.size > 0 && state.waiting.size === state.suspended && !hasReady(state);
}

function hasReady({ ready }: RunState): boolean {
  return ready.script.size + ready.tool.size + ready.agent.size > 0;
}
