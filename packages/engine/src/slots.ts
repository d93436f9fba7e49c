import type { Pool } from "@aiw/core";
import type { LimitOptions } from "./options.js";

const pools: readonly Pool[] = ["processes", "inProcess", "agents"];

/** Free places of the engine's resources, and who waits for one. */
export class Slots<Waiter> {
  readonly #free: Record<Pool, number>;
  readonly #waiting: Readonly<Record<Pool, Set<Waiter>>>;

  constructor(limits: LimitOptions = {}) {
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
  }

  wait(waiter: Waiter, pool: Pool): void {
    this.#waiting[pool].add(waiter);
  }

  leave(waiter: Waiter): void {
    for (const pool of pools) this.#waiting[pool].delete(waiter);
  }

  /** Who should look again: as many as there are free places, the longest waiting first. They no longer wait. */
  wake(): readonly Waiter[] {
    const woken: Waiter[] = [];
    for (const pool of pools) {
      const waiting = this.#waiting[pool];
      for (const waiter of waiting) {
        if (woken.length >= this.#free[pool]) break;
        waiting.delete(waiter);
        woken.push(waiter);
      }
    }
    return woken;
  }
}
