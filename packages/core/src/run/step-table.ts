import type { Json, JsonObject } from "../json.js";
import type { Step } from "../model/step.js";
import { addUsage, type Usage } from "../usage.js";
import { DueQueue } from "./due-queue.js";
import type { StepGraph } from "./graph.js";
import type { StepPhase, StepState } from "./state.js";
import { type StepResult, statusOf, stepView } from "./view.js";

/** Views are replaced, never changed, so that all pending steps share one. */
const pendingView = stepView("pending");
const pendingPhase: StepPhase = { is: "pending" };

interface Row {
  readonly step: Step;
  phase: StepPhase;
  attempts: number;
  failures: number;
  startedAt: number | undefined;
  openedAt: number | undefined;
  input: Json | undefined;
  agent: string | undefined;
  model: string | undefined;
  usage: Usage | undefined;
  costUsd: number;
}

/** The steps of a run with everything that would otherwise need a scan: counters, sets and the retry queue. */
export class StepTable {
  readonly rows = new Map<string, Row>();
  readonly views: Record<string, JsonObject> = Object.create(null);
  readonly ready: Record<Step["kind"], Set<string>> = {
    script: new Set(),
    tool: new Set(),
    agent: new Set(),
    use: new Set(),
    approval: new Set(),
    wait: new Set(),
    apply: new Set(),
    code: new Set(),
  };
  readonly running = new Set<string>();
  readonly waiting = new Set<string>();
  readonly retries = new DueQueue();
  suspended = 0;
  pending = 0;
  readonly #graph: StepGraph;
  readonly #needs = new Map<string, number>();

  constructor(graph: StepGraph) {
    this.#graph = graph;
    for (const [id, step] of graph.steps) {
      this.rows.set(id, newRow(step));
      this.views[id] = pendingView;
      this.pending += 1;
      this.#setNeeds(id, graph.needs.get(id) ?? 0);
    }
  }

  get(id: string): StepState | undefined {
    return this.rows.get(id);
  }

  /** Moves a step to another phase; who waited for it may become ready. */
  move(row: Row, phase: StepPhase, result?: StepResult): void {
    const { id } = row.step;
    const before = row.phase;
    this.#leave(id, before);
    row.phase = phase;
    this.#enter(id, phase);
    if (isOver(phase)) row.input = undefined;
    const status = statusOf(phase);
    if (result !== undefined || status !== statusOf(before)) this.views[id] = stepView(status, result);
    if (isDone(phase) && !isDone(before)) this.#release(id);
  }

  /** Adds what an attempt used. */
  spend(row: Row, usage: Usage | undefined, costUsd: number | undefined): void {
    if (usage !== undefined) row.usage = row.usage === undefined ? usage : addUsage(row.usage, usage);
    row.costUsd += costUsd ?? 0;
  }

  /** Makes ended steps pending again; what they were given is forgotten, their attempts are not. */
  reset(ids: readonly string[]): void {
    for (const id of ids) {
      const row = this.rows.get(id);
      if (row === undefined) continue;
      this.#leave(id, row.phase);
      Object.assign(row, { ...newRow(row.step), attempts: row.attempts, usage: row.usage, costUsd: row.costUsd });
      this.pending += 1;
      this.views[id] = pendingView;
    }
    // Resetting can take away what others were already counted as done with: count anew.
    for (const [id, row] of this.rows) {
      const open = [...new Set(row.step.needs)].filter((need) => !isDone(this.rows.get(need)?.phase));
      this.#setNeeds(id, open.length);
    }
  }

  #release(id: string): void {
    for (const dependent of this.#graph.dependents.get(id) ?? []) {
      this.#setNeeds(dependent, (this.#needs.get(dependent) ?? 0) - 1);
    }
  }

  #setNeeds(id: string, open: number): void {
    this.#needs.set(id, open);
    const row = this.rows.get(id);
    if (row === undefined) return;
    const ready = this.ready[row.step.kind];
    if (open === 0 && row.phase.is === "pending") ready.add(id);
    else ready.delete(id);
  }

  #leave(id: string, phase: StepPhase): void {
    if (phase.is === "pending") {
      this.pending -= 1;
      const kind = this.rows.get(id)?.step.kind;
      if (kind !== undefined) this.ready[kind].delete(id);
    } else if (phase.is === "running") this.running.delete(id);
    else if (phase.is === "waiting") {
      this.waiting.delete(id);
      this.retries.delete(id);
      if (phase.suspended) this.suspended -= 1;
    }
  }

  #enter(id: string, phase: StepPhase): void {
    if (phase.is === "running") this.running.add(id);
    else if (phase.is === "waiting") {
      this.waiting.add(id);
      if (phase.at !== undefined) this.retries.set(id, phase.at);
      if (phase.suspended) this.suspended += 1;
    }
  }
}

/** Nothing more happens to the step. */
function isOver(phase: StepPhase): boolean {
  return phase.is === "completed" || phase.is === "failed" || phase.is === "skipped";
}

/** Steps that wait for it may start. */
function isDone(phase: StepPhase | undefined): boolean {
  if (phase === undefined) return false;
  return phase.is === "completed" || phase.is === "skipped" || (phase.is === "failed" && phase.continues);
}

function newRow(step: Step): Row {
  return {
    step,
    phase: pendingPhase,
    attempts: 0,
    failures: 0,
    startedAt: undefined,
    openedAt: undefined,
    input: undefined,
    agent: undefined,
    model: undefined,
    usage: undefined,
    costUsd: 0,
  };
}
