import { AiwError, type ErrorInfo, toErrorInfo } from "../errors.js";
import type { EventData } from "../events/event.js";
import type { Step } from "../model/step.js";
import { stepsAfter } from "./graph.js";
import type { RunState, StepState } from "./state.js";

/** What attempts use; limits belong to resources, not to runs. */
export type Pool = "processes" | "inProcess" | "agents";

/** How much a run may start and how long it may wait in memory. */
export interface DecideLimits {
  /** Attempts that may start now, by pool. */
  readonly free: Readonly<Record<Pool, number>>;
  /** Pool of the run's tool steps. */
  readonly toolPool: Pool;
  /** A run in which nothing happens for longer gives its claim back. Default 30,000 ms. */
  readonly suspendAfterMs?: number | undefined;
}

/** One thing to do next; the driver turns it into events and effects. */
export type Decision =
  /** Evaluate `if` and input, then start the next attempt, skip, or fail. */
  | { readonly do: "start"; readonly step: string }
  | { readonly do: "skip"; readonly step: string; readonly cause: EventData<"step.skipped">["cause"] }
  /** Ends a step between two attempts. */
  | { readonly do: "fail"; readonly step: string; readonly error: ErrorInfo }
  /** Journal that the step waits for a person. */
  | { readonly do: "ask"; readonly step: string }
  /** Stop a running attempt; asked again until it has ended. */
  | { readonly do: "abort"; readonly step: string; readonly error: ErrorInfo }
  /** Evaluate the outputs and complete the run. */
  | { readonly do: "complete" }
  | {
      readonly do: "fail_run";
      readonly reason: EventData<"run.failed">["reason"];
      readonly error: ErrorInfo;
      readonly step?: string | undefined;
    }
  | { readonly do: "cancel_run"; readonly by: string; readonly reason?: string | undefined }
  /** Give the claim back; `steps` are those not yet journaled as suspended. */
  | { readonly do: "suspend"; readonly steps: readonly string[]; readonly dueAt?: number | undefined };

/** Outcome of {@link decide}. */
export interface Decided {
  readonly decisions: readonly Decision[];
  /** When to decide again though nothing happened. */
  readonly wakeAt?: number | undefined;
  /** Pools in which a place more would let something start. */
  readonly starved: readonly Pool[];
}

/** Takeovers without progress after which a run is given up. */
export const maxTakeovers = 5;

const defaultSuspendAfterMs = 30_000;
const nothing: Decided = { decisions: [], starved: [] };

/**
 * What to do next with a run. Pure; costs in proportion to what it decides, not to the size of the run. The caller
 * turns the decisions into events, folds them and asks again until there is no decision but `abort` left.
 */
export function decide(state: RunState, now: number, limits: DecideLimits): Decided {
  if (state.end !== undefined) return nothing;
  const stop = stopOf(state, now);
  if (stop !== undefined) return { decisions: stopRun(state, stop), starved: [] };
  const decisions: Decision[] = [...settleWaiting(state)];
  const starved = startSteps(state, now, { limits, decisions });
  if (decisions.length > 0 || starved.length > 0) return { decisions, wakeAt: nextWake(state), starved };
  if (state.running.size > 0) return { decisions, wakeAt: nextWake(state), starved };
  return rest(state, now, limits);
}

/** Why a run stops before its steps are done. */
type Stop =
  | { readonly why: "cancel"; readonly by: string; readonly reason?: string | undefined }
  | { readonly why: "timeout" | "poison"; readonly error: ErrorInfo }
  | { readonly why: "step"; readonly step: string; readonly error: ErrorInfo };

function stopOf(state: RunState, now: number): Stop | undefined {
  if (state.cancel !== undefined) return { why: "cancel", ...state.cancel };
  if (state.failure !== undefined) return stopOfFailure(state.failure);
  if (state.takeovers >= maxTakeovers) return { why: "poison", error: poison(state) };
  const isOver = !state.isHalted && state.pending + state.running.size + state.waiting.size === 0;
  if (isOver || state.deadline === undefined || now < state.deadline) return undefined;
  return { why: "timeout", error: timedOut(state) };
}

/** Steps that a stop ended fail with its error: the run failed because of that, not because of them. */
function stopOfFailure({ step, error }: NonNullable<RunState["failure"]>): Stop {
  if (error.code === "poison") return { why: "poison", error };
  if (error.code === "timeout" && error.details?.total === true) return { why: "timeout", error };
  return { why: "step", step, error };
}

