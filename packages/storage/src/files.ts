import { chmodSync, closeSync, fstatSync, mkdirSync, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { storeError } from "./errors.js";

/** Makes the folder (0700) and the empty file (0600) where they do not exist; SQLite gives its other files the same mode. */
export function prepareFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(path, "a", 0o600);
  try {
    const { mode, uid } = fstatSync(file);
    const isOurs = process.getuid === undefined || process.getuid() === uid;
    if (isOurs && process.platform !== "win32" && (mode & 0o077) !== 0) chmodSync(path, 0o600);
  } finally {
    closeSync(file);
  }
}

/** Size of a file in bytes; 0 when there is none. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * Looks at the first bytes of a database before SQLite does: a truncated file is found at once, not when a lost page is
 * read some day. With a write-ahead log beside it the file may rightly be shorter than it says.
 *
 * @throws AiwError `store_corrupt`.
 * @see https://www.sqlite.org/fileformat2.html, section 1.3.
 */
export function checkHeader(path: string): void {
  const size = sizeOf(path);
  if (size === 0) return;
  const header = Buffer.alloc(100);
  const file = openSync(path, "r");
  try {
    const read = readSync(file, header, 0, 100, 0);
    const isDatabase = read === 100 && header.toString("latin1", 0, 16) === "SQLite format 3\0";
    if (!isDatabase) throw storeError("store_corrupt", `${path} is not a database, or its beginning is damaged`);
  } finally {
    closeSync(file);
  }
  const stored = header.readUInt16BE(16);
  const pageSize = stored === 1 ? 65_536 : stored;
  const isCountValid = header.readUInt32BE(24) === header.readUInt32BE(92);
  const expected = header.readUInt32BE(28) * pageSize;
  if (isCountValid && size < expected && sizeOf(`${path}-wal`) === 0) {
    throw storeError("store_corrupt", `the database ${path} is cut off: ${size} of ${expected} bytes are there`);
  }
}
