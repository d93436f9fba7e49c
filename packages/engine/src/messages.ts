import type { JsonObject, Message, NewEvent, RunState } from "@aiw/core";
import { isJsonObject } from "@aiw/core";

/** What a `resume` message asks for. */
export interface ResumeRequest {
  readonly by: string;
  /** The sender saw an ended run. */
  readonly reopen: boolean;
  readonly interrupted?: "retry" | "fail" | undefined;
}

/** A `resume` message's data. */
export function resumeData(request: ResumeRequest): JsonObject {
  const { by, reopen, interrupted } = request;
  return { by, reopen, ...(interrupted === undefined ? {} : { interrupted }) };
}

/** Does the message take up an ended run? */
export function isReopen(message: Message): boolean {
  return message.type === "resume" && isJsonObject(message.data) && message.data.reopen === true;
}

/** Events that answer a message; none when it comes too late or says nothing that is understood. */
export function answerMessage(state: RunState, message: Message): readonly NewEvent[] {
  const data = isJsonObject(message.data) ? message.data : {};
  const by = typeof data.by === "string" ? data.by : "unknown";
  switch (message.type) {
    case "cancel": {
      if (state.end !== undefined || state.cancel !== undefined) return [];
      const reason = typeof data.reason === "string" ? { reason: data.reason } : {};
      return [{ type: "run.cancel_requested", data: { by, ...reason } }];
    }
    case "resume": {
      if (state.end !== undefined) return isReopen(message) ? reopen(state, by) : [];
      return answerInterrupted(state, data.interrupted);
    }
    case "answer":
      return answerInterrupted(state, data.answer, data.step);
  }
}

function reopen(state: RunState, by: string): readonly NewEvent[] {
  if (state.end?.status === "completed") return [];
  const reset: string[] = [];
  for (const [id, { phase }] of state.steps) if (phase.is === "failed" || phase.is === "skipped") reset.push(id);
  return [{ type: "run.reopened", data: { by, reset, epoch: state.epoch + 1 } }];
}

function answerInterrupted(state: RunState, answer: unknown, only?: unknown): readonly NewEvent[] {
  if (answer !== "retry" && answer !== "fail") return [];
  const events: NewEvent[] = [];
  for (const step of state.waiting) {
    const phase = state.steps.get(step)?.phase;
    if (phase?.is !== "waiting" || phase.for !== "answer" || (typeof only === "string" && only !== step)) continue;
    events.push({ type: "step.resumed", step, data: { cause: "answer", answer } });
  }
  return events;
}
