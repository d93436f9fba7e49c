import type { Json, JsonObject } from "../json.js";
import type { StepKind } from "../model/step.js";
import type { Workflow } from "../model/workflow.js";
import { addUsage, type Usage } from "../usage.js";
import { DueQueue } from "./due-queue.js";
import { type StepGraph, type StepLoop, topologicalOrder } from "./graph.js";
import { formatStepPath } from "./path.js";
import type { StepPhase, StepState, Undoable } from "./state.js";
import { beginRound, clearRow, firstRow, isDone, isOver, keyOfPath, newRow, type StepRow } from "./step-row.js";
import { itemView, type StepResult, statusOf, stepView } from "./view.js";

type Expanded = Extract<StepPhase, { is: "expanded" }>;

/** The steps of a run with everything that would otherwise need a scan: counters, sets and the queue of times. */
export class StepTable {
  readonly rows = new Map<string, StepRow>();
  readonly views: Record<string, JsonObject> = Object.create(null);
  readonly ready: Record<StepKind | "foreach", Set<string>> = {
    foreach: new Set(),
    script: new Set(),
    tool: new Set(),
    agent: new Set(),
    use: new Set(),
    approval: new Set(),
    wait: new Set(),
    apply: new Set(),
    code: new Set(),
  };
  readonly expanded = new Set<string>();
  readonly running = new Set<string>();
  readonly waiting = new Set<string>();
  readonly asking = new Set<string>();
  readonly due = new DueQueue();
  suspended = 0;
  pending = 0;
  open = 0;
  readonly #graph: StepGraph;
  readonly #needs = new Map<string, number>();

  constructor(graph: StepGraph, { onFailure = [], finally: last = [] }: Pick<Workflow, "onFailure" | "finally">) {
    this.#graph = graph;
    for (const [id, step] of graph.steps) {
      const row = newRow({ key: id, step, section: "steps" });
      this.rows.set(id, row);
      this.views[id] = row.view;
      this.pending += 1;
      this.open += 1;
      this.#setNeeds(id, graph.needs.get(id) ?? 0);
    }
    const sections = [
      ["failure", onFailure],
      ["finally", last],
    ] as const;
    for (const [section, steps] of sections) {
      for (const step of steps) {
        const row = newRow({ key: step.id, step, section });
        this.rows.set(step.id, row);
        this.views[step.id] = row.view;
      }
    }
  }

  get(key: string): StepState | undefined {
    return this.rows.get(key);
  }

  /** The row that an event's path speaks of; items and Undos come into being with their first event. */
  at(path: string, undoable: readonly Undoable[]): StepRow | undefined {
    const key = keyOfPath(path);
    return this.rows.get(key) ?? this.#create(key, undoable);
  }

  /** Moves a step to another phase; who waited for it may become ready. */
  move(row: StepRow, phase: StepPhase, result?: StepResult): void {
    const before = row.phase;
    this.#leave(row, before);
    row.phase = phase;
    this.#enter(row, phase);
    if (isOver(phase)) row.input = undefined;
    const status = statusOf(phase);
    // Until a later round has a result, that of the round before stands there.
    const isNews = row.round === 1 && status !== statusOf(before);
    if (result !== undefined || isNews) this.show(row, stepView(status, result));
    if (isOver(phase) !== isOver(before)) this.#countOver(row, isOver(phase));
    if (isDone(phase) && !isDone(before) && row.section === "steps" && row.item === undefined) this.#release(row.key);
  }

  /** Sets what expressions read of the step. */
  show(row: StepRow, view: JsonObject): void {
    row.view = view;
    if (row.item === undefined && row.section !== "undo") this.views[row.key] = view;
  }

  /** The step goes over a list: its items may start. Those that began before the run was reopened keep their results. */
  expand(row: StepRow, items: readonly Json[]): void {
    row.items = items;
    const redo: string[] = [];
    let started = 0;
    for (; started < items.length; started += 1) {
      const item = this.rows.get(formatStepPath({ id: row.step.id, item: started }));
      if (item === undefined) break;
      if (item.phase.is === "pending") redo.push(item.key);
    }
    this.move(row, { is: "expanded", items, started, open: 0, failure: undefined, isCut: false, redo });
  }

