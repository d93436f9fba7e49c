import { AiwError, type JsonObject, type RunSummary, type StoredEvent } from "@aiw/core";
import { createFakeClock, createMemoryRunStore, type FakeClock, type MemoryRunStore } from "@aiw/core/testing";
import type { Engine } from "../../options.js";
import { createWorld, eventsOf, type Operation, turns, within } from "../world.js";

/** A call of the tool that ends when the test lets it. */
export interface Held {
  readonly run: string;
  readonly path: string;
  readonly operation: string;
  readonly input: JsonObject;
  end(result: { readonly output: number } | "failed"): void;
}

/** An engine's process. */
interface Life {
  readonly engine: Engine;
  readonly pid: number;
  isAlive: boolean;
  /** It dies with so many more appends: before the last is written, or after. */
  fuse: { left: number; readonly isWritten: boolean } | undefined;
}

let pids = 50_000;

/** Engines on one store that die now and then, and a tool whose calls wait to be ended. */
export class Hardship {
  readonly clock: FakeClock = createFakeClock();
  readonly held = new Map<string, Held>();
  /** By run: the last event of each append. */
  readonly bounds = new Map<string, number[]>();
  readonly violations: string[] = [];
  readonly #dead = new Set<number>();
  readonly #store: MemoryRunStore;
  #lives: Life[] = [];
  #calls = 0;

  constructor() {
    this.#store = createMemoryRunStore({ clock: this.clock, isDead: ({ pid }) => this.#dead.has(pid) });
  }

  /** The engine that does what the test asks for. */
  get engine(): Engine {
    return this.#living[0]?.engine ?? this.open();
  }

  /** Starts an engine that takes whatever waits. */
  open(): Engine {
    pids += 1;
    const pid = pids;
    const handle = this.#store.handle();
    const life: { engine?: Engine } & Omit<Life, "engine"> = { pid, isAlive: true, fuse: undefined };
    const { engine } = createWorld({
      clock: this.clock,
      store: { ...handle, append: (items) => this.#append(life, handle, items) },
      operations: { work: this.#hold(life, "work"), undo: this.#hold(life, "undo") },
      engine: { suspendAfterMs: 2_000 },
      worker: { owner: { host: "here", boot: "b", pid, startedAt: "0" }, claim: "any", pollMs: 50 },
    });
    this.#lives.push(Object.assign(life, { engine }));
    return engine;
  }

  /** Lets an engine die with one of its next appends. */
  doom(which: number, appends: number, isWritten: boolean): void {
    const life = this.#living[which % this.#living.length];
    if (life !== undefined) life.fuse ??= { left: appends, isWritten };
  }

  /** Until nothing goes on by itself, with a living engine. */
  async quiesce(): Promise<void> {
    const engines = Math.max(1, this.#living.length);
    for (let calm = 0; calm < 4; ) {
      const before = this.#progress();
      await turns(3);
      this.clock.advance(60);
      await turns(3);
      calm = this.#progress() === before ? calm + 1 : 0;
      await this.#bury();
      if (this.#living.length < engines) {
        this.open();
        calm = 0;
      }
    }
  }

  /** Lets time go by until something happens. Did anything, in as long as the longest wait takes? */
  async pass(): Promise<boolean> {
    for (let step = 0; step < 100; step += 1) {
      const before = this.#progress();
      this.clock.advance(100);
      await turns(4);
      if (this.#progress() !== before) return true;
    }
    return false;
  }

  settle<T>(promise: Promise<T>): Promise<T> {
    return within(this.clock, promise, { hasFiles: false, stepMs: 60, steps: 1_000 });
  }

  async runs(): Promise<readonly string[]> {
    return (await this.#store.list({ limit: 1_000 })).runs.map(({ run }) => run).sort();
  }

  summary(run: string): Promise<RunSummary> {
    return this.engine.get(run);
  }

  events(run: string): Promise<readonly StoredEvent[]> {
    return eventsOf(this.#store, run);
  }

  /** Status of the rows of the view by path. */
  async rows(run: string): Promise<Readonly<Record<string, string>>> {
    const { steps = [] } = await this.#store.list({ runs: [run], steps: true });
    return Object.fromEntries(steps.map(({ step, status }) => [step, status]));
  }

  async close(): Promise<void> {
    for (const { engine } of this.#living) await this.settle(engine.close().catch(() => undefined));
  }

  get #living(): readonly Life[] {
    return this.#lives.filter(({ isAlive }) => isAlive);
  }

  #progress(): string {
    let events = 0;
    for (const bounds of this.bounds.values()) events += bounds.length;
    return `${events} ${this.#calls} ${this.held.size} ${this.#living.length}`;
  }

  async #append(
    life: Pick<Life, "isAlive" | "fuse" | "pid">,
    store: MemoryRunStore,
    items: Parameters<MemoryRunStore["append"]>[0],
  ): ReturnType<MemoryRunStore["append"]> {
    if (life.fuse !== undefined) life.fuse.left -= 1;
    const isLast = life.fuse !== undefined && life.fuse.left < 0;
    if (isLast && life.fuse?.isWritten === false) await this.#die(life, store);
    const answers = await store.append(items);
    for (const [index, { run, spawn = [] }] of items.entries()) {
      const answer = answers[index];
      if (answer?.ok !== true) continue;
      this.#bound(run, answer.seq);
      for (const child of spawn) if (!this.bounds.has(child.run)) this.#bound(child.run, 1);
    }
    if (isLast) await this.#die(life, store);
    return answers;
  }

  #bound(run: string, seq: number): void {
    const bounds = this.bounds.get(run) ?? [];
    if (seq > (bounds.at(-1) ?? 0)) bounds.push(seq);
    this.bounds.set(run, bounds);
  }

  async #die(life: Pick<Life, "isAlive" | "pid">, store: MemoryRunStore): Promise<void> {
    life.isAlive = false;
    this.#dead.add(life.pid);
    await store.close();
    for (const [key, held] of this.held) if (held.input.pid === life.pid) this.held.delete(key);
    throw new AiwError("closed", "the process died");
  }

  /** What is left of the dead ends on its own. */
  async #bury(): Promise<void> {
    for (const { engine, isAlive } of this.#lives) if (!isAlive) await this.settle(engine.close().catch(() => undefined));
    this.#lives = this.#lives.filter(({ isAlive }) => isAlive);
  }

  #hold(life: Pick<Life, "pid" | "isAlive">, operation: string): Operation {
    return ({ value = null }, { run, step: path, signal }) =>
      new Promise((resolve) => {
        const key = `${run} ${path}`;
        this.#calls += 1;
        if (this.held.has(key)) this.violations.push(`${key} is alive twice`);
        const failed = { status: "failed", error: { code: "tool_failed", message: `${path} failed` } } as const;
        const end = (result: { readonly output: number } | "failed") => {
          if (this.held.get(key) === mine) this.held.delete(key);
          resolve(result === "failed" ? failed : result.output);
        };
        const mine = { run, path, operation, input: { value: Number(value), pid: life.pid }, end };
        if (!life.isAlive || signal.aborted) return end("failed");
        this.held.set(key, mine);
        signal.addEventListener("abort", () => end("failed"), { once: true });
      });
  }
}
