import {
  AiwError,
  type Authorizer,
  isJsonObject,
  type Json,
  type JsonObject,
  type Judgement,
  judgeSignal,
  keyOfPath,
  type RunState,
  type Signal,
} from "@aiw/core";
import { digest } from "./digest.js";
import { endedError } from "./errors.js";
import { foldRun } from "./journal.js";
import type { EngineOptions } from "./options.js";

/**
 * Who may answer where nobody said so: those whom the approval names, by their own names; where it names nobody, anybody
 * but whoever asked for the run. Roles need an authorizer that knows them.
 */
export const namedOnly: Authorizer = {
  authorize({ principal, by, requester }) {
    if (principal === requester)
      return { allowed: false, reason: `${principal} asked for the run and may not decide on it` };
    if (by.length === 0 || by.includes(principal)) return { allowed: true };
    return { allowed: false, reason: `${principal} is none of ${by.join(", ")}; roles need an authorizer` };
  },
};

/** Longest signal or answer, as JSON, in UTF-16 units. */
const maxSignalLength = 64 * 1024;

/**
 * Posts a signal to a run that takes it as it is now.
 *
 * @throws AiwError `run_not_found`, `run_ended`, `signal_refused`, `permission_denied`.
 */
export async function sendSignal(
  { store, ids, clock }: Pick<EngineOptions, "store" | "ids" | "clock">,
  authorizer: Authorizer,
  { run, signal }: { readonly run: string; readonly signal: Signal },
): Promise<void> {
  const data = signalData(signal);
  assertSize(run, data);
  const { state } = await foldRun(store, run);
  if (state.end !== undefined) throw endedError(run, state.end.status);
  const judged = judgeSignal(state, signal, { authorizer, now: clock.now() });
  if (!judged.accepted) throw refusal(run, judged);
  const id = signalId(state, signal, () => ids.unique());
  const [answer] = await store.post([{ run, id, type: "signal", data, at: clock.now() }]);
  if (answer === "ended") throw endedError(run, "meanwhile");
  // It lies in the inbox until somebody drives the run again.
  if (answer === "duplicate" && signal.type === "approval" && signal.id === undefined) {
    throw refusal(run, {
      accepted: false,
      why: "answered",
      reason: `${signal.by} has answered ${signal.step} already`,
    });
  }
}

/** A signal as a message carries it. */
function signalData(signal: Signal): JsonObject {
  return JSON.parse(JSON.stringify(signal));
}

function assertSize(run: string, data: JsonObject): void {
  const size = JSON.stringify(data).length;
  if (size <= maxSignalLength) return;
  throw new AiwError("signal_refused", `run ${run}: the signal has ${size} characters of JSON`, {
    hint: `the limit is ${maxSignalLength}; write large data to a file and send its path`,
    details: { reason: "too_large" },
  });
}

/** The signal of a message; undefined when it is none. */
export function readSignal(data: Json): Signal | undefined {
  if (!isJsonObject(data) || typeof data.by !== "string") return undefined;
  const { by } = data;
  if (data.type === "signal" && typeof data.name === "string") {
    return { type: "signal", name: data.name, by, data: data.data ?? null };
  }
  if (data.type !== "approval" || typeof data.step !== "string" || typeof data.approved !== "boolean") return undefined;
  return {
    type: "approval",
    step: data.step,
    by,
    approved: data.approved,
    ...(typeof data.comment === "string" ? { comment: data.comment } : {}),
    ...(data.fields !== undefined && isJsonObject(data.fields) ? { fields: data.fields } : {}),
    ...(typeof data.binds === "string" ? { binds: data.binds } : {}),
  };
}

/** Id of a signal's message: a person answers what was shown once. */
function signalId(state: RunState, signal: Signal, unique: () => string): string {
  if (signal.id !== undefined) return `signal:${signal.id}`;
  if (signal.type === "signal") return `signal:${unique()}`;
  const { step, by } = signal;
  const phase = state.steps.get(keyOfPath(step))?.phase;
  const binds = phase?.is === "waiting" && phase.for === "approval" ? phase.asked.binds : "";
  return `answer:${digest(JSON.stringify([step, by, binds])).slice(0, 32)}`;
}

/** The refusal as an error for whoever sent it. */
function refusal(run: string, judged: Extract<Judgement, { accepted: false }>): AiwError {
  const code = judged.why === "denied" ? "permission_denied" : "signal_refused";
  return new AiwError(code, `run ${run}: ${judged.reason}`, {
    hint: `\`aiw runs show ${run}\` shows what it waits for, and who may answer`,
    details: { reason: judged.why },
  });
}