  /** `steps.<id>.items` of an expanded step. */
  itemsOf(row: StepRow): readonly JsonObject[] {
    const items: JsonObject[] = [];
    for (let index = 0; index < (row.items?.length ?? 0); index += 1) {
      const item = this.rows.get(formatStepPath({ id: row.step.id, item: index }));
      if (item?.item !== undefined) items.push(itemView(item.item, item.view));
    }
    return items;
  }

  /** Begins another round of the step, or of the loop that it ends. */
  nextRound(row: StepRow, { round, at }: { readonly round: number; readonly at: number }): void {
    const loop = row.step.repeat?.from === undefined ? undefined : this.#graph.loops.get(row.step.id);
    const members = loop === undefined ? [row] : loop.steps.flatMap((id) => this.rows.get(id) ?? []);
    for (const member of members) {
      this.#leave(member, member.phase);
      if (isOver(member.phase)) this.#countOver(member, false);
      this.#forgetItems(member);
      beginRound(member, round);
      const needs = loop === undefined ? 0 : innerNeeds(member, loop);
      if (needs === 0) {
        member.phase = { is: "waiting", for: "round", at, suspended: false };
        this.#enter(member, member.phase);
        continue;
      }
      this.pending += 1;
      this.#setNeeds(member.key, needs);
    }
  }

  /** Adds what an attempt used. */
  spend(row: StepRow, usage: Usage | undefined, costUsd: number | undefined): void {
    if (usage !== undefined) row.usage = row.usage === undefined ? usage : addUsage(row.usage, usage);
    row.costUsd += costUsd ?? 0;
  }

  /** The Undos of all but these paths have not begun. */
  forgetUndos(kept: ReadonlyMap<string, unknown>): void {
    const isKept = (key: string) => !key.endsWith("!undo") || kept.has(key.slice(0, -"!undo".length));
    for (const key of this.rows.keys()) if (!isKept(key)) this.rows.delete(key);
  }

  /** Makes ended steps and items pending again; what runs at the end begins anew. */
  reset(paths: readonly string[]): void {
    for (const key of paths.map(keyOfPath)) {
      const row = this.rows.get(key);
      if (row === undefined) continue;
      this.#leave(row, row.phase);
      if (isOver(row.phase)) this.#countOver(row, false);
      if (row.section !== "steps") this.#beginAnew(row);
      else {
        const { items } = row;
        clearRow(row);
        row.items = items;
        if (row.item === undefined) this.pending += 1;
      }
      if (row.item === undefined) this.views[key] = this.rows.get(key)?.view ?? row.view;
    }
    // Resetting can take away what others were already counted as done with: count anew.
    for (const id of topologicalOrder([...this.#graph.steps.values()])) {
      const open = [...new Set(this.#graph.steps.get(id)?.needs)].filter((need) => !this.#isDoneFor(need, id));
      this.#setNeeds(id, open.length);
    }
  }

  #beginAnew({ key, step, section, items, item }: StepRow): void {
    this.#forgetItems({ step, items });
    if (item !== undefined) this.rows.delete(key);
    else this.rows.set(key, newRow({ key, step, section }));
  }

  /** The step was undone: a sub-workflow that its own Undo undid as a whole is not gone on with. */
  undone(path: string, epoch: number): void {
    const row = this.rows.get(keyOfPath(path));
    if (row?.path === path && row.step.kind === "use" && row.step.undo !== undefined) row.childEpoch = epoch;
  }

  #create(key: string, undoable: readonly Undoable[]): StepRow | undefined {
    const row = firstRow({ steps: this.rows, undoable }, key);
    if (row === undefined) return undefined;
    this.rows.set(key, row);
    const parent = row.section === "undo" ? undefined : this.rows.get(row.step.id);
    if (parent?.phase.is !== "expanded") return row;
    parent.phase = { ...parent.phase, started: parent.phase.started + 1, open: parent.phase.open + 1 };
    return row;
  }

  #forgetItems(row: Pick<StepRow, "step" | "items">): void {
    for (let index = 0; index < (row.items?.length ?? 0); index += 1) {
      this.rows.delete(formatStepPath({ id: row.step.id, item: index }));
    }
  }

  #countOver(row: StepRow, isNowOver: boolean): void {
    if (row.item !== undefined && row.section !== "undo") {
      const parent = this.rows.get(row.step.id);
      if (parent?.phase.is === "expanded" && isNowOver) parent.phase = itemOver(parent.phase, row.phase);
    } else if (row.section === "steps") this.open += isNowOver ? -1 : 1;
  }

