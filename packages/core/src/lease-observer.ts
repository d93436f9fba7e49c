import type { Clock } from "./ports/clock.js";

/** Watches the beats of workers. One for each handle of a run store, because expiry is observed, never computed from stored times. */
export interface LeaseObserver {
  /** Notes the beat; returns for how many ms this observer has seen it unchanged, by its own monotonic clock. */
  silentMs(worker: string, beat: number): number;
  /** Forgets workers that are not in the set. */
  keep(workers: ReadonlySet<string>): void;
}

/** Jumps of the wall clock steal no lease: only the monotonic clock of the observer counts. */
export function createLeaseObserver(clock: Pick<Clock, "monotonic">): LeaseObserver {
  const seen = new Map<string, { readonly beat: number; readonly since: number }>();
  return {
    silentMs(worker, beat) {
      const now = clock.monotonic();
      const last = seen.get(worker);
      if (last?.beat === beat) return now - last.since;
      seen.set(worker, { beat, since: now });
      return 0;
    },
    keep(workers) {
      for (const worker of seen.keys()) if (!workers.has(worker)) seen.delete(worker);
    },
  };
}
