import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Database } from "better-sqlite3";
import { storeError } from "./errors.js";
import { prepareFile, sizeOf } from "./files.js";
import { requireLocalDisk } from "./local-disk.js";

/** Marks the file as ours ("AIW" and 1 in its header). */
const applicationId = 0x41495731;
/** Version of what {@link baseSchema} holds. */
const baseVersion = 1;
const baseSchema = `
  CREATE TABLE schema_versions (namespace TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${baseVersion};
`;
/** A file up to this size is checked completely when it is opened. */
const checkedBytes = 512 * 1024;
/**
 * The log is moved into the database after so many pages (2 MiB), then written from its start again. A small log is
 * the fast one: a file that grows makes each sync also write metadata (measured: up to twice the time a commit).
 */
const checkpointPages = 500;
/** Pages kept in memory, in KiB. SQLite's own 2 MiB is less than a thousand runs touch in one commit, which then reads and spills. */
const cacheKib = 8 * 1024;
/** A log that a long reader made larger is cut down to this. */
const walLimitBytes = 64 * 1024 * 1024;

/** How to connect. */
export interface ConnectOptions {
  readonly path: string;
  readonly readonly: boolean;
  readonly synchronous: "full" | "normal";
  /** Id for a database that is created now. */
  readonly newStoreId: () => string;
}

type Constructor = typeof import("better-sqlite3");

/**
 * Opens the file, checks that it is sound and ours, and sets the pragmas. Throws what SQLite throws, `SQLITE_BUSY`
 * included, and leaves no connection behind.
 */
export function connect(Sqlite: Constructor, options: ConnectOptions): Database {
  const { path, readonly } = options;
  if (readonly && !existsSync(path)) {
    throw storeError("file_not_found", `there is no database at ${path}`, {
      hint: "start a run first, or check AIW_HOME",
    });
  }
  if (!readonly) prepareFile(path);
  requireLocalDisk(dirname(path));
  const database = readonly ? openReadonly(Sqlite, path) : new Sqlite(path, { timeout: 0 });
  try {
    setPragmas(database, options);
    requireOurs(database, options);
    if (sizeOf(path) <= checkedBytes) requireSound(database, path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * A folder that cannot be written has no room for the log's index. Without a log there is no writer either, so the file
 * is read into memory instead.
 */
function openReadonly(Sqlite: Constructor, path: string): Database {
  const database = new Sqlite(path, { timeout: 0, readonly: true });
  try {
    database.pragma("user_version");
    return database;
  } catch (error) {
    database.close();
    if (sizeOf(`${path}-wal`) > 0 || sizeOf(path) === 0) throw error;
    const content = readFileSync(path);
    // "Legacy" read and write version: a database in memory has no write-ahead log.
    content.fill(1, 18, 20);
    return new Sqlite(content, { readonly: true });
  }
}

function setPragmas(database: Database, { readonly, path, synchronous }: ConnectOptions): void {
  const expect = (pragma: string, value: string | number, wanted = value) => {
    database.pragma(`${pragma} = ${value}`);
    const found = database.pragma(pragma, { simple: true });
    if (found === wanted) return;
    const message = `the database ${path} does not accept ${pragma} = ${value} (it stays ${String(found)})`;
    throw storeError("store_unsupported", message);
  };
  expect("busy_timeout", 0);
  expect("foreign_keys", 1);
  expect("cell_size_check", 1);
  expect("trusted_schema", 0);
  expect("temp_store", 2);
  if (readonly) return;
  expect("journal_mode", "wal");
  // After the journal mode: the library opens files in that mode with NORMAL.
  expect("synchronous", synchronous === "full" ? 2 : 1);
  if (process.platform === "darwin") expect("fullfsync", synchronous === "full" ? 1 : 0);
  expect("cache_size", -cacheKib);
  expect("wal_autocheckpoint", checkpointPages);
  expect("journal_size_limit", walLimitBytes);
}

function requireOurs(database: Database, { path, readonly, newStoreId }: ConnectOptions): void {
  if (isNew(database)) {
    if (readonly) throw storeError("file_not_found", `the database ${path} is empty`, { hint: "start a run first" });
    createBase(database, newStoreId());
  }
  if (database.pragma("application_id", { simple: true }) !== applicationId) {
    throw storeError("store_corrupt", `${path} is not a database of AIW`, {
      hint: "move the file away or set AIW_HOME",
    });
  }
  const version = database.pragma("user_version", { simple: true });
  if (version !== baseVersion) {
    throw storeError(
      "store_newer",
      `the database ${path} has format ${String(version)}, this AIW knows ${baseVersion}`,
    );
  }
}

/** A crash right after the file was made leaves it empty, which is as good as new. */
function isNew(database: Database): boolean {
  if (database.pragma("application_id", { simple: true }) === applicationId) return false;
  return database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
}

function createBase(database: Database, storeId: string): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have been faster.
    if (isNew(database)) {
      database.exec(baseSchema);
      database.prepare("INSERT INTO meta (key, value) VALUES ('store_id', ?)").run(storeId);
    }
    database.exec("COMMIT");
  } catch (error) {
    if (database.inTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function requireSound(database: Database, path: string): void {
  const result = database.pragma("quick_check(1)", { simple: true });
  if (result !== "ok") throw storeError("store_corrupt", `the database ${path} is damaged: ${String(result)}`);
}
