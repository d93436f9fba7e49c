import type { ErrorInfo } from "../errors.js";
import type { StoredEvent } from "../events/event.js";
import type { StepGraph } from "./graph.js";
import type { ChildEnd, KeptSignal, RunState, Undoable } from "./state.js";
import type { StepTable } from "./step-table.js";

/** The one state of a fold, changed in place. */
export type MutableState = { -readonly [K in keyof RunState]: RunState[K] } & {
  signals: KeptSignal[];
  undoable: Undoable[];
  childEnds: Map<string, ChildEnd>;
  undos: Map<string, { readonly error?: ErrorInfo | undefined }>;
};

/** The state after `run.created`. */
export function firstState(
  created: Extract<StoredEvent, { type: "run.created" }>,
  graph: StepGraph,
  table: StepTable,
): MutableState {
  const { workflow, origin, inputs, trigger, by, parent, lock, noCache = false, agent, model, deadline } = created.data;
  return {
    run: created.run,
    workflow,
    graph,
    origin,
    inputs,
    trigger,
    by,
    parent,
    lock,
    noCache,
    agent,
    model,
    seq: created.seq,
    at: created.at,
    createdAt: created.at,
    openedAt: created.at,
    deadline,
    epoch: 0,
    fence: 0,
    takeovers: 0,
    cancel: undefined,
    isForced: false,
    undoBy: undefined,
    failure: undefined,
    halted: undefined,
    lateFailure: undefined,
    isHalted: false,
    end: undefined,
    steps: table.rows,
    views: table.views,
    ready: table.ready,
    expanded: table.expanded,
    running: table.running,
    waiting: table.waiting,
    asking: table.asking,
    suspended: 0,
    pending: table.pending,
    open: table.open,
    overAt: undefined,
    nextDue: undefined,
    signals: [],
    undoable: [],
    childEnds: new Map(),
    undos: new Map(),
    costUsd: 0,
  };
}
