import {
  AiwError,
  approvalResult,
  attemptScope,
  type ErrorInfo,
  type Evaluator,
  type EventData,
  type Ids,
  type Json,
  keyOfPath,
  type NewEvent,
  type RetryPolicy,
  type RunState,
  type StepState,
  toErrorInfo,
} from "@aiw/core";
import { moveAfterFailure, moveAfterInterruption } from "./next-move.js";
import type { EngineOptions } from "./options.js";
import { evaluateCondition, scopeOf } from "./preparing.js";
import type { Resources } from "./resources.js";
import type { AttemptResult } from "./result.js";

/** An attempt of this engine that ended. */
export interface EndedAttempt {
  /** Path of the step. */
  readonly path: string;
  readonly attempt: number;
  readonly result: AttemptResult;
  readonly ms: number;
  /** It failed because its process was ended together with the lease. */
  readonly isInterrupted: boolean;
}

/** What deciding about an ended attempt needs. */
export interface EndContext {
  readonly evaluator: Evaluator;
  readonly env: Readonly<Record<string, string>>;
  /** Functions of code steps. */
  readonly code?: EngineOptions["code"];
  readonly retry: RetryPolicy;
  readonly ids: Ids;
  readonly now: number;
  readonly resources: Resources | undefined;
}

/** Journal of an attempt's end: its result, or its failure with what follows from it. */
export function endEvents(state: RunState, ended: EndedAttempt, context: EndContext): readonly NewEvent[] {
  const { path, attempt, result, ms } = ended;
  const row = rowOf(state, path);
  if (row === undefined) return [];
  if (result.status === "completed") {
    const { status, stderr, ...data } = result;
    const said = stderr === undefined || stderr === "" ? {} : { stderr };
    return completedEvents(state, row, { attempt, ms, ...withoutAbsent(data), ...said }, context);
  }
  const { error, text, exitCode, stderr, usage, costUsd, session } = result;
  const facts = withoutAbsent({ text, exitCode, stderr, usage, costUsd, session });
  return failedEvents(state, row, { attempt, error, ms, ...facts }, context);
}

/** The row whose present round the path names. */
function rowOf(state: RunState, path: string): StepState | undefined {
  const row = state.steps.get(keyOfPath(path));
  return row?.path === path ? row : undefined;
}

/** Journal of a step's result: done, or on to its next round. */
export function completedEvents(
  state: RunState,
  row: StepState,
  data: EventData<"step.completed">,
  context: EndContext,
): readonly NewEvent[] {
  const { path: step, section } = row;
  if (section === "undo") {
    const { ms, text, usage, costUsd, childSeq } = data;
    const undoes = step.slice(0, -"!undo".length);
    const known = withoutAbsent({ text, usage, costUsd, childSeq });
    return [{ type: "step.compensated", step, data: { undoes, ms, ...known } }];
  }
  // Items are repeated, each by itself, not the step that goes over them.
  const isOverItems = row.step.foreach !== undefined && row.item === undefined;
  if (row.step.repeat === undefined || isOverItems) return [{ type: "step.completed", step, data }];
  try {
    return [{ type: "step.completed", step, data: { ...data, ...nextRound(state, row, { data, context }) } }];
  } catch (error) {
    // The round is done all the same; what cannot be told is whether it was the last.
    const info = toErrorInfo(error);
    const { attempt, ms, text, usage, costUsd, childSeq } = data;
    const known = withoutAbsent({ text, usage, costUsd, childSeq });
    const failed = { attempt, ms, error: info, next: { do: "stop" } as const, ...known };
    return [{ type: "step.attempt_failed", step, data: failed }, stepFailed(row, info)];
  }
}