  #isDoneFor(need: string, dependent: string): boolean {
    const loop = this.#graph.loops.get(need);
    const gate = loop === undefined || loop.members.has(dependent) ? need : loop.last;
    return this.#isSettled(need) && (gate === need || this.#isSettled(gate));
  }

  /** Done, and so is all that it waited for: a step that was undone is made again before those behind it go on. */
  #isSettled(id: string): boolean {
    return isDone(this.rows.get(id)?.phase) && (this.#needs.get(id) ?? 0) === 0;
  }

  /** Who waits for a step of a loop from outside waits for the whole loop. */
  #release(id: string): void {
    const loop = this.#graph.loops.get(id);
    const inside = (dependent: string) => loop?.members.has(dependent) === true;
    for (const dependent of this.#graph.dependents.get(id) ?? []) {
      if (loop === undefined || inside(dependent)) this.#countNeed(dependent);
    }
    if (loop?.last !== id) return;
    for (const member of loop.steps) {
      for (const dependent of this.#graph.dependents.get(member) ?? []) {
        if (!inside(dependent)) this.#countNeed(dependent);
      }
    }
  }

  #countNeed(id: string): void {
    this.#setNeeds(id, (this.#needs.get(id) ?? 0) - 1);
    if (this.#isSettled(id)) this.#release(id);
  }

  #setNeeds(id: string, open: number): void {
    this.#needs.set(id, open);
    const row = this.rows.get(id);
    if (row === undefined) return;
    const ready = this.ready[readyKind(row)];
    if (open === 0 && row.phase.is === "pending") ready.add(id);
    else ready.delete(id);
  }

  #leave(row: StepRow, phase: StepPhase): void {
    const { key } = row;
    if (phase.is === "pending") {
      if (row.section !== "steps" || row.item !== undefined) {
        this.#takeRedo(row);
        return;
      }
      this.pending -= 1;
      this.ready[readyKind(row)].delete(key);
    } else if (phase.is === "running") this.running.delete(key);
    else if (phase.is === "expanded") this.expanded.delete(key);
    else if (phase.is === "waiting") {
      this.waiting.delete(key);
      this.asking.delete(key);
      this.due.delete(key);
      if (phase.suspended) this.suspended -= 1;
    }
  }

  /** An item that is made again. */
  #takeRedo(row: StepRow): void {
    const parent = row.item === undefined ? undefined : this.rows.get(row.step.id);
    if (parent?.phase.is !== "expanded" || !parent.phase.redo.includes(row.key)) return;
    const redo = parent.phase.redo.filter((key) => key !== row.key);
    parent.phase = { ...parent.phase, open: parent.phase.open + 1, redo };
  }

  #enter({ key }: StepRow, phase: StepPhase): void {
    if (phase.is === "running") this.running.add(key);
    else if (phase.is === "expanded") this.expanded.add(key);
    else if (phase.is === "waiting") {
      this.waiting.add(key);
      if (asks.has(phase.for)) this.asking.add(key);
      if (phase.at !== undefined) this.due.set(key, phase.at);
      if (phase.suspended) this.suspended += 1;
    }
  }
}

const asks: ReadonlySet<string> = new Set(["answer", "stop", "approval", "signal"]);

function readyKind({ step }: StepRow): StepKind | "foreach" {
  return step.foreach === undefined ? step.kind : "foreach";
}

function innerNeeds({ step }: StepRow, loop: StepLoop): number {
  return [...new Set(step.needs)].filter((need) => loop.members.has(need)).length;
}

function itemOver(phase: Expanded, item: StepPhase): Expanded {
  const failure = item.is === "failed" && !item.continues ? item.error : undefined;
  const isCut = phase.isCut || item.is === "skipped";
  return { ...phase, open: phase.open - 1, failure: phase.failure ?? failure, isCut };
}
