import {
  AiwError,
  type ErrorInfo,
  type Ids,
  type NewEvent,
  type RetryPolicy,
  type RunState,
  type StepState,
  toErrorInfo,
} from "@aiw/core";
import { moveAfterFailure, moveAfterInterruption } from "./next-move.js";
import type { Resources } from "./resources.js";
import type { AttemptResult } from "./result.js";

/** An attempt of this engine that ended. */
export interface EndedAttempt {
  readonly step: string;
  readonly attempt: number;
  readonly result: AttemptResult;
  readonly ms: number;
  /** It failed because its process was ended together with the lease. */
  readonly isInterrupted: boolean;
}

/** What deciding about an ended attempt needs. */
export interface EndContext {
  readonly retry: RetryPolicy;
  readonly ids: Ids;
  readonly now: number;
  readonly resources: Resources | undefined;
}

/** Journal of an attempt's end: its result, or its failure with what follows from it. */
export function endEvents(state: RunState, ended: EndedAttempt, context: EndContext): readonly NewEvent[] {
  const { step, attempt, result, ms } = ended;
  const row = state.steps.get(step);
  if (row === undefined) return [];
  if (result.status === "completed") {
    const { status, stderr, ...data } = result;
    const said = stderr === undefined || stderr === "" ? {} : { stderr };
    return [{ type: "step.completed", step, data: { attempt, ms, ...withoutAbsent(data), ...said } }];
  }
  const { error, text, exitCode, stderr, usage, costUsd, session } = result;
  const facts = withoutAbsent({ text, exitCode, stderr, usage, costUsd, session });
  const { retry, ids, now, resources } = context;
  const candidates = resources?.candidates.get(step);
  const next = moveAfterFailure(state, { row, error, candidates, retry, random: ids.random(), now });
  const failed: NewEvent = { type: "step.attempt_failed", step, data: { attempt, error, ms, ...facts, next } };
  if (next.do === "stop") return [failed, stepFailed(row, error)];
  if (next.do !== "failover") return [failed];
  const from = row.agent ?? "";
  return [failed, { type: "step.failed_over", step, data: { from, to: next.agent, reason: error.code } }];
}

/** Journal of an attempt whose driver was lost, or is leaving. */
export function interruptionEvents(state: RunState, step: string, context: EndContext): readonly NewEvent[] {
  const row = state.steps.get(step);
  if (row?.phase.is !== "running") return [];
  const { attempt } = row.phase;
  const agent = row.agent === undefined ? undefined : context.resources?.agents.get(row.agent);
  const move = moveAfterInterruption(state, row, { agent, now: context.now });
  const { next, session, error = interrupted(step, attempt) } = move;
  const carried = session === undefined ? {} : { session };
  const failed: NewEvent = {
    type: "step.attempt_failed",
    step,
    data: { attempt, error, interrupted: true, ...carried, next },
  };
  if (next.do === "stop") return [failed, stepFailed(row, error)];
  return next.do === "ask" ? [failed, askEvent(step)] : [failed];
}

function interrupted(step: string, attempt: number): ErrorInfo {
  return toErrorInfo(
    new AiwError("interrupted", `attempt ${attempt} of step ${step} was interrupted: its process ended`, {
      hint: "set `on-interrupt: retry | fail | ask` to choose what follows from that",
    }),
  );
}

/** The step waits for a person's word. */
export function askEvent(step: string): NewEvent {
  return { type: "step.suspended", step, data: { waits: "approval", name: "interrupted" } };
}

/** The end of a step without a result. */
export function stepFailed({ step, attempts }: StepState, error: ErrorInfo): NewEvent {
  return {
    type: "step.failed",
    step: step.id,
    data: { error, attempts, ...(step.onError === "continue" ? { continue: true } : {}) },
  };
}

/** The same fields; those that may be undefined are absent instead. */
type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> } & {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
};

/** The schema of events knows absent keys, not undefined ones. */
function withoutAbsent<T extends object>(value: T): Present<T> {
  const kept: Partial<T> = {};
  for (const key in value) if (value[key] !== undefined) kept[key] = value[key];
  return kept as Present<T>;
}
