import {
  type JsonObject,
  RunFold,
  type RunRow,
  type RunState,
  type RunStore,
  type RunSummary,
  type StoredEvent,
  summarize,
} from "@aiw/core";
import { createStepBoard, type StepBoard } from "../output/step-board.js";
import { readJournal, readSummary } from "./journal.js";
import { rootOf } from "./root.js";
import { isInterrupted } from "./status.js";
import { type TreeWait, waitsOfTree } from "./wait-tree.js";

/** A run as its journal tells it now. */
export interface RunReport {
  readonly state: RunState;
  readonly summary: RunSummary;
  /** The run that people go on with: itself, or the one at the top whose sub-workflow it is. */
  readonly root: string;
  /** What it waits for, with its sub-workflows. */
  readonly waits: readonly TreeWait[];
  /** Under way, but the process that drove it has ended. */
  readonly isInterrupted: boolean;
  /** Attempts, durations and usage of the steps. */
  readonly board: StepBoard;
  /** Warnings of the journal. */
  readonly warnings: readonly string[];
}

/** Reads the whole journal of the run that a row tells of. */
export async function readReport(store: RunStore, row: RunRow): Promise<RunReport> {
  const { run } = row;
  const board = createStepBoard();
  const warnings: string[] = [];
  let fold: RunFold | undefined;
  for await (const events of readJournal(store, run)) {
    for (const event of events) {
      if (fold === undefined) fold = new RunFold(event);
      else fold.apply(event);
      board.apply(event);
      warnings.push(...warningsOf(event));
    }
  }
  // A row is only ever written together with its first event.
  if (fold === undefined) throw new TypeError(`run ${run} has no events`);
  const { state } = fold;
  const summary = summarize(state);
  return {
    state,
    summary,
    root: await rootOf(store, run),
    waits: await waitsOfTree(async (id) => (id === run ? summary : await readSummary(store, id)), run),
    board,
    warnings,
    isInterrupted: state.end === undefined && isInterrupted(row, Date.now()),
  };
}

/** What `aiw runs show --json` prints. */
export function reportJson({
  state,
  summary,
  root,
  waits,
  board,
  warnings,
  isInterrupted,
}: RunReport): Record<string, unknown> {
  const { end, createdAt, origin } = state;
  return {
    ...{ run: summary.run, name: summary.name, status: summary.status },
    ...(isInterrupted ? { interrupted: true } : {}),
    ...(root === summary.run ? {} : { root }),
    ...withoutAbsent({ reason: summary.reason, step: summary.step, error: summary.error, file: origin.file }),
    trigger: state.trigger,
    created_at: new Date(createdAt).toISOString(),
    ...(end === undefined ? {} : { ended_at: new Date(end.at).toISOString() }),
    duration_ms: summary.ms,
    cost_usd: summary.costUsd,
    inputs: state.inputs,
    outputs: summary.outputs,
    ...(waits.length === 0 ? {} : { waits: waits.map(({ wait, ...where }) => ({ ...where, ...wait })) }),
    ...withoutAbsent({ undone: summary.undone, not_undone: summary.notUndone }),
    steps: [...state.steps.keys()].map((id) => stepJson(id, { state, summary, board })),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

function stepJson(
  id: string,
  { state, summary, board }: Pick<RunReport, "state" | "summary" | "board">,
): Record<string, unknown> {
  const row = state.steps.get(id);
  const shown = board.steps.get(id);
  const view: JsonObject = state.views[id] ?? {};
  return {
    ...{
      id,
      title: row?.step.title ?? id,
      kind: row?.step.kind,
      status: summary.steps[id],
      attempts: row?.attempts ?? 0,
    },
    ...withoutAbsent({ agent: row?.agent, model: row?.model, error: shown?.error, note: shown?.note }),
    ...(shown === undefined || shown.ms === 0 ? {} : { duration_ms: shown.ms }),
    ...(row === undefined || row.costUsd === 0 ? {} : { cost_usd: row.costUsd }),
    ...withoutAbsent({ usage: row?.usage, text: view.text ?? undefined, output: view.output ?? undefined }),
  };
}

function withoutAbsent(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function warningsOf(event: StoredEvent): readonly string[] {
  return event.type === "run.warned" ? [`${event.data.code}: ${event.data.message}`] : [];
}
