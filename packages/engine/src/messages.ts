import {
  type Authorizer,
  type CancelOptions,
  formatStepPath,
  isJsonObject,
  type Json,
  judgeSignal,
  keyOfPath,
  type Message,
  type NewEvent,
  type NewMessage,
  type RunState,
  type StepState,
} from "@aiw/core";
import { childEvents, endMessage } from "./children.js";
import type { EndContext } from "./end-events.js";
import { readSignal } from "./signals.js";

/** What a `resume` message asks for. */
export interface ResumeRequest {
  readonly by: string;
  /** The sender saw an ended run. */
  readonly reopen: boolean;
  readonly interrupted?: "retry" | "fail" | undefined;
}

/** A message that asks a run to go on. */
export function resumeRequest(run: string, request: ResumeRequest, { id, at }: MessageHead): NewMessage {
  const { by, reopen, interrupted } = request;
  const data = { by, reopen, ...(interrupted === undefined ? {} : { interrupted }) };
  return { run, id, type: "resume", data, at };
}

/** A message that asks a run to stop. */
export function cancelRequest(run: string, by: string, options: CancelOptions & MessageHead): NewMessage {
  const { id, at, reason, undo = false } = options;
  const data = { by, ...(reason === undefined ? {} : { reason }), ...(undo ? { undo } : {}) };
  return { run, id, type: "cancel", data, at };
}

type MessageHead = Pick<NewMessage, "id" | "at">;

/** Does the message take up an ended run? */
export function isReopen(message: Message): boolean {
  if (message.type === "undo") return true;
  return message.type === "resume" && isJsonObject(message.data) && message.data.reopen === true;
}

/** What answering a message needs besides the run. */
export interface AnswerContext {
  readonly authorizer: Authorizer;
  readonly end: EndContext;
}

/** Events that answer a message; none when it comes too late or says nothing that is understood. */
export function answerMessage(state: RunState, message: Message, context: AnswerContext): readonly NewEvent[] {
  const data = isJsonObject(message.data) ? message.data : {};
  const by = typeof data.by === "string" ? data.by : "unknown";
  switch (message.type) {
    case "cancel": {
      if (state.end !== undefined) return [];
      const reason = typeof data.reason === "string" ? { reason: data.reason } : {};
      const undo = data.undo === true ? { undo: true } : {};
      const drain = data.drain === true ? { drain: true } : {};
      const force = typeof data.force === "boolean" ? { force: data.force } : {};
      return [{ type: "run.cancel_requested", data: { by, ...reason, ...undo, ...drain, ...force } }];
    }
    case "resume": {
      if (state.end !== undefined) return isReopen(message) ? reopen(state, by) : [];
      return answerInterrupted(state, data.interrupted);
    }
    case "undo": {
      if (!mayBeUndone(state)) return [];
      return [{ type: "run.reopened", data: { by, reset: [], epoch: state.epoch + 1, mode: "undo" } }];
    }
    case "answer":
      return answerInterrupted(state, data.answer, data.step);
    case "signal":
      return receiveSignal(state, message, context.authorizer);
    case "child":
      return childEvents(state, data, context.end);
  }
}

/** It completed, or undoing it left something. */
function mayBeUndone({ end, undoBy, undoable, undos }: RunState): boolean {
  if (end?.status === "completed") return true;
  const isUndone = (path: string) => undos.has(path) && undos.get(path)?.error === undefined;
  return end?.status === "cancelled" && undoBy !== undefined && undoable.some(({ path }) => !isUndone(path));
}

/** A sub-workflow that has nothing left to do or to undo, when its parent asks for it, tells once more how it ended. */
export function toldAgain(state: RunState, message: Message): readonly NewMessage[] {
  const isVain = message.type === "undo" ? !mayBeUndone(state) : state.end?.status === "completed";
  const told = isReopen(message) && isVain ? endMessage(state) : undefined;
  // The one that told it the first time was read long ago.
  return told === undefined ? [] : [{ ...told, id: `${told.id}:${message.id}` }];
}

/** Journal of an answer or a signal, taken or not. */
function receiveSignal(state: RunState, message: Message, authorizer: Authorizer): readonly NewEvent[] {
  const signal = readSignal(message.data);
  if (signal === undefined || state.end !== undefined) return [];
  const judged = judgeSignal(state, signal, { authorizer, now: message.at });
  const { type, by } = signal;
  const name = type === "approval" ? signal.step : signal.name;
  const data: Json =
    type === "approval"
      ? { approved: signal.approved, comment: signal.comment ?? null, fields: signal.fields ?? {} }
      : (signal.data ?? null);
  const outcome = judged.accepted ? { accepted: true } : { accepted: false, reason: judged.reason };
  return [{ type: "signal.received", data: { id: message.id, kind: type, name, by, data, ...outcome } }];
}

/** An ended run goes on: what failed, was skipped or undone is made again. */
function reopen(state: RunState, by: string): readonly NewEvent[] {
  if (state.end === undefined || state.end.status === "completed") return [];
  const reset = new Set<string>();
  const undone = [...state.undos].filter(([, { error }]) => error === undefined).map(([path]) => path);
  for (const path of undone) {
    const row = state.steps.get(keyOfPath(path));
    // A later round that was not undone is done.
    if (row === undefined || row.path !== path) continue;
    // An item is made again by its step.
    if (row.item !== undefined) reset.add(state.steps.get(row.step.id)?.path ?? row.step.id);
    reset.add(row.path);
  }
  for (const row of state.steps.values()) {
    const { phase, section, item, path } = row;
    if (section === "undo") continue;
    const isLate = section !== "steps" && phase.is !== "pending";
    const isOpen = phase.is === "failed" || phase.is === "skipped";
    const parent = item === undefined ? undefined : state.steps.get(row.step.id)?.phase;
    if (isLate) for (const each of roundsOf(row)) reset.add(each);
    else if (isOpen && parent?.is !== "completed") reset.add(path);
  }
  return [{ type: "run.reopened", data: { by, reset: [...reset], epoch: state.epoch + 1 } }];
}

/** What runs at the end begins with its first round again. */
function roundsOf({ step: { id }, item, round }: StepState): readonly string[] {
  return Array.from({ length: round }, (_, before) => formatStepPath({ id, item: item?.index, round: before + 1 }));
}

function answerInterrupted(state: RunState, answer: unknown, only?: unknown): readonly NewEvent[] {
  if (answer !== "retry" && answer !== "fail") return [];
  const events: NewEvent[] = [];
  for (const key of state.waiting) {
    const { phase, path: step = key } = state.steps.get(key) ?? {};
    if (phase?.is !== "waiting" || phase.for !== "answer" || (typeof only === "string" && only !== step)) continue;
    events.push({ type: "step.resumed", step, data: { cause: "answer", answer } });
  }
  return events;
}
