import {
  type AiwError,
  isEnded,
  type RunRow,
  type RunState,
  type RunStore,
  type RunSummary,
  summarize,
} from "@aiw/core";
import { foldRun } from "./journal.js";

interface Attachment {
  readonly promise: Promise<RunSummary>;
  readonly resolve: (summary: RunSummary) => void;
  readonly reject: (error: AiwError) => void;
  /** What stood in the journal before does not count: a message asked the run to go on. */
  afterSeq: number;
  /** Last number at which the run was looked at and found to go on. */
  seen: number;
}

/** Who waits for the end of a run, whether this engine drives it or another. */
export class Attachments {
  readonly #open = new Map<string, Attachment>();

  /** @param afterSeq - Ends at or before this event are history. */
  attach(run: string, afterSeq = 0): Promise<RunSummary> {
    const known = this.#open.get(run);
    if (known !== undefined) {
      known.afterSeq = Math.max(known.afterSeq, afterSeq);
      return known.promise;
    }
    const { promise, resolve, reject } = Promise.withResolvers<RunSummary>();
    // A caller that does not look at `done` must not bring the process down.
    promise.catch(() => undefined);
    this.#open.set(run, { promise, resolve, reject, afterSeq, seen: 0 });
    return promise;
  }

  has(run: string): boolean {
    return this.#open.has(run);
  }

  runs(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** The run ended, or waits for what nobody here can give. */
  settle(run: string, state: RunState): void {
    if (state.end === undefined && !needsPeople(state)) return;
    this.#open.get(run)?.resolve(summarize(state));
    this.#open.delete(run);
  }

  /** Nobody waits any longer. */
  detach(run: string): void {
    this.#open.delete(run);
  }

  reject(run: string, error: AiwError): void {
    this.#open.get(run)?.reject(error);
    this.#open.delete(run);
  }

  /** Looks at runs that others drive. */
  async look(store: RunStore, runs: readonly string[]): Promise<void> {
    if (runs.length === 0) return;
    const rows = await store.list({ runs, limit: 1_000 });
    for (const row of rows.runs) await this.#lookAt(store, row);
  }

  async #lookAt(store: RunStore, row: RunRow): Promise<void> {
    const attachment = this.#open.get(row.run);
    if (attachment === undefined || row.worker !== undefined) return;
    if (row.seq <= Math.max(attachment.afterSeq, attachment.seen)) return;
    if (!isEnded(row.status) && row.status !== "suspended") return;
    const { state } = await foldRun(store, row.run);
    attachment.seen = row.seq;
    this.settle(row.run, state);
  }
}

/** Everything that is left waits for people or signals; sub-workflows that did not are gone on with before. */
function needsPeople(state: RunState): boolean {
  if (state.running.size > 0 || state.waiting.size === 0 || state.waiting.size !== state.suspended) return false;
  for (const key of state.waiting) {
    const phase = state.steps.get(key)?.phase;
    if (phase?.is === "waiting" && !asked.has(phase.for)) return false;
  }
  return true;
}

const asked: ReadonlySet<string> = new Set(["answer", "approval", "signal", "child"]);
