import { itemValues, loopOf, type FlowPlan, type StepPlan } from "./plan.js";
import { Memory, type Result, type Unit } from "./reference-memory.js";
import { begun, type ChildEnd, undo, work, workItems, type Workplace } from "./reference-work.js";
import { type Process, Scheduler } from "./scheduler.js";
import { type Happening, isDecided, type Start, type Tick } from "./trace.js";

/** The journals, as a reference reads them. */
export interface Journals {
  ticks(run: string): readonly Tick[];
  /** The sub-workflows' runs of a step, one after the other. */
  childrenOf(run: string, path: string): readonly string[];
}

/** Something else was in the journal than there should have been. */
export class Mismatch extends Error {}

/** How a run ends, and what is known of its steps then. */
export interface ReferenceEnd {
  readonly status: "completed" | "failed" | "cancelled";
  /** Of the step that failed it. */
  readonly path?: string | undefined;
  readonly code?: string | undefined;
  readonly out?: number | undefined;
  readonly undone: readonly string[];
  readonly notUndone: readonly (readonly [path: string, code: string])[];
  /** Nothing of what can be undone stands. */
  readonly isUndone: boolean;
  /** Status of each step, item and Undo by path. */
  readonly steps: Readonly<Record<string, string>>;
}

/**
 * What a run of a plan does, as sequential code that takes from the journal only when things happened that a workflow
 * does not decide: ends of attempts, answers, signals, times, ends of sub-workflows. It knows nothing of fold and decide.
 */
export class ReferenceRun {
  readonly run: string;
  readonly #journals: Journals;
  readonly #memory: Memory;
  readonly #scheduler = new Scheduler();
  /** By path; the last is the present one. */
  readonly #children = new Map<string, ReferenceRun[]>();
  readonly #undoRows = new Map<string, string>();
  readonly #starts: Start[] = [];
  readonly #place: Workplace;
  #position = 0;
  #hasBegun = false;
  #end: ReferenceEnd | undefined;

