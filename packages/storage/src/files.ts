import { chmodSync, closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes the folder (0700) and the empty file (0600) where they do not exist; SQLite gives its other files the same mode.
 * Never opens a file that is there: closing it would drop the locks that SQLite holds on it in this process.
 *
 * @see https://www.sqlite.org/howtocorrupt.html, section 2.2.
 */
export function prepareFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    closeSync(openSync(path, "a", 0o600));
    return;
  }
  const isOurs = process.getuid === undefined || process.getuid() === stats.uid;
  if (isOurs && process.platform !== "win32" && (stats.mode & 0o077) !== 0) chmodSync(path, 0o600);
}

/** Size of a file in bytes; 0 when there is none. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
