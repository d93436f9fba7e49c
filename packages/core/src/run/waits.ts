import { isJsonObject, type Json, type JsonObject } from "../json.js";
import type { Step } from "../model/step.js";
import type { Authorizer } from "../ports/authorizer.js";
import type { ApprovalAnswer, NamedSignal, OpenWait, Signal } from "../ports/run-control.js";
import { applyDefaults } from "../types/apply-defaults.js";
import { describeProblems, validateJson } from "../types/validate.js";
import type { RunState, StepPhase, StepState } from "./state.js";
import { isOver, keyOfPath } from "./step-row.js";

/** Is an answer or a signal taken, and if not, why? */
export type Judgement =
  | { readonly accepted: true }
  | {
      readonly accepted: false;
      readonly why: "not_awaited" | "changed" | "answered" | "denied" | "misfit";
      readonly reason: string;
    };

/** Judges an answer or a signal against the run as it is now. Pure: the sender asks before it posts, the driver decides. */
export function judgeSignal(state: RunState, signal: Signal, { authorizer, now }: Judge): Judgement {
  if (state.end !== undefined) return refuse("not_awaited", `the run has ended (${state.end.status})`);
  return signal.type === "approval" ? judgeAnswer(state, signal, { authorizer, now }) : judgeNamed(state, signal, now);
}

/** Who may answer, and when it was answered, ms since the epoch. */
export interface Judge {
  readonly authorizer: Authorizer;
  readonly now: number;
}

function judgeAnswer(state: RunState, answer: ApprovalAnswer, { authorizer, now }: Judge): Judgement {
  const row = state.steps.get(keyOfPath(answer.step));
  const phase = row?.phase;
  if (
    row?.step.kind !== "approval" ||
    phase?.is !== "waiting" ||
    phase.for !== "approval" ||
    row.path !== answer.step
  ) {
    return refuse("not_awaited", `nobody is asked about ${answer.step} now`);
  }
  if (phase.at !== undefined && now >= phase.at)
    return refuse("not_awaited", `the time to answer ${answer.step} is over`);
  if (answer.binds !== undefined && answer.binds !== phase.asked.binds) {
    return refuse("changed", `what ${answer.step} shows has changed since it was read`);
  }
  if (isAnswered(row)) return refuse("answered", `${answer.step} has all the answers it needs`);
  if (phase.answers.some(({ by }) => by === answer.by)) {
    return refuse("answered", `${answer.by} has answered ${answer.step} already`);
  }
  const { step, by, fields = {} } = answer;
  const request = { action: "approve", run: state.run, step, by: row.step.by, principal: by, fields } as const;
  const requester = state.by === undefined ? {} : { requester: state.by };
  const authorized = authorizer.authorize({ ...request, ...requester });
  if (!authorized.allowed) return refuse("denied", authorized.reason);
  const misfit = fieldsMisfit(row.step.fields, answer);
  return misfit === undefined ? { accepted: true } : refuse("misfit", misfit);
}

/** Has the approval all the answers it needs, or one that rejects? */
export function isAnswered({ step, phase }: StepState): boolean {
  if (phase.is !== "waiting" || phase.for !== "approval" || step.kind !== "approval") return false;
  const approvals = phase.answers.filter(({ approved }) => approved).length;
  return approvals >= step.min || approvals < phase.answers.length;
}

/** What is wrong with the fields of an answer; a rejection needs none. */
function fieldsMisfit(
  specs: Extract<Step, { kind: "approval" }>["fields"],
  { approved, fields = {} }: ApprovalAnswer,
): string | undefined {
  for (const name of Object.keys(fields)) {
    if (!Object.hasOwn(specs, name))
      return `there is no field ${name}; there is: ${Object.keys(specs).join(", ") || "none"}`;
  }
  for (const [name, { schema, required }] of Object.entries(specs)) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value === undefined) {
      if (required && approved) return `the field ${name} has no value`;
      continue;
    }
    const checked = validateJson(schema, value);
    if (!checked.ok) return `the field ${name} does not fit its type: ${describeProblems(checked.problems)}`;
  }
  return undefined;
}

function judgeNamed(state: RunState, { name, data = null }: NamedSignal, now: number): Judgement {
  const misfits: string[] = [];
  let isAwaited = false;
  for (const row of state.steps.values()) {
    const schema = awaited(state, row, name);
    const isOver = row.phase.is === "waiting" && row.phase.at !== undefined && now >= row.phase.at;
    if (schema === undefined || isOver) continue;
    isAwaited = true;
    const checked = isJsonObject(schema) ? validateJson(schema, data) : { ok: true as const };
    if (checked.ok) return { accepted: true };
    misfits.push(describeProblems(checked.problems));
  }
  if (!isAwaited) return refuse("not_awaited", `no step of the run waits for a signal ${name}, now or later`);
  return refuse("misfit", `the data of ${name} do not fit: ${misfits[0]}`);
}

