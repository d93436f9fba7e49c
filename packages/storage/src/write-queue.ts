import type { Clock } from "@aiw/core";
import { isBusy, isStorageFault, storeError, toStoreError } from "./errors.js";
import type { Reserve } from "./reserve.js";

/** What the queue needs of a connection. */
export interface Transactions {
  begin(): void;
  commit(): void;
  /** Does nothing when SQLite has rolled back by itself. */
  rollback(): void;
  /** Moves the log into the database, so that the log's file can be written from its start again. Never throws. */
  reclaim(): void;
}

/** What a queue is made of. */
export interface WriteQueueOptions {
  readonly path: string;
  readonly transactions: Transactions;
  readonly reserve: Reserve;
  readonly clock: Clock;
  readonly random: () => number;
  /** How long work waits for other processes before it fails with `store_busy`. */
  readonly busyTimeoutMs: number;
}

/** Work that waits for its transaction. */
interface Job {
  readonly run: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  readonly since: number;
  readonly mayUseReserve: boolean;
}

/** Group commit: all work of one tick is one transaction. */
export interface WriteQueue {
  add<T>(work: () => T, mayUseReserve: boolean): Promise<T>;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
}

/**
 * Runs work in transactions. While another process holds the lock, waits asynchronously for a random time: SQLite's own
 * waiting would block the process and, between several writers, starve one of them.
 */
export function createWriteQueue(options: WriteQueueOptions): WriteQueue {
  let waiting: Job[] = [];
  let draining: Promise<void> | undefined;

  async function drain(): Promise<void> {
    // The rest of the tick may add work to the same transaction.
    await undefined;
    for (let tries = 0; waiting.length > 0; ) {
      const batch = waiting;
      waiting = [];
      if (commitBatch(batch, options) === "done") {
        tries = 0;
        continue;
      }
      tries += 1;
      waiting = [...withoutExpired(batch, options), ...waiting];
      if (waiting.length > 0) await pause(options, tries);
    }
    draining = undefined;
  }

  return {
    add<T>(work: () => T, mayUseReserve: boolean) {
      return new Promise<T>((resolve, reject) => {
        let result: { readonly value: T } | undefined;
        waiting.push({
          run: () => {
            result = { value: work() };
          },
          resolve: () => {
            if (result !== undefined) resolve(result.value);
          },
          reject,
          since: options.clock.monotonic(),
          mayUseReserve,
        });
        draining ??= drain();
      });
    },
    idle: async () => {
      await draining;
    },
  };
}

/** One transaction; every job is answered unless the lock was not to be had. */
function commitBatch(batch: readonly Job[], options: WriteQueueOptions, isLastTry = false): "done" | "busy" {
  const { transactions, path } = options;
  let current: Job | undefined;
  try {
    transactions.begin();
    for (current of batch) current.run();
    current = undefined;
    transactions.commit();
  } catch (error) {
    transactions.rollback();
    if (isBusy(error)) return "busy";
    if (current !== undefined && !isStorageFault(error)) return withoutFailed(batch, current, error, options);
    const why = toStoreError(error, path);
    if (isFull(why) && !isLastTry) return onFullDisk(batch, why, options);
    for (const job of batch) job.reject(why);
    return "done";
  }
  for (const job of batch) job.resolve();
  return "done";
}

/** Our own code failed in one job: the others are not to blame. */
function withoutFailed(
  batch: readonly Job[],
  failed: Job,
  error: unknown,
  options: WriteQueueOptions,
): "done" | "busy" {
  failed.reject(toStoreError(error, options.path));
  const rest = batch.filter((job) => job !== failed);
  return rest.length === 0 ? "done" : commitBatch(rest, options);
}

/** Nothing new starts on a full disk; what is done already may use the reserve. */
function onFullDisk(batch: readonly Job[], error: unknown, options: WriteQueueOptions): "done" | "busy" {
  const rest = batch.filter((job) => job.mayUseReserve);
  for (const job of batch) if (!job.mayUseReserve) job.reject(error);
  if (rest.length === 0) return "done";
  // Tried again in any case: another process may have given the reserve free, and the log can be written anew.
  options.reserve.release();
  options.transactions.reclaim();
  return commitBatch(rest, options, true);
}

function withoutExpired(batch: readonly Job[], options: WriteQueueOptions): Job[] {
  const now = options.clock.monotonic();
  return batch.filter((job) => {
    if (now - job.since < options.busyTimeoutMs) return true;
    const message = `another process held the database ${options.path} for more than ${options.busyTimeoutMs} ms`;
    job.reject(storeError("store_busy", message, { retryable: true }));
    return false;
  });
}

/** Between 0.2 ms and a bound that grows from 2 to 20 ms. */
function pause({ clock, random }: WriteQueueOptions, tries: number): Promise<void> {
  const boundMs = Math.min(20, 2 * 2 ** (tries - 1));
  return new Promise((resolve) => {
    clock.after(0.2 + random() * boundMs, resolve, true);
  });
}

function isFull(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "disk_full";
}
