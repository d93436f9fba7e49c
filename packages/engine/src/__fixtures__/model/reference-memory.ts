import { type FlowPlan, itemValues, loopOf, mayBeUndone, type StepPlan } from "./plan.js";

/** How a step, an item or a round ended. */
export interface Result {
  readonly status: "completed" | "failed" | "skipped";
  /** Of a failure. */
  readonly code?: string;
}

/** A step, one item of it, or what undoes it, while it is made. */
export interface Unit {
  readonly step: StepPlan;
  /** Its path without the round. */
  readonly key: string;
  readonly isLate: boolean;
  readonly item?: { readonly index: number; readonly value: number };
  /** Another item has failed. */
  readonly isStopped?: () => boolean;
}

/** Something that completed and can be undone. */
export interface Undoable {
  readonly path: string;
  readonly step: StepPlan;
  readonly item: Unit["item"] | undefined;
  /** What it gave. */
  readonly gave: number;
}

/** A step that waits for a signal. */
export interface Waiter {
  readonly path: string;
  readonly name: string;
  /** Number of the tick in which it began to. */
  readonly since: number;
}

/** What is known of a run, as plain variables. */
export class Memory {
  readonly plan: FlowPlan;
  readonly n: number;
  /** By key. */
  readonly results = new Map<string, Result>();
  /** What a step gives to those who read it. */
  readonly gives = new Map<string, number>();
  /** By key; those of items that have none are their step's. */
  readonly rounds = new Map<string, number>();
  /** How many items of a step have begun. */
  readonly begun = new Map<string, number>();
  /** Failed attempts by path. */
  readonly failures = new Map<string, number>();
  /** How many runs the sub-workflow of a path has behind it. */
  readonly renewed = new Map<string, number>();
  readonly waiters = new Set<Waiter>();
  signals: { readonly id: string; readonly name: string; readonly data: number }[] = [];
  undoables: Undoable[] = [];
  /** What became of undoing, by path: nothing, or the code of its failure. */
  readonly undos = new Map<string, string | undefined>();
  cancel: { readonly undo: boolean; readonly drain: boolean } | undefined;
  isForced = false;
  /** The main section is over. */
  isLate = false;
  isUndoOnly = false;
  failure: { readonly path: string; readonly code: string } | undefined;
  lateFailure: { readonly path: string; readonly code: string } | undefined;

  constructor(plan: FlowPlan, n: number) {
    this.plan = plan;
    this.n = n;
  }

  roundOf(key: string): number {
    return this.rounds.get(key) ?? this.rounds.get(key.replace(/\[.*/, "")) ?? 1;
  }

  pathOf(key: string, round = this.roundOf(key)): string {
    return round === 1 ? key : `${key}#${round}`;
  }

  /** A second time, it can only become harder. */
  askToStop({ undo, drain, isForced }: { readonly undo: boolean; readonly drain: boolean; readonly isForced: boolean | undefined }): void {
    const first = this.cancel;
    this.isForced ||= isForced ?? (first !== undefined || (this.isLate && !undo));
    this.cancel = { undo: undo || first?.undo === true, drain: drain && (first === undefined || first.drain) };
  }

  /** What is undone next, where anything is. */
  nextUndoable(): Undoable | undefined {
    const isUndoing = this.failure !== undefined || this.isUndoOnly || this.cancel?.undo === true;
    if (!isUndoing || this.lateFailure !== undefined) return undefined;
    return this.undoables.findLast(({ path }) => !this.undos.has(path));
  }

  /** Nothing new of the main section begins. */
  isStopping(): boolean {
    return this.cancel !== undefined || this.failure !== undefined;
  }

  /** Is this to end instead of waiting on? */
  stops({ isLate, isStopped }: Unit): boolean {
    return (isLate ? this.isForced : this.isStopping()) || isStopped?.() === true;
  }

  /** How something ends that waited. `own`: what it has failed with before. */
  stopped({ isLate }: Unit, own?: string): Result {
    if (isLate && this.isForced) return { status: "failed", code: "cancelled" };
    if (own === undefined) return { status: "skipped" };
    return { status: "failed", code: !isLate && this.cancel !== undefined ? "cancelled" : own };
  }

  /** May what waits for these go on? */
  areNeedsDone(step: StepPlan): boolean {
    return step.needs.every((need) => this.#isDoneFor(need, step.id));
  }

  #isDoneFor(need: string, dependent: string): boolean {
    const loop = loopOf(this.plan, need);
    const isInside = loop?.some(({ id }) => id === dependent) === true;
    const last = loop?.at(-1);
    return this.#isSettled(need) && (isInside || last === undefined || last.id === need || this.#isSettled(last.id));
  }

  #isSettled(id: string): boolean {
    const step = this.plan.steps.find((known) => known.id === id);
    return step !== undefined && isDone(this.results.get(id), step) && this.areNeedsDone(step);
  }

