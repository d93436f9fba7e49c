import { AiwError } from "../errors.js";
import { checkEvent } from "../events/event.js";
import { createLeaseObserver } from "../lease-observer.js";
import type { Clock } from "../ports/clock.js";
import type { Append, RunStore, WorkerOwner } from "../ports/run-store.js";
import { createSystemClock } from "../system-clock.js";
import { appendOne, lockOne, postOne } from "./memory-append.js";
import { pollOnce } from "./memory-poll.js";
import type { Memory } from "./memory-state.js";
import { listPage, readPage } from "./memory-views.js";

/** A run store in memory: for tests and rehearsals. Keeps every promise of the port except surviving the process. */
export interface MemoryRunStore extends RunStore {
  lock(key: string, run: string): Promise<readonly string[]>;
  /** Another handle on the same runs, as a second process would have. */
  handle(): MemoryRunStore;
  close(): Promise<void>;
}

/** Seams for tests. */
export interface MemoryRunStoreOptions {
  readonly clock?: Pick<Clock, "monotonic" | "now">;
  /** Is the process of this owner known to be dead? Default: nothing is known. */
  readonly isDead?: (owner: WorkerOwner) => boolean;
  /** Called first in every operation; throw to inject a storage error. Nothing was written then. */
  readonly before?: (operation: "append" | "post" | "poll" | "read" | "list" | "lock") => void;
}

/** @see {@link MemoryRunStore} */
export function createMemoryRunStore(options: MemoryRunStoreOptions = {}): MemoryRunStore {
  return createHandle(
    { runs: new Map(), journal: [], workers: new Map(), locks: new Map(), listeners: new Set(), nextMessage: 1 },
    { clock: createSystemClock(), isDead: () => false, before: () => undefined, ...options },
  );
}

function createHandle(memory: Memory, options: Required<MemoryRunStoreOptions>): MemoryRunStore {
  const observer = createLeaseObserver(options.clock);
  const own = new Set<() => void>();
  let isClosed = false;
  const enter = (operation: Parameters<typeof options.before>[0]) => {
    if (isClosed) throw new AiwError("closed", "the run store is closed", { hint: "open it again" });
    options.before(operation);
  };
  return {
    async append(items) {
      enter("append");
      for (const item of items) {
        for (const event of item.events) checkEvent(event);
        for (const { created } of item.spawn ?? []) checkEvent(created);
      }
      const answers = items.map((item) => appendOne(memory, item));
      if (items.some(wakesOthers)) wake(memory);
      return answers;
    },
    async post(messages) {
      enter("post");
      const answers = messages.map((message) => postOne(memory, message));
      if (answers.includes("posted")) wake(memory);
      return answers;
    },
    async poll(beat) {
      enter("poll");
      return pollOnce(memory, beat, { observer, isDead: options.isDead });
    },
    async read(from, limit = 1_000) {
      enter("read");
      return readPage(memory, from, limit);
    },
    async list(query) {
      enter("list");
      return listPage(memory, query, options);
    },
    async lock(key, run) {
      enter("lock");
      return lockOne(memory, key, run);
    },
    onWake(listener) {
      const call = () => listener();
      memory.listeners.add(call);
      own.add(call);
      return () => {
        memory.listeners.delete(call);
        own.delete(call);
      };
    },
    handle: () => createHandle(memory, options),
    async close() {
      isClosed = true;
      for (const call of own) memory.listeners.delete(call);
    },
  };
}

function wake(memory: Memory): void {
  queueMicrotask(() => {
    for (const listener of memory.listeners) listener();
  });
}

function wakesOthers({ create, release, spawn, post }: Append): boolean {
  return create !== undefined || release !== undefined || spawn !== undefined || post !== undefined;
}