/** Type of the data of a signal that the step waits for, or will; undefined when it does not, null for any. */
function awaited(state: RunState, row: StepState, name: string): Json | undefined {
  const { step, phase } = row;
  if (step.kind !== "wait" || !("signal" in step.wait)) return undefined;
  const { signal, schema = null } = step.wait;
  if (phase.is === "waiting" && phase.for === "signal") return phase.asked.name === name ? schema : undefined;
  const isOpen = phase.is === "expanded" ? hasItemsLeft(phase) : !isOver(phase) || mayComeAgain(state, row);
  const mayBe = signal.some((part) => typeof part !== "string") || signal.join("") === name;
  return isOpen && mayBe ? schema : undefined;
}

/** Items that have begun wait for themselves. */
function hasItemsLeft({ items, started, redo }: Extract<StepPhase, { is: "expanded" }>): boolean {
  return started < items.length || redo.length > 0;
}

/** Its loop is not over. */
function mayComeAgain({ graph, steps }: RunState, { step, section }: StepState): boolean {
  const loop = section === "steps" ? graph.loops.get(step.id) : undefined;
  const last = loop === undefined ? undefined : steps.get(loop.last);
  return last !== undefined && !isOver(last.phase);
}

function refuse(why: Extract<Judgement, { accepted: false }>["why"], reason: string): Judgement {
  return { accepted: false, why, reason };
}

/** What an approval that has all it needs gives: its output and text, and whether it was approved. */
export function approvalResult(row: StepState): {
  readonly approved: boolean;
  readonly output: JsonObject;
  readonly text: string | null;
} {
  const answers = row.phase.is === "waiting" && row.phase.for === "approval" ? row.phase.answers : [];
  const specs = row.step.kind === "approval" ? row.step.fields : {};
  const rejection = answers.find(({ approved }) => !approved);
  const counted = rejection === undefined ? answers : [rejection];
  const fields: Record<string, Json> = {};
  for (const [name, { schema }] of Object.entries(specs)) {
    const given = counted.findLast((answer) => Object.hasOwn(answer.fields, name))?.fields[name];
    const fallback = rejection === undefined ? schema.default : undefined;
    fields[name] = given === undefined ? (fallback ?? null) : applyDefaults(schema, given);
  }
  const comments = counted.flatMap(({ comment }) => (comment === null || comment === "" ? [] : [comment]));
  const isAnswered = answers.length > 0;
  return {
    approved: isAnswered && rejection === undefined,
    output: { approved: isAnswered && rejection === undefined, by: counted.map(({ by }) => by), ...fields },
    text: comments.length === 0 ? null : comments.join("\n"),
  };
}

/** What an open run waits for, in the order in which it began to. */
export function openWaits(state: RunState): readonly OpenWait[] {
  const waits: OpenWait[] = [];
  for (const key of state.waiting) {
    const row = state.steps.get(key);
    const wait = row === undefined ? undefined : openWait(row);
    if (wait !== undefined) waits.push(wait);
  }
  return waits;
}

function openWait({ path, phase, startedAt = 0, child, input }: StepState): OpenWait | undefined {
  if (phase.is !== "waiting") return undefined;
  const base = { step: path, since: startedAt, ...(phase.at === undefined ? {} : { until: phase.at }) };
  switch (phase.for) {
    case "approval": {
      const { by, min, schema, binds } = phase.asked;
      const text = input !== undefined && isJsonObject(input) && typeof input.prompt === "string" ? input.prompt : "";
      const approvals = phase.answers.filter(({ approved }) => approved).map((answer) => answer.by);
      return { ...base, waits: "approval", text, by, min, schema, binds, approvals };
    }
    case "signal":
      return { ...base, waits: "signal", name: phase.asked.name, schema: phase.asked.schema };
    case "child":
      return { ...base, waits: "children", child };
    case "timer":
    case "round":
      return { ...base, waits: "timer" };
    case "answer":
      return { ...base, waits: "approval", name: "interrupted", text: phase.error.message };
    case "retry":
      return { ...base, waits: "retry", text: phase.error.message };
    case "stop":
      return undefined;
  }
}
