import {
  type Authorizer,
  type CancelOptions,
  isJsonObject,
  type Json,
  judgeSignal,
  keyOfPath,
  type Message,
  type NewEvent,
  type NewMessage,
  type RunState,
} from "@aiw/core";
import { childEvents } from "./children.js";
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
      return [{ type: "run.cancel_requested", data: { by, ...reason, ...undo, ...drain } }];
    }
    case "resume": {
      if (state.end !== undefined) return isReopen(message) ? reopen(state, by) : [];
      return answerInterrupted(state, data.interrupted);
    }
    case "undo": {
      if (state.end?.status !== "completed") return [];
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

/** Journal of an answer or a signal, taken or not. */
function receiveSignal(state: RunState, message: Message, authorizer: Authorizer): readonly NewEvent[] {
  const signal = readSignal(message.data);
  if (signal === undefined || state.end !== undefined) return [];
  const judged = judgeSignal(state, signal, authorizer);
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
    if (row === undefined) continue;
    // An item is made again by its step.
    if (row.item !== undefined) reset.add(row.step.id);
    reset.add(row.key);
  }
  for (const row of state.steps.values()) {
    const { phase, section, item, key } = row;
    if (section === "undo") continue;
    const isLate = section !== "steps" && phase.is !== "pending";
    const isOpen = phase.is === "failed" || phase.is === "skipped" || isLate;
    const parent = item === undefined ? undefined : state.steps.get(row.step.id)?.phase;
    if (isOpen && parent?.is !== "completed") reset.add(key);
  }
  return [{ type: "run.reopened", data: { by, reset: [...reset], epoch: state.epoch + 1 } }];
}

function answerInterrupted(state: RunState, answer: unknown, only?: unknown): readonly NewEvent[] {
  if (answer !== "retry" && answer !== "fail") return [];
  const events: NewEvent[] = [];
  for (const step of state.waiting) {
    const phase = state.steps.get(step)?.phase;
    if (phase?.is !== "waiting" || phase.for !== "answer" || (typeof only === "string" && only !== step)) continue;
    events.push({ type: "step.resumed", step: state.steps.get(step)?.path ?? step, data: { cause: "answer", answer } });
  }
  return events;
}
