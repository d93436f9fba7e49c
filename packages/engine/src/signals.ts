import {
  AiwError,
  type Authorizer,
  isJsonObject,
  type Json,
  type JsonObject,
  type Judgement,
  judgeSignal,
  type Signal,
} from "@aiw/core";
import { digest } from "./digest.js";
import { endedError } from "./errors.js";
import { foldRun } from "./journal.js";
import type { EngineOptions } from "./options.js";

/** Whoever can reach the run may answer. */
export const anybody: Authorizer = { authorize: () => ({ allowed: true }) };

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
  const { state } = await foldRun(store, run);
  if (state.end !== undefined) throw endedError(run, state.end.status);
  const judged = judgeSignal(state, signal, authorizer);
  if (!judged.accepted) throw refusal(run, judged);
  const id = signalId(signal, () => ids.unique());
  const [answer] = await store.post([{ run, id, type: "signal", data: signalData(signal), at: clock.now() }]);
  if (answer === "ended") throw endedError(run, "meanwhile");
}

/** A signal as a message carries it. */
function signalData(signal: Signal): JsonObject {
  return JSON.parse(JSON.stringify(signal));
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

/** Id of a signal's message: the same answer of a person to what was shown is one message. */
function signalId(signal: Signal, unique: () => string): string {
  if (signal.id !== undefined) return `signal:${signal.id}`;
  if (signal.type === "signal") return `signal:${unique()}`;
  const { step, by, binds = "", approved } = signal;
  return `answer:${digest(JSON.stringify([step, by, binds, approved])).slice(0, 32)}`;
}

/** The refusal as an error for whoever sent it. */
function refusal(run: string, judged: Extract<Judgement, { accepted: false }>): AiwError {
  const code = judged.why === "denied" ? "permission_denied" : "signal_refused";
  return new AiwError(code, `run ${run}: ${judged.reason}`, {
    hint: `\`aiw runs show ${run}\` shows what it waits for, and who may answer`,
    details: { reason: judged.why },
  });
}
