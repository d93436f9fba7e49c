import { AiwError } from "../errors.js";
import { type EventData, eventVersion, type StoredEvent } from "../events/event.js";
import { workflowModelVersion } from "../model/workflow.js";
import { newer, type StepEvent, StepFold } from "./fold-step.js";
import { buildGraph, type StepGraph } from "./graph.js";
import { firstState, type MutableState } from "./new-state.js";
import type { RunState } from "./state.js";
import { StepTable } from "./step-table.js";

type Created = Extract<StoredEvent, { type: "run.created" }>;
type RunEvent = Exclude<StoredEvent, StepEvent>;

/**
 * The fold of one journal. Applies each event in constant time (but `run.reopened` and the rounds of a loop), whatever
 * the number of steps, by changing one state in place: `state` is always the run after the last event.
 */
export class RunFold {
  readonly #state: MutableState;
  readonly #table: StepTable;
  readonly #steps: StepFold;

  /**
   * @param created - First event of the journal.
   * @param known - The graph of its workflow, where the caller has it already.
   * @throws AiwError `store_newer` when it was written by a newer version.
   */
  constructor(created: StoredEvent, known?: StepGraph) {
    if (created.type !== "run.created") {
      throw new AiwError("store_corrupt", `the journal of run ${created.run} does not start with run.created`);
    }
    assertKnown(created);
    const { workflow } = created.data;
    const graph = known ?? buildGraph(workflow.steps);
    this.#table = new StepTable(graph, workflow);
    this.#state = firstState(created, graph, this.#table);
    this.#steps = new StepFold(this.#state, this.#table);
  }

  get state(): RunState {
    return this.#state;
  }

  /**
   * @throws AiwError `store_corrupt` when a number is missing or a step is unknown, `store_newer` for an event of a
   * newer version.
   */
  apply(event: StoredEvent): void {
    const state = this.#state;
    const table = this.#table;
    if (event.seq !== state.seq + 1) {
      throw new AiwError("store_corrupt", `run ${event.run}: event ${event.seq} follows event ${state.seq}`);
    }
    if (event.v > eventVersion) throw newer(event);
    if ("step" in event) this.#steps.apply(event);
    else this.#applyRun(event);
    state.seq = event.seq;
    state.at = event.at;
    state.suspended = table.suspended;
    state.pending = table.pending;
    if (table.open > 0) state.overAt = undefined;
    else state.overAt ??= event.at;
    state.open = table.open;
    state.nextDue = table.due.first();
  }

  #applyRun(event: RunEvent): void {
    const state = this.#state;
    switch (event.type) {
      case "run.created":
        throw new AiwError("store_corrupt", `run ${event.run} was created twice`);
      case "run.claimed": {
        const interrupted = event.data.interrupted?.length ?? 0;
        state.fence = event.data.fence;
        if (this.#steps.isInterrupted || interrupted > 0) state.openedAt += Math.max(0, event.at - state.at);
        if (event.data.cause === "takeover" && interrupted > 0) state.takeovers += 1;
        return;
      }
      case "run.cancel_requested":
        this.#cancel(event.data);
        return;
      case "run.reopened":
        this.#reopen(event.data, event.at);
        return;
      case "run.halted":
        state.halted = event.data;
        return;
      case "run.warned":
        return;
      case "signal.received": {
        const { accepted, kind, id, name, data } = event.data;
        if (accepted && kind === "signal") state.signals.push({ id, name, data });
        else if (accepted) this.#steps.answer(event.data);
        return;
      }
      case "run.completed":
        state.end = { status: "completed", at: event.at, ...event.data };
        return;
      case "run.failed":
        state.end = { status: "failed", at: event.at, ...event.data };
        return;
      case "run.cancelled":
        state.end = { status: "cancelled", at: event.at, ...event.data };
        return;
      default:
        throw newer(event);
    }
  }

  /** Asked once more, it can only become harder. */
  #cancel(data: EventData<"run.cancel_requested">): void {
    const state = this.#state;
    const { cancel: first, overAt } = state;
    state.isForced ||= data.force ?? (first !== undefined || (overAt !== undefined && data.undo !== true));
    const undo = first?.undo === true || data.undo === true ? { undo: true } : {};
    const drain = (first === undefined || first.drain === true) && data.drain === true ? { drain: true } : {};
    const { by, reason } = first ?? data;
    state.cancel = { by, ...(reason === undefined ? {} : { reason }), ...undo, ...drain };
  }

  #reopen(data: EventData<"run.reopened">, at: number): void {
    const state = this.#state;
    // Between its end and now nobody drove it.
    state.openedAt += Math.max(0, at - (state.end?.at ?? at));
    state.end = undefined;
    state.cancel = undefined;
    state.isForced = false;
    state.failure = undefined;
    state.halted = undefined;
    state.lateFailure = undefined;
    state.isHalted = false;
    state.takeovers = 0;
    state.epoch = data.epoch;
    state.undoBy = data.mode === "undo" ? data.by : undefined;
    const { timeoutMs } = state.workflow;
    state.deadline = timeoutMs === undefined ? undefined : at + timeoutMs;
    state.undoable = state.undoable.filter(({ path }) => !isUndone(state.undos.get(path)));
    // What was undone already stays so until it is made again.
    const undone = [...state.undos].filter(([, undo]) => isUndone(undo));
    state.undos = new Map(data.mode === "undo" ? undone : []);
    this.#table.forgetUndos(state.undos);
    if (data.mode !== "undo") for (const [path] of undone) this.#table.undone(path, data.epoch);
    this.#table.reset(data.reset);
  }
}

function isUndone(undo: { readonly error?: unknown } | undefined): boolean {
  return undo !== undefined && undo.error === undefined;
}

/**
 * Folds a whole journal.
 *
 * @throws AiwError `store_corrupt`, `store_newer`; `run_not_found` when there is no event.
 */
export function foldJournal(events: Iterable<StoredEvent>): RunFold {
  let fold: RunFold | undefined;
  for (const event of events) {
    if (fold === undefined) fold = new RunFold(event);
    else fold.apply(event);
  }
  if (fold === undefined) throw new AiwError("run_not_found", "the run has no events");
  return fold;
}

function assertKnown(created: Created): void {
  if (created.v > eventVersion || created.data.workflow.model > workflowModelVersion) throw newer(created);
}
