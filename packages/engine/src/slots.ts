import type { Pool } from "@aiw/core";
import type { LimitOptions } from "./options.js";

const pools: readonly Pool[] = ["processes", "inProcess", "agents"];

/** Free places of the engine's resources, and who waits for one. */
export class Slots<Waiter> {
  readonly #free: Record<Pool, number>;
  readonly #waiting: Readonly<Record<Pool, Set<Waiter>>>;
  readonly #onFree: () => void;

  /** @param onFree - A place came free that somebody waits for. */
  constructor(limits: LimitOptions = {}, onFree: () => void = () => undefined) {
    this.#onFree = onFree;
    this.#free = { processes: limits.processes ?? 8, inProcess: limits.inProcess ?? 1_000, agents: limits.agents ?? 4 };
    this.#waiting = { processes: new Set(), inProcess: new Set(), agents: new Set() };
  }

  get free(): Readonly<Record<Pool, number>> {
    return this.#free;
  }

  take(pool: Pool): void {
    this.#free[pool] -= 1;
  }

  give(pool: Pool): void {
    this.#free[pool] += 1;
    if (this.#waiting[pool].size > 0) this.#onFree();
  }

  wait(waiter: Waiter, pool: Pool): void {
    this.#waiting[pool].add(waiter);
  }

  leave(waiter: Waiter): void {
    for (const pool of pools) this.#waiting[pool].delete(waiter);
  }

  /** Does somebody wait for a place that is free? Who was woken for it may not have taken it. */
  get hasMatch(): boolean {
    return pools.some((pool) => this.#free[pool] > 0 && this.#waiting[pool].size > 0);
  }

  /** Who should look again: of each pool as many as it has free places, the longest waiting first. They no longer wait. */
  wake(): ReadonlySet<Waiter> {
    const woken = new Set<Waiter>();
    for (const pool of pools) {
      const waiting = this.#waiting[pool];
      let free = this.#free[pool];
      for (const waiter of waiting) {
        if (free <= 0) break;
        free -= 1;
        waiting.delete(waiter);
        woken.add(waiter);
      }
    }
    return woken;
  }
}
