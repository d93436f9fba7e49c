import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { type Clock, createSystemClock, type Ids } from "@aiw/core";
import type { Database } from "better-sqlite3";
import { connect } from "./connect.js";
import { isBusy, storeError, toStoreError } from "./errors.js";
import { migrate } from "./migrate.js";
import { openReserve } from "./reserve.js";
import { numberOf, textOf } from "./rows.js";
import type { Row, SqliteDatabase, SqliteStatement, SqlValue } from "./types.js";
import { createWriteQueue, type Transactions } from "./write-queue.js";

/** How to open a database. */
export interface OpenSqliteOptions {
  /** `full` (default) survives a power cut, `normal` only a crash of the process. */
  readonly synchronous?: "full" | "normal";
  /** Only read; works in a folder that cannot be written as long as nobody writes. */
  readonly readonly?: boolean;
  /** How long a write waits for other processes before `store_busy`. Default 15,000 ms. */
  readonly busyTimeoutMs?: number;
  /** Space kept back for a full disk, in the file `<path>.reserve`. Default 1 MiB; 0 keeps none. */
  readonly reserveBytes?: number;
  readonly clock?: Clock;
  readonly ids?: Pick<Ids, "unique" | "random">;
}

/**
 * Opens a SQLite database, and makes it (file 0600, folder 0700) where there is none.
 *
 * @throws AiwError `store_corrupt`, `store_newer`, `store_readonly`, `store_unsupported` (network file system), `store_busy`,
 * `store_io`, `disk_full`, `too_many_files`, `file_not_found` (with `readonly`).
 */
export async function openSqlite(path: string, options: OpenSqliteOptions = {}): Promise<SqliteDatabase> {
  const settings: Settings = {
    path: resolve(path),
    readonly: options.readonly ?? false,
    synchronous: options.synchronous ?? "full",
    busyTimeoutMs: options.busyTimeoutMs ?? 15_000,
    reserveBytes: options.readonly === true ? 0 : (options.reserveBytes ?? 1_048_576),
    clock: options.clock ?? createSystemClock(),
    ids: options.ids ?? { unique: randomUUID, random: Math.random },
  };
  const { default: Sqlite } = await import("better-sqlite3");
  const newStoreId = () => settings.ids.unique();
  const database = await whenFree(settings, () => connect(Sqlite, { ...settings, newStoreId }));
  return wrap(database, settings);
}

interface Settings extends Required<OpenSqliteOptions> {
  readonly path: string;
}

function wrap(database: Database, settings: Settings): SqliteDatabase {
  const { path, readonly, clock } = settings;
  const transactions = transactionsOf(database);
  const reserve = openReserve(`${path}.reserve`, settings.reserveBytes);
  const random = () => settings.ids.random();
  const queue = createWriteQueue({ path, transactions, reserve, clock, random, busyTimeoutMs: settings.busyTimeoutMs });
  const dataVersion = database.prepare<[], Row>("PRAGMA data_version");
  const begin = database.prepare("BEGIN");
  const commit = database.prepare("COMMIT");
  let isClosed = false;

  const requireOpen = () => {
    if (isClosed) throw storeError("closed", `the database ${path} is closed`);
  };
  const prepare = (sql: string): SqliteStatement => {
    requireOpen();
    return typed(path, () => database.prepare<SqlValue[], Row>(sql));
  };
  const read = <T>(work: () => T): Promise<T> =>
    whenFree(settings, () => {
      requireOpen();
      begin.run();
      try {
        return work();
      } finally {
        if (database.inTransaction) commit.run();
      }
    });
  const write = async <T>(work: () => T, { mayUseReserve = true } = {}): Promise<T> => {
    requireOpen();
    if (readonly) throw storeError("store_readonly", `the database ${path} was opened for reading only`);
    if (!mayUseReserve && reserve.isUsed()) throw storeError("disk_full", `no space left for the database ${path}`);
    return queue.add(work, mayUseReserve);
  };
  const storeIdRow = prepare("SELECT value FROM meta WHERE key = 'store_id'").get();

  return {
    path,
    readonly,
    storeId: storeIdRow === undefined ? "" : textOf(storeIdRow, "value"),
    prepare,
    read,
    write,
    migrate: (set) => migrate({ path, readonly, prepare, read, write, exec: (sql) => database.exec(sql) }, set),
    dataVersion() {
      requireOpen();
      const row = typed(path, () => dataVersion.get());
      return row === undefined ? 0 : numberOf(row, "data_version");
    },
    check: () =>
      read(() => {
        const rows = database.prepare<[], Row>("PRAGMA integrity_check").all();
        return rows.map((row) => textOf(row, "integrity_check")).filter((text) => text !== "ok");
      }),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await queue.idle();
      typed(path, () => database.close());
    },
  };
}

function transactionsOf(database: Database): Transactions {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const rollback = database.prepare("ROLLBACK");
  return {
    begin: () => begin.run(),
    commit: () => commit.run(),
    rollback() {
      if (database.inTransaction) rollback.run();
    },
    reclaim: () => checkpoint(database),
  };
}

/** A checkpoint that fails is made later, at the latest by whoever closes the database last. */
function checkpoint(database: Database): void {
  try {
    database.pragma("wal_checkpoint(PASSIVE)");
  } catch {
    // Nothing is lost: the log holds it all.
  }
}

/** Tries again, after a random pause, while another process holds the lock. */
async function whenFree<T>(settings: Settings, work: () => T): Promise<T> {
  const { clock, ids, path, busyTimeoutMs } = settings;
  const end = clock.monotonic() + busyTimeoutMs;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || clock.monotonic() >= end) throw toStoreError(error, path);
    }
    await new Promise<void>((wake) => {
      clock.after(0.5 + ids.random() * 10, wake, true);
    });
  }
}

function typed<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toStoreError(error, path);
  }
}
