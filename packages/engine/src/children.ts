import {
  AiwError,
  type ChildEnd,
  type ErrorInfo,
  isJsonObject,
  type Json,
  type JsonObject,
  type NewEvent,
  type NewMessage,
  type RunState,
  type StepState,
  toErrorInfo,
  undoReport,
} from "@aiw/core";
import { completedEvents, type EndContext, failedEvents, stepFailed } from "./end-events.js";
import { maxTextLength } from "./options.js";

/** What a sub-workflow's run tells its parent when it ends, in the append of its end. */
export function endMessage(state: RunState): NewMessage | undefined {
  const { parent, end, run, seq, costUsd, at, undoBy, undoable, undos } = state;
  if (parent === undefined || end === undefined) return undefined;
  const error = end.status === "failed" ? end.error : undefined;
  const { notUndone = [] } = undoReport(state);
  // Cut short: what was not even tried stands too.
  const left = undoBy === undefined ? [] : undoable.filter(({ path }) => !undos.has(path));
  const standing = [...notUndone.map(({ step }) => step), ...left.map(({ path }) => path)];
  const outputs = end.status === "completed" ? end.outputs : {};
  const size = JSON.stringify(outputs).length;
  const data = {
    child: run,
    seq,
    status: end.status,
    ...(size > maxTextLength ? { outputs: {}, tooLarge: size } : { outputs }),
    ...(error === undefined ? {} : { error }),
    ...(end.status === "failed" ? { reason: end.reason } : {}),
    ...(end.status === "cancelled" ? { by: end.by } : {}),
    ...(standing.length === 0 ? {} : { notUndone: standing }),
    costUsd,
  };
  return { run: parent.run, id: `child:${run}:${seq}`, type: "child", data: JSON.parse(JSON.stringify(data)), at };
}

/** Events of the parent that answer the end of a sub-workflow; none when no step waits for it any more. */
export function childEvents(state: RunState, data: JsonObject, context: EndContext): readonly NewEvent[] {
  const row = waitingFor(state, data.child);
  if (row?.phase.is !== "waiting" || row.phase.for !== "child") return [];
  const known = state.childEnds.get(String(data.child));
  const isUndo = row.section === "undo" && row.step.undo === undefined;
  // Told once more; or how it ended before it was undone.
  if (typeof data.seq !== "number" || data.seq <= (known?.seq ?? 0)) return [];
  if (isUndo && data.status === "completed") return [];
  const { attempt, isLate = false } = row.phase;
  const ms = Math.max(0, context.now - (row.startedAt ?? context.now));
  const facts = { attempt, ms, childSeq: data.seq, ...newCost(known, data.costUsd) };
  if (isUndo && data.status === "cancelled") return undoneEvents(row, data.notUndone, facts);
  if (data.status === "completed") {
    const output = data.outputs ?? {};
    if (typeof data.tooLarge === "number") {
      return failedEvents(state, row, { ...facts, error: tooLarge(row, data.tooLarge) }, context);
    }
    return completedEvents(state, row, { ...facts, output, text: null }, context);
  }
  const error = isLate ? tookTooLong(row) : childError(row, data);
  return failedEvents(state, row, { ...facts, error }, context);
}

/** It was told to stop when its time was over. */
function tookTooLong({ path, child }: StepState): ErrorInfo {
  return toErrorInfo(
    new AiwError("timeout", `step ${path}: run ${child} did not end in time and was cancelled`, {
      hint: "raise `timeout` of the step",
      retryable: true,
    }),
  );
}

/** A sub-workflow's run that is not in the store any more. */
export function childGone(state: RunState, child: string): readonly NewEvent[] {
  const row = waitingFor(state, child);
  if (row?.phase.is !== "waiting" || row.phase.for !== "child") return [];
  const error = toErrorInfo(
    new AiwError("child_failed", `step ${row.path}: its run ${child} is gone from the store`, {
      hint: "it was deleted while it was under way; start the workflow anew",
    }),
  );
  return [
    { type: "step.attempt_failed", step: row.path, data: { attempt: row.phase.attempt, error, next: { do: "stop" } } },
    stepFailed(row, error),
  ];
}

function waitingFor(state: RunState, child: Json | undefined): StepState | undefined {
  for (const key of state.waiting) {
    const row = state.steps.get(key);
    if (row?.child === child && child !== undefined) return row;
  }
  return undefined;
}

function undoneEvents(
  { path, child }: StepState,
  notUndone: Json | undefined,
  { attempt: _, childSeq, ...facts }: { readonly attempt: number; readonly ms: number; readonly childSeq: number },
): readonly NewEvent[] {
  const undoes = path.slice(0, -"!undo".length);
  if (!Array.isArray(notUndone) || notUndone.length === 0) {
    return [{ type: "step.compensated", step: path, data: { undoes, childSeq, ...facts } }];
  }
  const error = toErrorInfo(
    new AiwError("child_failed", `run ${child}: ${notUndone.join(", ")} could not be undone`, {
      hint: `\`aiw runs show ${child}\` tells why`,
    }),
  );
  return [{ type: "step.compensation_failed", step: path, data: { undoes, error, childSeq } }];
}

/** A sub-workflow tells what it cost since its beginning; what was counted at an earlier end is not new. */
function newCost(known: ChildEnd | undefined, total: Json | undefined): { readonly costUsd?: number } {
  const costUsd = typeof total === "number" ? total - (known?.costUsd ?? 0) : 0;
  return costUsd > 0 ? { costUsd } : {};
}

function tooLarge({ path, child }: StepState, size: number): ErrorInfo {
  return toErrorInfo(
    new AiwError("output_too_large", `the outputs of run ${child}, of step ${path}, have ${size} characters of JSON`, {
      hint: `the limit is ${maxTextLength}; write large data to a file and give its path`,
    }),
  );
}

/** The first error of the child, so that the parent ends for the same reason. */
function childError({ step, child }: StepState, data: JsonObject): ErrorInfo {
  const hint = `\`aiw runs show ${child}\` shows the run; \`aiw resume\` of the parent goes on with it`;
  const error = data.error;
  if (error === undefined || !isJsonObject(error)) {
    const by = typeof data.by === "string" ? ` by ${data.by}` : "";
    return toErrorInfo(new AiwError("child_failed", `step ${step.id}: run ${child} was cancelled${by}`, { hint }));
  }
  const { code, message, retryable } = error;
  return {
    // That the child ends its workers is its own affair.
    code: typeof code === "string" && code !== "poison" ? code : "child_failed",
    message: `sub-workflow of step ${step.id}: ${typeof message === "string" ? message : "it failed"}`,
    hint,
    retryable: retryable === true,
    details: { child: child ?? null },
  };
}