function stopRun(state: RunState, stop: Stop): Decision[] {
  const decisions: Decision[] = [];
  const error = stop.why === "cancel" ? cancelled(stop) : stop.error;
  if (stop.why !== "step") for (const step of state.running) decisions.push({ do: "abort", step, error });
  if (state.pending > 0) decisions.push(...skipPending(state, stop));
  for (const step of state.waiting) {
    const phase = state.steps.get(step)?.phase;
    const own = phase?.is === "waiting" && (stop.why === "step" || phase.for === "stop");
    decisions.push({ do: "fail", step, error: own ? phase.error : error });
  }
  if (state.running.size > 0 || state.pending > 0 || state.waiting.size > 0) return decisions;
  if (stop.why === "cancel") return [{ do: "cancel_run", by: stop.by, reason: stop.reason }];
  if (stop.why === "step") return [{ do: "fail_run", reason: "step", error, step: stop.step }];
  return [{ do: "fail_run", reason: stop.why, error }];
}

function skipPending(state: RunState, stop: Stop): Decision[] {
  const behind = stop.why === "step" ? stepsAfter(state.graph, stop.step) : new Set<string>();
  const decisions: Decision[] = [];
  for (const [step, { phase }] of state.steps) {
    if (phase.is !== "pending") continue;
    const other = stop.why === "cancel" ? "cancelled" : "failed";
    decisions.push({ do: "skip", step, cause: behind.has(step) ? "upstream" : other });
  }
  return decisions;
}

/** Finishes what a journal can end in the middle of: a stopped step without its failure, a question not yet asked. */
function* settleWaiting(state: RunState): Generator<Decision> {
  if (state.waiting.size === state.suspended) return;
  for (const step of state.waiting) {
    const phase = state.steps.get(step)?.phase;
    if (phase?.is !== "waiting" || phase.for === "retry") continue;
    if (phase.for === "stop") yield { do: "fail", step, error: phase.error };
    else if (!phase.suspended) yield { do: "ask", step };
  }
}

/** Due retries first, then what became ready, as far as the pools reach. Returns the pools that did not. */
function startSteps(
  state: RunState,
  now: number,
  { limits, decisions }: { readonly limits: DecideLimits; readonly decisions: Decision[] },
): readonly Pool[] {
  const free = { ...limits.free };
  const starved: Pool[] = [];
  const take = (kind: Step["kind"]) => {
    const pool = poolOf(kind, limits.toolPool);
    const isFree = free[pool] > 0;
    if (isFree) free[pool] -= 1;
    else starved.push(pool);
    return isFree;
  };
  const due = dueRetry(state, now);
  // One at a time: the queue shows its next entry once this one was folded.
  if (due !== undefined && take(due.step.kind)) decisions.push({ do: "start", step: due.step.id });
  for (const kind of ["script", "tool", "agent"] as const) {
    for (const step of state.ready[kind]) {
      if (!take(kind)) break;
      decisions.push({ do: "start", step });
    }
  }
  return starved;
}

/** Pool that an attempt of this kind takes from. */
export function poolOf(kind: Step["kind"], toolPool: Pool): Pool {
  if (kind === "agent") return "agents";
  return kind === "tool" ? toolPool : "processes";
}

function dueRetry(state: RunState, now: number): StepState | undefined {
  const { nextRetry } = state;
  return nextRetry === undefined || nextRetry.at > now ? undefined : state.steps.get(nextRetry.id);
}

/** Nothing runs and nothing can start: the run is complete, or waits. */
function rest(state: RunState, now: number, limits: DecideLimits): Decided {
  if (state.pending > 0 && state.waiting.size === 0) {
    return { decisions: [{ do: "fail_run", reason: "step", error: stuck(state) }], starved: [] };
  }
  if (state.waiting.size === 0) return { decisions: [{ do: "complete" }], starved: [] };
  const wakeAt = nextWake(state);
  const suspendAfterMs = limits.suspendAfterMs ?? defaultSuspendAfterMs;
  if (wakeAt !== undefined && wakeAt - now <= suspendAfterMs) return { decisions: [], wakeAt, starved: [] };
  const steps = [...state.waiting].filter((id) => {
    const phase = state.steps.get(id)?.phase;
    return phase?.is === "waiting" && !phase.suspended;
  });
  return { decisions: [{ do: "suspend", steps, dueAt: wakeAt }], starved: [] };
}

function nextWake(state: RunState): number | undefined {
  const retry = state.nextRetry?.at;
  if (retry === undefined) return state.deadline;
  return state.deadline === undefined ? retry : Math.min(retry, state.deadline);
}

function cancelled(stop: { readonly by: string; readonly reason?: string | undefined }): ErrorInfo {
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

function poison(state: RunState): ErrorInfo {
  return toErrorInfo(
    new AiwError("poison", `${state.takeovers} workers ended in the middle of the run without getting anywhere`, {
      hint: `find out what ends them, then \`aiw resume ${state.run}\``,
      details: { steps: [...state.running] },
    }),
  );
}

function stuck(state: RunState): ErrorInfo {
  return toErrorInfo(
    new AiwError("workflow_invalid", `${state.pending} steps of ${state.workflow.name} can never start`, {
      hint: "their `needs` form a cycle or name steps that do not exist; `aiw check` shows them",
    }),
  );
}
