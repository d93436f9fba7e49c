import type { StoredEvent } from "../events/event.js";
import type { WorkerOwner } from "../ports/run-store.js";
import type { MemoryRun } from "./memory-run.js";

/** What all handles on one memory store share. */
export interface Memory {
  readonly runs: Map<string, MemoryRun>;
  /** The position of an event is its index plus one. */
  readonly journal: StoredEvent[];
  readonly workers: Map<string, MemoryWorker>;
  /** Runs of each concurrency group, in the order in which they entered. */
  readonly locks: Map<string, readonly string[]>;
  readonly listeners: Set<() => void>;
  nextMessage: number;
}

/** A worker of the memory store. */
export interface MemoryWorker {
  readonly owner: WorkerOwner | undefined;
  readonly beat: number;
  /** Wall time of the last beat. */
  readonly at: number;
  readonly isGone: boolean;
}
