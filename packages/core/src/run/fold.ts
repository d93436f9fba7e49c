import { AiwError } from "../errors.js";
import { type EventData, eventVersion, type StoredEvent } from "../events/event.js";
import { workflowModelVersion } from "../model/workflow.js";
import { buildGraph, type StepGraph } from "./graph.js";
import type { RunState } from "./state.js";
import { StepTable } from "./step-table.js";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Created = Extract<StoredEvent, { type: "run.created" }>;
type StepEvent = Extract<StoredEvent, { step: string }>;
type RunEvent = Exclude<StoredEvent, StepEvent>;

/**
 * The fold of one journal. Applies each event in constant time (but `run.reopened`), whatever the number of steps,
 * by changing one state in place: `state` is always the run after the last event.
 */
export class RunFold {
  readonly #state: Mutable<RunState>;
  readonly #table: StepTable;
  /** The last thing that happened is that a driver left an attempt. */
  #isInterrupted = false;

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
    const graph = known ?? buildGraph(created.data.workflow.steps);
    this.#table = new StepTable(graph);
    this.#state = firstState(created, graph, this.#table);
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
    if (event.seq !== state.seq + 1) {
      throw new AiwError("store_corrupt", `run ${event.run}: event ${event.seq} follows event ${state.seq}`);
    }
    if (event.v > eventVersion) throw newer(event);
    if ("step" in event) this.#applyStep(event);
    else this.#applyRun(event);
    state.seq = event.seq;
    state.at = event.at;
    state.suspended = this.#table.suspended;
    state.pending = this.#table.pending;
    state.nextRetry = this.#table.retries.first();
  }

  #applyRun(event: RunEvent): void {
    const state = this.#state;
    switch (event.type) {
      case "run.created":
        throw new AiwError("store_corrupt", `run ${event.run} was created twice`);
      case "run.claimed":
        state.fence = event.data.fence;
        if (this.#isInterrupted || (event.data.interrupted?.length ?? 0) > 0) this.#leaveOut(event.at - state.at);
        if (event.data.cause === "takeover" && (event.data.interrupted?.length ?? 0) > 0) state.takeovers += 1;
        return;
      case "run.cancel_requested":
        state.cancel = event.data;
        return;
      case "run.reopened":
        this.#reopen(event.data, event.at);
        return;
      case "run.warned":
        return;
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

  #reopen(data: EventData<"run.reopened">, at: number): void {
    const state = this.#state;
    this.#leaveOut(at - (state.end?.at ?? at));
    state.end = undefined;
    state.cancel = undefined;
    state.failure = undefined;
    state.isHalted = false;
    state.takeovers = 0;
    state.epoch = data.epoch;
    const { timeoutMs } = state.workflow;
    state.deadline = timeoutMs === undefined ? undefined : at + timeoutMs;
    this.#table.reset(data.reset);
  }

  /** Nobody drove the run for so long. */
  #leaveOut(ms: number): void {
    this.#state.openedAt += Math.max(0, ms);
  }

  #applyStep(event: StepEvent): void {
    const table = this.#table;
    const row = table.rows.get(event.step);
    if (row === undefined) throw new AiwError("store_corrupt", `run ${event.run} has no step ${event.step}`);
    const durationMs = row.openedAt === undefined ? undefined : event.at - row.openedAt;
    this.#isInterrupted = false;
    switch (event.type) {
      case "step.started": {
        const { attempt, fence, agent, model, input } = event.data;
        const session = row.phase.is === "waiting" ? row.phase.session : undefined;
        row.attempts = attempt;
        row.startedAt ??= event.at;
        row.openedAt ??= event.at;
        row.input ??= input;
        row.agent = agent;
        row.model = model;
        table.move(row, { is: "running", attempt, fence, startedAt: event.at, session });
        return;
      }
      case "step.checkpointed":
        if (row.phase.is === "running" && event.data.session !== undefined) {
          row.phase = { ...row.phase, session: event.data.session };
        }
        return;
      case "step.completed": {
        const { output, text, agent, usage, costUsd } = event.data;
        this.#spend(row, usage, costUsd);
        row.agent = agent ?? row.agent;
        const used = { agent: row.agent, usage: row.usage, costUsd: row.costUsd };
        table.move(row, { is: "completed" }, { output, text, ...used, durationMs });
        this.#state.takeovers = 0;
        return;
      }
      case "step.attempt_failed": {
        const { error, interrupted = false, next, usage, costUsd, session, text } = event.data;
        this.#spend(row, usage, costUsd);
        if (interrupted) {
          this.#isInterrupted = true;
          row.openedAt = undefined;
        } else {
          row.failures += 1;
          this.#state.takeovers = 0;
        }
        if (next.do === "failover") {
          row.failures = 0;
          row.agent = next.agent;
          row.model = next.model;
        }
        const kept = interrupted ? session : undefined;
        const view = { text, agent: row.agent };
        const waiting = { is: "waiting", error, session: kept, suspended: false } as const;
        if (next.do === "ask") table.move(row, { ...waiting, for: "answer" }, view);
        else if (next.do === "stop") table.move(row, { ...waiting, for: "stop" }, view);
        else table.move(row, { ...waiting, for: "retry", at: next.at }, view);
        return;
      }
      case "step.failed_over":
        return;
      case "step.failed": {
        const { error, continue: continues = false } = event.data;
        const text = table.views[event.step]?.text;
        const used = { agent: row.agent, usage: row.usage, costUsd: row.costUsd };
        const shown = { text: typeof text === "string" ? text : null, error, ...used, durationMs };
        table.move(row, { is: "failed", error, continues }, shown);
        if (!continues) this.#state.failure ??= { step: event.step, error };
        return;
      }
      case "step.skipped":
        table.move(row, { is: "skipped", cause: event.data.cause }, {});
        if (event.data.cause !== "if") this.#state.isHalted = true;
        return;
      case "step.suspended":
        if (row.phase.is === "waiting") table.move(row, { ...row.phase, suspended: true });
        return;
      case "step.resumed":
        if (row.phase.is !== "waiting") return;
        if (event.data.answer === "fail") table.move(row, { ...row.phase, for: "stop", suspended: false });
        else table.move(row, { ...row.phase, for: "retry", at: row.phase.at ?? event.at, suspended: false });
        return;
      default:
        throw newer(event);
    }
  }

  #spend(row: Parameters<StepTable["spend"]>[0], usage: Parameters<StepTable["spend"]>[1], costUsd?: number): void {
    this.#table.spend(row, usage, costUsd);
    this.#state.costUsd += costUsd ?? 0;
  }
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

function firstState(created: Created, graph: RunState["graph"], table: StepTable): Mutable<RunState> {
  const { workflow, origin, inputs, trigger, agent, model, deadline } = created.data;
  return {
    run: created.run,
    workflow,
    graph,
    origin,
    inputs,
    trigger,
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
    failure: undefined,
    isHalted: false,
    end: undefined,
    steps: table.rows,
    views: table.views,
    ready: table.ready,
    running: table.running,
    waiting: table.waiting,
    suspended: 0,
    pending: table.pending,
    nextRetry: undefined,
    costUsd: 0,
  };
}

function assertKnown(created: Created): void {
  if (created.v > eventVersion || created.data.workflow.model > workflowModelVersion) throw newer(created);
}

function newer(event: { readonly run: string; readonly type: string }): AiwError {
  return new AiwError("store_newer", `run ${event.run} holds ${event.type} of a newer version`, {
    hint: "update AIW to the version that wrote it",
  });
}
