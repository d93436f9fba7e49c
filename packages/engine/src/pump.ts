import { type AiwError, type Append, type Appended, isAiwError, type RunStore } from "@aiw/core";
import type { Writer } from "./driver-types.js";
import { asAiwError } from "./errors.js";
import type { Slots } from "./slots.js";

/** A transaction with more events makes everybody wait for its end. */
const maxEvents = 2_000;

/** What a pump needs. */
export interface PumpOptions {
  readonly store: RunStore;
  readonly slots: Slots<Writer>;
  /** The store failed: nothing in memory is worth more than what it holds. */
  readonly onFailure: (error: AiwError) => void;
}

/**
 * Group commit over all runs: what happened since the last tick is decided once a run and written in one transaction.
 * One append is in flight at a time.
 */
export class Pump {
  readonly #options: PumpOptions;
  readonly #dirty = new Set<Writer>();
  #isRunning = false;

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  /** The run has something to do at the next tick. */
  mark(driver: Writer): void {
    this.#dirty.add(driver);
    this.wake();
  }

  /** There may be something to do: a run is marked, or a place came free. */
  wake(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    setImmediate(() => {
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    try {
      while (this.#hasWork) {
        await this.#flush();
        // Lets what just started come to its end, so that neighbours share the next commit, and lets others have a turn.
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    } finally {
      this.#isRunning = false;
    }
  }

  get #hasWork(): boolean {
    return this.#dirty.size > 0 || this.#options.slots.hasMatch;
  }

  async #flush(): Promise<void> {
    for (const waiter of this.#options.slots.wake()) this.#dirty.add(waiter);
    const items: Append[] = [];
    const drivers: Writer[] = [];
    let events = 0;
    for (const driver of this.#dirty) {
      if (events >= maxEvents) break;
      this.#dirty.delete(driver);
      const item = collect(driver);
      if (item === undefined) continue;
      items.push(item);
      drivers.push(driver);
      events += item.events.length;
    }
    if (items.length === 0) return;
    try {
      const answers = await this.#options.store.append(items);
      deliver(drivers, answers);
    } catch (error) {
      await this.#fail(items, drivers, asAiwError(error));
    }
  }

  /** A full disk refuses what starts something; what is finished must not be done again. */
  async #saveResults(items: readonly Append[], drivers: readonly Writer[]): Promise<void> {
    const saved = items.flatMap((item, index) => {
      const result = resultsOf(item);
      return result === undefined ? [] : [{ result, driver: result === item ? drivers[index] : undefined }];
    });
    if (saved.length === 0) return;
    try {
      const answers = await this.#options.store.append(saved.map(({ result }) => result));
      for (const [index, { driver }] of saved.entries()) {
        const answer = answers[index];
        if (driver !== undefined && answer !== undefined) driver.appended(answer);
      }
    } catch {
      // Not even that: the caller reports the first error.
    }
  }

  /** A broken event is one run's fault; everything else is the store's. */
  async #fail(items: readonly Append[], drivers: readonly Writer[], error: AiwError): Promise<void> {
    if (!isAiwError(error, "internal")) {
      if (isAiwError(error, "disk_full")) await this.#saveResults(items, drivers);
      this.#options.onFailure(error);
      return;
    }
    for (const [index, item] of items.entries()) {
      const driver = drivers[index];
      if (driver === undefined) continue;
      try {
        deliver([driver], await this.#options.store.append([item]));
      } catch (cause) {
        driver.drop({ why: "failed", of: "run", error: asAiwError(cause) });
      }
    }
  }
}

/** The item without what it starts; undefined when nothing is left. Any beginning of a journal can be gone on from. */
function resultsOf(item: Append): Append | undefined {
  const start = item.events.findIndex((event) => event.type === "step.started");
  if (item.create !== undefined || start === 0) return undefined;
  if (start < 0) return item;
  // What is created or told belongs to a start; without it, it would be there without its cause.
  const { release: _release, spawn: _spawn, post: _post, ...rest } = item;
  return { ...rest, id: `${item.id}:results`, events: item.events.slice(0, start) };
}

function collect(driver: Writer): Append | undefined {
  try {
    return driver.collect();
  } catch (error) {
    driver.drop({ why: "failed", of: "run", error: asAiwError(error) });
    return undefined;
  }
}

function deliver(drivers: readonly Writer[], answers: readonly Appended[]): void {
  for (const [index, driver] of drivers.entries()) {
    driver.appended(answers[index] ?? { ok: false, why: "conflict" });
  }
}
