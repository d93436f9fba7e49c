import type { Logger, Progress, StoredEvent, Subscriber } from "@aiw/core";

type ProgressListener = (run: string, step: string, progress: Progress) => void;

/** Hands out what happened: committed events and live progress. Whoever listens may fail, the run may not. */
export class Hub {
  readonly #subscribers: readonly Subscriber[];
  readonly #logger: Logger | undefined;
  readonly #runs = new Map<string, Set<(events: readonly StoredEvent[]) => void>>();
  readonly #progress = new Set<ProgressListener>();

  constructor(subscribers: readonly Subscriber[], logger: Logger | undefined) {
    this.#subscribers = subscribers;
    this.#logger = logger;
  }

  /** Committed events of one run that this engine drives. Returns what stops it. */
  onEvents(run: string, listener: (events: readonly StoredEvent[]) => void): () => void {
    const listeners = this.#runs.get(run) ?? new Set();
    this.#runs.set(run, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#runs.delete(run);
    };
  }

  onProgress(listener: ProgressListener): () => void {
    const own: ProgressListener = (run, step, progress) => listener(run, step, progress);
    this.#progress.add(own);
    return () => this.#progress.delete(own);
  }

  events(run: string, events: readonly StoredEvent[]): void {
    if (events.length === 0) return;
    for (const subscriber of this.#subscribers) {
      this.#guard(subscriber.name, () => subscriber.onEvents(events));
    }
    for (const listener of this.#runs.get(run) ?? []) this.#guard("watch", () => listener(events));
  }

  progress(run: string, step: string, progress: Progress): void {
    for (const listener of this.#progress) this.#guard("progress", () => listener(run, step, progress));
  }

  #guard(name: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#logger?.warn(`subscriber ${name} failed`, { error: String(error) });
    }
  }
}