  /** Begins the next round of a loop. */
  nextRound(loop: readonly StepPlan[], round: number): void {
    for (const { id } of loop) {
      this.results.delete(id);
      this.forgetItems(id);
      this.rounds.set(id, round);
    }
  }

  forgetItems(id: string): void {
    this.begun.delete(id);
    for (const map of [this.results, this.rounds]) {
      for (const key of map.keys()) if (key.startsWith(`${id}[`)) map.delete(key);
    }
  }

  /** A round of a step or an item gave a result. */
  completed({ step, key, isLate, item }: Unit, gave: number): void {
    const path = this.pathOf(key);
    if (!isLate && mayBeUndone(step)) this.undoables.push({ path, step, item, gave });
    if (item === undefined) this.gives.set(step.id, gave);
  }

  /** The end of a step of the file. */
  ended(step: StepPlan, result: Result, isLate: boolean): void {
    const { id, items, continues } = step;
    this.results.set(id, result);
    if (items !== undefined) this.gives.set(id, result.status === "skipped" ? 0 : this.countItems(step));
    else if (result.status !== "completed") this.gives.set(id, 0);
    if (result.status !== "failed" || continues) return;
    const failure = { path: this.pathOf(id), code: result.code ?? "" };
    if (isLate) this.lateFailure ??= failure;
    else if (this.cancel === undefined) this.failure ??= failure;
  }

  countItems(step: StepPlan): number {
    if (step.items === undefined) return 0;
    const keys = itemValues(step.items).map((_, index) => `${step.id}[${index}]`);
    return keys.filter((key) => this.results.get(key)?.status === "completed").length;
  }

  /** How the run is going to end, as of now. */
  outcome(): { readonly status: "completed" | "failed" | "cancelled"; readonly path?: string; readonly code?: string } {
    if (this.failure !== undefined) return { status: "failed", ...this.failure };
    if (this.isUndoOnly || this.cancel !== undefined) return { status: "cancelled" };
    if (this.lateFailure !== undefined) return { status: "failed", ...this.lateFailure };
    return { status: "completed" };
  }

  /** The number that a step is given. */
  valueFor({ step, isLate, item }: Unit): number {
    const { id, needs } = step;
    const last = loopOf(this.plan, id)?.at(-1)?.id;
    const before = isLate || last === undefined || last === id ? [] : [last];
    const read = isLate ? this.plan.steps.map((each) => each.id) : [...new Set(needs), ...before];
    const sum = read.reduce((total, each) => total + (this.gives.get(each) ?? 0), 1 + this.n + (item?.value ?? 0));
    return (isLate ? sum + this.#lateWords() : sum) % 1_000;
  }

  /** Lengths of `error.code`, `error.undone` and `run.status`. */
  #lateWords(): number {
    const { status, code = "" } = this.outcome();
    if (status !== "failed") return status.length;
    return status.length + code.length + this.undone().length;
  }

  undone(): readonly string[] {
    return [...this.undos].filter(([, code]) => code === undefined).map(([path]) => path);
  }

  out(): number {
    return this.plan.steps.reduce((total, { id }) => total + (this.gives.get(id) ?? 0), 1) % 1_000;
  }
}

function isDone(result: Result | undefined, { continues }: StepPlan): boolean {
  if (result === undefined) return false;
  return result.status !== "failed" || continues;
}