  constructor(run: string, journals: Journals, { plan, n }: { readonly plan: FlowPlan; readonly n: number }) {
    this.run = run;
    this.#journals = journals;
    this.#memory = new Memory(plan, n);
    this.#place = {
      memory: this.#memory,
      tick: () => this.#position,
      start: (path, value) => {
        this.#starts.push({ path, value });
      },
      spawn: (process) => this.#scheduler.spawn(process),
      playChild: (path, child, given) => this.#playChild(path, { plan: child, n: given }),
      fail: (message) => {
        throw this.#mismatch(message);
      },
    };
  }

  /** Follows the journal to the next end of the run. @throws Mismatch where it does not do what it should. */
  play(): ReferenceEnd {
    for (;;) {
      const tick = this.#journals.ticks(this.run)[this.#position];
      if (tick === undefined) throw this.#mismatch("the journal stops before the run has ended");
      this.#position += 1;
      const end = this.#tick(tick);
      if (tick.isEnd !== (end !== undefined)) {
        throw this.#mismatch(tick.isEnd ? "the run ended too early" : "the run should have ended", tick);
      }
      if (end !== undefined) return end;
    }
  }

  /** Follows the rest of the journal, and those of all sub-workflows. Returns the last ends. */
  playRest(last: ReferenceEnd): ReadonlyMap<string, ReferenceEnd> {
    let end = last;
    this.#skipClaims();
    while (this.#position < this.#journals.ticks(this.run).length) {
      end = this.play();
      this.#skipClaims();
    }
    const ends = new Map([[this.run, end]]);
    for (const child of [...this.#children.values()].flat()) {
      const before = child.#end ?? child.play();
      for (const [run, its] of child.playRest(before)) ends.set(run, its);
    }
    return ends;
  }

  /** An ended run is taken on to be asked for its result. */
  #skipClaims(): void {
    const isClaim = (tick: Tick | undefined) => {
      return tick !== undefined && tick.starts.length === 0 && tick.happenings.every(({ type }) => type === "claimed");
    };
    while (this.#end !== undefined && isClaim(this.#journals.ticks(this.run)[this.#position])) this.#position += 1;
  }

  /** Returns how the run ended with it. */
  #tick(tick: Tick): ReferenceEnd | undefined {
    this.#end = undefined;
    for (const happening of tick.happenings) {
      if (isDecided(happening)) this.#scheduler.settle(happening);
      this.#happen(happening, tick);
    }
    this.#scheduler.settle();
    const expected = this.#starts.splice(0).map(inWords).sort();
    const found = tick.starts.map(inWords).sort();
    if (expected.join() !== found.join()) {
      throw this.#mismatch(`should start [${expected.join()}], but starts [${found.join()}]`, tick);
    }
    const { waiters, signals, isLate, cancel, failure } = this.#memory;
    const mayTake = this.#end === undefined && (isLate || (cancel === undefined && failure === undefined));
    const left = signals.find(({ name }) => [...waiters].some((waiter) => waiter.name === name));
    if (mayTake && left !== undefined) throw this.#mismatch(`nobody took the signal ${left.name}`, tick);
    return this.#end;
  }

  #happen(happening: Happening, tick: Tick): void {
    const memory = this.#memory;
    switch (happening.type) {
      case "claimed":
        if (!this.#hasBegun) this.#scheduler.spawn(this.#control());
        this.#hasBegun = true;
        return;
      case "cancel":
        memory.askToStop(happening);
        return;
      case "reopened":
        this.#reopen(happening.isUndo);
        return;
      case "signal":
        memory.signals.push({ ...happening, data: Number(happening.data) });
        return;
      case "begun":
        this.#scheduler.feed(happening);
        return;
      default:
        if (!this.#scheduler.feed(happening)) throw this.#mismatch(`nobody waits for ${JSON.stringify(happening)}`, tick);
    }
  }

  *#control(): Process {
    const memory = this.#memory;
    const { steps } = memory.plan;
    // All begin before the first goes on.
    for (const step of steps) this.#scheduler.spawn(this.#member(step));
    yield { until: () => steps.every(({ id }) => memory.results.has(id)) };
    memory.isLate = true;
    yield* this.#ending();
    const { status, path, code } = memory.outcome();
    const out = status === "completed" ? memory.out() : undefined;
    const notUndone = [...memory.undos].flatMap(([undone, why]) => (why === undefined ? [] : [[undone, why] as const]));
    const isUndone = memory.undoables.every((undoable) => memory.undone().includes(undoable.path));
    this.#end = { status, path, code, out, isUndone, undone: memory.undone(), notUndone, steps: this.#statuses() };
  }

  /** A step of the main section, with all rounds of its loop. */
  *#member(step: StepPlan): Process {
    const memory = this.#memory;
    const loop = loopOf(memory.plan, step.id);
    const hasInner = step.needs.some((need) => loop?.some(({ id }) => id === need));
    for (let isNext = false; ; isNext = true) {
      const round = memory.roundOf(step.id);
      if (!memory.results.has(step.id)) {
        if (isNext && !hasInner) {
          // The first of a round wait until its time has come.
          yield { on: begun(memory.pathOf(step.id)), stop: () => memory.isStopping() };
        } else yield { until: () => memory.isStopping() || memory.areNeedsDone(step) };
        const result: Result | "again" = memory.isStopping() ? { status: "skipped" } : yield* this.#step(step, false);
        if (result === "again") continue;
        memory.ended(step, result, false);
      }
      const last = loop?.at(-1)?.id;
      if (last === undefined || last === step.id) return;
      const isLoopOver = () => memory.results.has(last);
      yield { until: () => memory.roundOf(step.id) > round || isLoopOver() };
      if (memory.roundOf(step.id) === round) return;
    }
  }

  *#step(step: StepPlan, isLate: boolean): Process<Result | "again"> {
    const memory = this.#memory;
    const { id, condition, items } = step;
    const isAsked = memory.begun.get(id) === undefined && (memory.roundOf(id) === 1 || loopOf(memory.plan, id) !== undefined);
    const isMet = condition === undefined || (condition !== "never" && memory.results.get(condition.completed)?.status === "completed");
    if (isAsked && !isMet) return { status: "skipped" };
    const unit: Unit = { step, key: id, isLate };
    return yield* items === undefined ? work(this.#place, unit) : workItems(this.#place, step, isLate);
  }

  /** Undo, On failure, Finally. */
  *#ending(): Process {
    const memory = this.#memory;
    const { onFailure, finally: last } = memory.plan;
    while (!memory.isForced) {
      const undoable = memory.nextUndoable();
      if (undoable !== undefined) {
        yield* undo(this.#place, undoable);
        const isUndone = memory.undos.get(undoable.path) === undefined;
        this.#undoRows.set(`${undoable.path}!undo`, isUndone ? "completed" : "failed");
        continue;
      }
      if (memory.isUndoOnly) return;
      const late = [...(memory.failure === undefined ? [] : onFailure), ...last];
      const step = late.find(({ id }) => !memory.results.has(id));
      if (step === undefined) return;
      const result = yield* this.#step(step, true);
      if (result === "again") throw this.#mismatch(`${step.id} ends a loop`);
      memory.ended(step, result, true);
    }
  }

  #reopen(isUndoOnly: boolean): void {
    const memory = this.#memory;
    const { plan, results } = memory;
    const undone = memory.undone();
    const late = [...plan.onFailure, ...plan.finally].map(({ id }) => id);
    if (!isUndoOnly) {
      for (const [key, { status }] of results) {
        const [id = ""] = key.split("[");
        const isKept = key !== id && results.get(id)?.status === "completed";
        if (status !== "completed" && !isKept) results.delete(key);
      }
      for (const path of undone) {
        const key = path.replace(/#.*/, "");
        // A later round that was not undone is done.
        if (memory.pathOf(key) !== path) continue;
        results.delete(key);
        const id = key.replace(/\[.*/, "");
        results.delete(id);
        // What an Undo of its own has undone is begun anew.
        const step = plan.steps.find((known) => known.id === id);
        if (step?.does.kind === "use" && step.undo !== undefined) this.#renew(memory.pathOf(key));
      }
      for (const id of late) {
        results.delete(id);
        memory.rounds.delete(id);
        memory.forgetItems(id);
      }
      for (const path of this.#children.keys()) if (late.includes(path.replace(/[[#].*/, ""))) this.#renew(path);
      for (const { id } of plan.steps) if (!results.has(id)) memory.gives.set(id, 0);
    }
    memory.undoables = memory.undoables.filter(({ path }) => !undone.includes(path));
    const isKept = (path: string) => isUndoOnly && undone.includes(path);
    for (const path of memory.undos.keys()) if (!isKept(path)) memory.undos.delete(path);
    for (const path of this.#undoRows.keys()) if (!isKept(path.replace("!undo", ""))) this.#undoRows.delete(path);
    memory.cancel = memory.failure = memory.lateFailure = undefined;
    memory.isForced = memory.isLate = false;
    memory.isUndoOnly = isUndoOnly;
    this.#scheduler.clear();
    memory.waiters.clear();
    this.#scheduler.spawn(this.#control());
  }

  #statuses(): Record<string, string> {
    const memory = this.#memory;
    const { plan, results } = memory;
    const statuses: Record<string, string> = Object.fromEntries(this.#undoRows);
    const add = (key: string) => {
      statuses[memory.pathOf(key)] = results.get(key)?.status ?? "pending";
    };
    for (const { id, items } of [...plan.steps, ...plan.onFailure, ...plan.finally]) {
      add(id);
      const begun = memory.begun.get(id) ?? 0;
      if (items !== undefined) for (const index of itemValues(items).keys()) if (index < begun) add(`${id}[${index}]`);
    }
    return statuses;
  }

  #playChild(path: string, made: { readonly plan: FlowPlan; readonly n: number }): ChildEnd {
    const children = this.#children.get(path) ?? [];
    const runs = this.#journals.childrenOf(this.run, path);
    const renewed = this.#memory.renewed.get(path) ?? 0;
    if (children.length <= renewed) {
      const run = runs[renewed];
      if (run === undefined) throw this.#mismatch(`${path} should have begun another run`);
      children.push(new ReferenceRun(run, this.#journals, made));
      this.#children.set(path, children);
    }
    const child = children.at(-1);
    if (child === undefined) throw this.#mismatch(`${path} has no run`);
    const known = child.#end;
    if (known?.status === "completed") child.#skipClaims();
    const { status, code, out = 0, isUndone } = known?.status === "completed" && !child.#isReopenedNext() ? known : child.play();
    return { status, code, out, isUndone };
  }

  /** The sub-workflow of a path is begun anew. */
  #renew(path: string): void {
    this.#memory.renewed.set(path, this.#children.get(path)?.length ?? 0);
  }

  #isReopenedNext(): boolean {
    const next = this.#journals.ticks(this.run)[this.#position];
    return next?.happenings.some(({ type }) => type === "reopened") === true;
  }

  #mismatch(message: string, tick?: Tick): Mismatch {
    return new Mismatch(`run ${this.run}${tick === undefined ? "" : `, append of event ${tick.seq}`}: ${message}`);
  }
}

function inWords({ path, value }: Start): string {
  return value === null ? path : `${path} with ${JSON.stringify(value)}`;
}
