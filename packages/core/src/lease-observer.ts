import type { Clock } from "./ports/clock.js";
import type { Beat } from "./ports/run-store.js";

/** Watches the beats of workers. One for each handle of a run store, because expiry is observed, never computed from stored times. */
export interface LeaseObserver {
  /**
   * Notes the beat; returns for how many ms this observer has seen it unchanged, by its own monotonic clock.
   *
   * @param worker - Names one life of a worker: one that was forgotten and comes back must have another name, because it
   * may come back with the beat that was seen last.
   */
  silentMs(worker: string, beat: number): number;
  /** Forgets workers that are not in the set. */
  keep(workers: ReadonlySet<string>): void;
  /**
   * Which of its claims a worker has not named in its beats for the time of its lease: it dropped them. One beat without
   * them says nothing, because it may have been made up before the claim.
   */
  dropped(beat: Beat, claims: readonly HeldClaim[]): readonly string[];
}

/** A claim that was not given back. */
export interface HeldClaim {
  readonly run: string;
  readonly fence: number;
}

/** Jumps of the wall clock steal no lease: only the monotonic clock of the observer counts. */
export function createLeaseObserver(clock: Pick<Clock, "monotonic">): LeaseObserver {
  const seen = new Map<string, { readonly beat: number; readonly since: number }>();
  const unnamed = new Map<string, ReadonlyMap<string, number>>();
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
    dropped(beat, claims) {
      const now = clock.monotonic();
      const held = new Set(beat.held);
      const before = unnamed.get(beat.worker);
      const missing = new Map<string, number>();
      const runs: string[] = [];
      for (const { run, fence } of claims) {
        if (held.has(run)) continue;
        const name = `${run} ${fence}`;
        const since = before?.get(name) ?? now;
        missing.set(name, since);
        if (now - since >= beat.ttlMs) runs.push(run);
      }
      if (missing.size === 0) unnamed.delete(beat.worker);
      else unnamed.set(beat.worker, missing);
      return runs;
    },
  };
}
