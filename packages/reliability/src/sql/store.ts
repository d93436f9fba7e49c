import { type Clock, checkEvent, createSystemClock, type RunStore, type WorkerOwner } from "@aiw/core";
import { type SqliteDatabase, storeError } from "@aiw/storage";
import { prepareAppend, startsWork, wakesOthers } from "./append.js";
import { prepareLock } from "./lock.js";
import { type IsDead, preparePoll } from "./poll.js";
import { preparePost } from "./post.js";
import { currentOwner, isOwnerDead } from "./process-identity.js";
import { prepareList, prepareRead } from "./query.js";
import { runStoreTables } from "./schema.js";
import { createWakes } from "./wake.js";

/** A worker that was silent for so long does not seem alive. Any lease beats at least once a second. */
const silentMs = 60_000;

/** Seams of {@link createSqliteRunStore}. */
export interface SqliteRunStoreOptions {
  /** For leases and wake-ups. */
  readonly clock?: Clock;
  /** Is the process of a worker of this host known to be dead? */
  readonly isDead?: IsDead;
}

/** A run store on a SQLite database. */
export interface SqliteRunStore extends RunStore {
  /** Part of every idempotency key, so that two stores never share one. */
  readonly storeId: string;
  onWake(listener: () => void): () => void;
  lock(key: string, run: string): Promise<readonly string[]>;
  /** Stops wake-ups; the database stays open, it belongs to the caller. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * The run store of one machine: journal, inbox, leases and views in one SQLite database, used by any number of processes.
 * Makes its tables where they are missing, unless the database was opened for reading only.
 *
 * On a full disk appends that only record results may use the space that was kept back; what creates a run or starts a
 * step is refused with `disk_full`.
 *
 * @throws AiwError as {@link SqliteDatabase.migrate}.
 */
export async function createSqliteRunStore(
  database: SqliteDatabase,
  { clock = createSystemClock(), isDead = isOwnerDead }: SqliteRunStoreOptions = {},
): Promise<SqliteRunStore> {
  await database.migrate(runStoreTables);
  const postMessage = preparePost(database);
  const appendItems = prepareAppend(database, postMessage);
  const lockRun = prepareLock(database);
  const pollOnce = preparePoll(database, clock, isDead);
  const readPage = prepareRead(database);
  let self: WorkerOwner | undefined;
  const listPage = prepareList(database, (owner, at) => {
    if (clock.now() - at >= silentMs) return false;
    self ??= currentOwner();
    return !isDead(owner, self);
  });
  const wakes = createWakes(database, clock);
  let isClosed = false;
  const requireOpen = () => {
    if (isClosed) throw storeError("closed", "the run store is closed");
  };

  return {
    storeId: database.storeId,
    async append(items) {
      requireOpen();
      for (const item of items) {
        for (const event of item.events) checkEvent(event);
        if (item.spawn !== undefined) for (const { created } of item.spawn) checkEvent(created);
      }
      const mayUseReserve = !items.some(startsWork);
      const answers = await database.write(() => appendItems(items), { mayUseReserve });
      if (items.some(wakesOthers)) wakes.notify();
      return answers;
    },
    async post(messages) {
      requireOpen();
      const answers = await database.write(() => messages.map(postMessage));
      if (answers.includes("posted")) wakes.notify();
      return answers;
    },
    async poll(beat) {
      requireOpen();
      return database.write(() => pollOnce(beat));
    },
    async read(from, limit = 1_000) {
      requireOpen();
      return database.read(() => readPage(from, limit));
    },
    async list(query) {
      requireOpen();
      return database.read(() => listPage(query));
    },
    async lock(key, run) {
      requireOpen();
      return database.write(() => lockRun(key, run));
    },
    onWake(listener) {
      requireOpen();
      return wakes.listen(listener);
    },
    async close() {
      isClosed = true;
      wakes.close();
    },
  };
}
