import {
  type Agent,
  type ErrorInfo,
  type NextMove,
  outcomeOf,
  type RetryPolicy,
  type RunState,
  type StepState,
  timedOut,
} from "@aiw/core";
import type { Candidates } from "./candidates.js";

/** A failed attempt and what may decide about it. */
export interface Failure {
  readonly row: StepState;
  readonly error: ErrorInfo;
  readonly candidates: Candidates | undefined;
  readonly retry: RetryPolicy;
  /** Uniform in [0, 1), drawn once. */
  readonly random: number;
  readonly now: number;
}

/** Retry the same agent, else the next agent, else stop. Nothing is tried again in a run that is stopping. */
export function moveAfterFailure(state: RunState, failure: Failure): NextMove {
  const { row, error, candidates, retry, random, now } = failure;
  if (isStopped(state) || isOutOfTime(state, now) || error.code === "cancelled") return { do: "stop" };
  // Still alive, perhaps: two attempts of a step never live at once.
  if (error.details?.abandoned === true) return { do: "stop" };
  const delay = retry.delay({ kind: row.step.kind, spec: row.step.retry, failures: row.failures + 1, error, random });
  if (delay !== null) return { do: "retry", at: now + Math.max(0, delay) };
  const index = candidates?.usable.findIndex((ref) => ref.agent === row.agent && ref.model === row.model) ?? -1;
  const next = index < 0 ? undefined : candidates?.usable[index + 1];
  if (next === undefined) return { do: "stop" };
  return { do: "failover", agent: next.agent, ...(next.model === undefined ? {} : { model: next.model }), at: now };
}

/** What an interrupted attempt leads to. */
export interface InterruptMove {
  readonly next: NextMove;
  /** Session that the next attempt goes on with. */
  readonly session?: string | undefined;
  /** The interruption is not why the step ends, but this. */
  readonly error?: ErrorInfo | undefined;
}

/**
 * Scripts, tools and agents that edit nothing are made again. An agent that may have edited files goes on with its
 * session where it can, because starting anew could do its edits twice; else the step fails, unless the file says more.
 */
export function moveAfterInterruption(
  state: RunState,
  row: StepState,
  { agent, now }: { readonly agent: Agent | undefined; readonly now: number },
): InterruptMove {
  if (isStopped(state)) return { next: { do: "stop" } };
  // The total time went on while nobody drove the run, and its reason is to be that.
  if (isOutOfTime(state, now)) return { next: { do: "stop" }, error: timedOut(state) };
  const known = row.phase.is === "running" ? row.phase.session : undefined;
  const session = agent?.capabilities.resume === true ? known : undefined;
  const carried = session === undefined ? {} : { session };
  switch (row.step.onInterrupt ?? defaultOf(row, { agent, session })) {
    case "retry":
      return { next: { do: "retry", at: now }, ...carried };
    case "ask":
      return { next: { do: "ask" }, ...carried };
    case "fail":
      return { next: { do: "stop" } };
  }
}

function defaultOf(
  row: StepState,
  { agent, session }: { readonly agent: Agent | undefined; readonly session: string | undefined },
): "retry" | "fail" {
  if (row.step.kind !== "agent" || session !== undefined) return "retry";
  return agent?.capabilities.edits === false ? "retry" : "fail";
}

/** Nothing of the run's steps is tried again; what follows them may be. */
function isStopped(state: RunState): boolean {
  if (state.overAt !== undefined) return state.isForced;
  return state.cancel !== undefined || state.failure !== undefined || state.halted !== undefined;
}

function isOutOfTime(state: RunState, now: number): boolean {
  const { deadline } = state.overAt === undefined ? state : outcomeOf(state);
  return deadline !== undefined && now >= deadline;
}