/** Is another round to follow? @throws AiwError `expression_failed`. */
function nextRound(
  state: RunState,
  row: StepState,
  { data, context }: { readonly data: EventData<"step.completed">; readonly context: EndContext },
): Pick<EventData<"step.completed">, "again" | "exhausted"> {
  const { repeat, id } = row.step;
  if (repeat === undefined || context.resources === undefined) return {};
  const { evaluator, resources, env, now } = context;
  const scope = scopeOf(state, { evaluator, resources, env, now }, row);
  const { output, text, exitCode = null, stderr = null } = data;
  const names = attemptScope(scope.names, { output, text, status: "completed", exitCode, stderr });
  // What `steps` says of the step itself is this round already.
  const own = { ...row.view, output, text, status: "completed" } satisfies Json;
  const steps = { ...state.views, [id]: own };
  if (evaluateCondition(evaluator, repeat.until, { ...scope, names: { ...names, steps } })) return {};
  if (row.round >= repeat.max) return { exhausted: true };
  return { again: { round: row.round + 1, at: now + (repeat.everyMs ?? 0) } };
}

/** Journal of a failed attempt: with what follows from it. */
export function failedEvents(
  state: RunState,
  row: StepState,
  data: Omit<EventData<"step.attempt_failed">, "next">,
  context: EndContext,
): readonly NewEvent[] {
  const { path: step } = row;
  const { error } = data;
  const { retry, ids, now, resources } = context;
  const candidates =
    resources === undefined || row.step.kind !== "agent" ? undefined : resources.candidatesFor(row.step);
  const next = moveAfterFailure(state, { row, error, candidates, retry, random: ids.random(), now });
  const failed: NewEvent = { type: "step.attempt_failed", step, data: { ...data, next } };
  if (next.do === "stop") return [failed, stepFailed(row, error)];
  if (next.do !== "failover") return [failed];
  const from = row.agent ?? "";
  return [failed, { type: "step.failed_over", step, data: { from, to: next.agent, reason: error.code } }];
}

/** Journal of an approval that has all its answers, or that nobody answered in time. */
export function approvalEvents(
  state: RunState,
  row: StepState,
  { isExpired, context }: { readonly isExpired: boolean; readonly context: EndContext },
): readonly NewEvent[] {
  const { output, text, approved } = approvalResult(row);
  const ms = Math.max(0, context.now - (row.startedAt ?? context.now));
  const attempt = Math.max(row.attempts, 1);
  if ((approved && !isExpired) || row.step.onError === "continue") {
    const given = isExpired ? { ...output, approved: false } : output;
    return completedEvents(state, row, { attempt, output: given, text, ms }, context);
  }
  return [stepFailed(row, isExpired ? expired(row) : rejected(row, { by: output.by, text }))];
}

function rejected(
  { step }: StepState,
  { by, text }: { readonly by: Json | undefined; readonly text: string | null },
): ErrorInfo {
  const who = Array.isArray(by) && by.length > 0 ? by.join(", ") : "somebody";
  const why = text === null ? "" : `: ${text}`;
  return toErrorInfo(new AiwError("rejected", `${who} rejected ${step.title || step.id}${why}`));
}

function expired({ step }: StepState): ErrorInfo {
  return toErrorInfo(
    new AiwError("expired", `nobody answered ${step.title || step.id} in time`, {
      hint: "raise `timeout` of the approval; `aiw resume RUN` asks again",
    }),
  );
}

/** Journal of an attempt whose driver was lost, or is leaving. */
export function interruptionEvents(state: RunState, key: string, context: EndContext): readonly NewEvent[] {
  const row = state.steps.get(key);
  if (row?.phase.is !== "running") return [];
  const { path: step } = row;
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
export function stepFailed({ path, section, step, attempts }: StepState, error: ErrorInfo): NewEvent {
  if (section === "undo") {
    return { type: "step.compensation_failed", step: path, data: { undoes: path.slice(0, -"!undo".length), error } };
  }
  const goesOn = step.onError === "continue" ? { continue: true } : {};
  return { type: "step.failed", step: path, data: { error, attempts, ...goesOn } };
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
