import type { Clock, RunStore, StoredEvent, WatchOptions } from "@aiw/core";
import type { Hub } from "./hub.js";
import { readEvents } from "./journal.js";

/** What watching needs. */
export interface WatchHost {
  readonly store: RunStore;
  readonly clock: Clock;
  readonly hub: Hub;
  readonly pollMs: number;
  /** May more events come without a new request? */
  readonly isOpen: (run: string) => Promise<boolean>;
}

/** Events of a run: what is there, then what comes. Live events of this engine need no reading. */
export async function* watchRun(host: WatchHost, run: string, options: WatchOptions): AsyncGenerator<StoredEvent> {
  const { signal } = options;
  const bell = new Bell();
  const live: StoredEvent[] = [];
  const stops = [
    host.hub.onEvents(run, (events) => {
      live.push(...events);
      bell.ring();
    }),
    host.store.onWake?.(() => bell.ring()),
  ];
  const onAbort = () => bell.ring();
  signal?.addEventListener("abort", onAbort);
  let seq = options.afterSeq ?? 0;
  try {
    for (let mayWait = true; signal?.aborted !== true; ) {
      let isNews = false;
      // Live events continue what was read, unless another engine drove the run in between.
      const known = live.splice(0).filter((event) => event.seq > seq);
      const pages = known[0]?.seq === seq + 1 ? [known] : readEvents(host.store, run, seq);
      for await (const page of pages) {
        for (const event of page) {
          if (event.seq <= seq) continue;
          seq = event.seq;
          isNews = true;
          yield event;
        }
      }
      if (isNews || live.length > 0) continue;
      if (!mayWait) return;
      mayWait = await host.isOpen(run);
      // Once more after the run was seen closed: its last events may have come in between.
      if (mayWait) await bell.wait(host.clock, host.pollMs);
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    for (const stop of stops) stop?.();
  }
}

/** Wakes who waits; rings that nobody heard are kept. */
class Bell {
  #hasRung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#hasRung = true;
    this.#wake?.();
  }

  async wait(clock: Clock, mostMs: number): Promise<void> {
    if (!this.#hasRung) {
      await new Promise<void>((resolve) => {
        const stop = clock.after(mostMs, resolve, true);
        this.#wake = () => {
          stop();
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#hasRung = false;
  }
}
