import type { Json, JsonObject } from "../json.js";
import type { Step } from "../model/step.js";
import type { Usage } from "../usage.js";
import { formatStepPath, parseStepPath } from "./path.js";
import type { RunState, StepItem, StepPhase, StepSection, StepState } from "./state.js";
import { stepView } from "./view.js";

/** A {@link StepState} that its table changes in place. */
export interface StepRow extends StepState {
  path: string;
  round: number;
  phase: StepPhase;
  view: JsonObject;
  attempts: number;
  failures: number;
  startedAt: number | undefined;
  openedAt: number | undefined;
  input: Json | undefined;
  agent: string | undefined;
  model: string | undefined;
  session: string | undefined;
  child: string | undefined;
  childEpoch: number;
  usage: Usage | undefined;
  costUsd: number;
  items: readonly Json[] | undefined;
}

/** What a row is made of. */
export interface NewRow {
  readonly key: string;
  readonly step: Step;
  readonly section: StepSection;
  readonly round?: number;
  readonly item?: StepItem | undefined;
}

/** Views are replaced, never changed, so that all pending steps share one. */
const pendingView = stepView("pending");
const pendingPhase: StepPhase = { is: "pending" };

/** A row of a step that has not begun. */
export function newRow({ key, step, section, round = 1, item }: NewRow): StepRow {
  return {
    key,
    path: round === 1 ? key : `${key}#${round}`,
    step,
    section,
    round,
    item,
    view: pendingView,
    child: undefined,
    childEpoch: 0,
    session: undefined,
    usage: undefined,
    costUsd: 0,
    attempts: 0,
    ...untouched(),
  };
}

/** Forgets what a row was given and became; what it cost and how often it was tried stays. */
export function clearRow(row: StepRow): void {
  Object.assign(row, { view: pendingView, ...untouched() });
}

/** Begins another round: its results so far stay visible until it has new ones. */
export function beginRound(row: StepRow, round: number): void {
  const { view, agent, model } = row;
  Object.assign(row, { ...untouched(), view, agent, model, attempts: 0, round, child: undefined });
  row.path = row.section === "undo" ? row.key : `${row.key}#${round}`;
}

function untouched() {
  return {
    phase: pendingPhase,
    failures: 0,
    startedAt: undefined,
    openedAt: undefined,
    input: undefined,
    agent: undefined,
    model: undefined,
    items: undefined,
  };
}

/** Key of the row that a path of the journal belongs to. */
export function keyOfPath(path: string): string {
  if (!/[[#!]/.test(path)) return path;
  const parsed = parseStepPath(path);
  if (parsed === undefined || parsed.undo) return path;
  const { id, item } = parsed;
  return formatStepPath(item === undefined ? { id } : { id, item });
}

/** The step as it stands, or as it will begin: items of a `foreach` and Undos have no row before their first event. */
export function stepToStart(state: Pick<RunState, "steps" | "undoable">, key: string): StepState | undefined {
  return state.steps.get(key) ?? firstRow(state, key);
}

/** The row of an item or an Undo that begins. */
export function firstRow(state: Pick<RunState, "steps" | "undoable">, key: string): StepRow | undefined {
  if (key.endsWith("!undo")) {
    const target = state.undoable.findLast(({ path }) => `${path}!undo` === key);
    if (target === undefined) return undefined;
    return newRow({ key, step: target.step.undo ?? target.step, section: "undo", item: target.item });
  }
  const { id = "", item: index } = parseStepPath(key) ?? {};
  const parent = state.steps.get(id);
  const value = index === undefined || parent?.phase.is !== "expanded" ? undefined : parent.phase.items[index];
  if (parent === undefined || index === undefined || value === undefined) return undefined;
  const { step, section, round } = parent;
  return newRow({ key, step, section, round, item: { index, value } });
}

/** Nothing more happens to the step. */
export function isOver(phase: StepPhase): boolean {
  return phase.is === "completed" || phase.is === "failed" || phase.is === "skipped";
}

/** Steps that wait for it may start. */
export function isDone(phase: StepPhase | undefined): boolean {
  if (phase === undefined) return false;
  return phase.is === "completed" || phase.is === "skipped" || (phase.is === "failed" && phase.continues);
}
