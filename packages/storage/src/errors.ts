import { accessSync, closeSync, constants, existsSync, openSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { AiwError, type AiwErrorOptions, type ErrorCode, isAiwError } from "@aiw/core";

const hints: Partial<Record<ErrorCode, string>> = {
  store_corrupt: "run `aiw doctor`; restore the state folder from a backup or move it away",
  store_newer: "update AIW to at least the version that wrote the database, or use another AIW_HOME",
  store_readonly: "make the state folder writable, or set AIW_HOME to a folder that is",
  store_busy: "another process writes for a long time; try again, or stop it",
  store_io: "check the disk and its mount, then resume the run",
  store_unsupported: "set AIW_HOME to a folder on a local disk",
  disk_full: "free space on the disk, then resume the run",
  too_many_files: "raise the limit of open files (`ulimit -n`) or run fewer steps at once",
  closed: "open the database again",
};

/** An error about the database at `path`, with the usual next step. */
export function storeError(code: ErrorCode, message: string, options: AiwErrorOptions = {}): AiwError {
  const hint = hints[code];
  return new AiwError(code, message, { ...(hint === undefined ? {} : { hint }), ...options });
}

/** Is the error SQLite's way to say that another connection holds the lock? */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));
}

/** Did the database or the system under it fail, rather than our own code? */
export function isStorageFault(error: unknown): boolean {
  return (
    /^SQLITE_/.test(codeOf(error)) && !/^SQLITE_(CONSTRAINT|ERROR|MISUSE|RANGE|TOOBIG|MISMATCH)/.test(codeOf(error))
  );
}

/** The typed error for what SQLite or the file system threw; other errors stay as they are. */
export function toStoreError(error: unknown, path: string): unknown {
  if (isAiwError(error)) return error;
  const code = codeOf(error);
  const cause = { cause: error };
  if (isBusy(error))
    return storeError("store_busy", `another process holds the database ${path}`, { ...cause, retryable: true });
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(code))
    return storeError("store_corrupt", `the database ${path} is damaged`, cause);
  // Statements are fixed and the version was checked: a name that is not there was damaged.
  if (code === "SQLITE_ERROR" && /no such (table|column)|has no column/.test(messageOf(error))) {
    return storeError("store_corrupt", `the database ${path} is damaged: ${messageOf(error)}`, cause);
  }
  if (code === "SQLITE_READONLY_DBMOVED")
    return storeError("store_io", `the database ${path} was moved or deleted`, cause);
  if (/^(SQLITE_READONLY|SQLITE_PERM|SQLITE_AUTH|EROFS|EACCES|EPERM)/.test(code)) {
    return storeError("store_readonly", `the database ${path} cannot be written`, cause);
  }
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code))
    return storeError("disk_full", `no space left for the database ${path}`, cause);
  if (/^(EMFILE|ENFILE)$/.test(code))
    return storeError("too_many_files", `no more files may be opened for ${path}`, cause);
  if (/^SQLITE_(CANTOPEN|IOERR|NOLFS)/.test(code)) return unreachable(path, cause);
  if (/^(SQLITE_|E[A-Z]+$)/.test(code))
    return storeError("store_io", `the database ${path} failed: ${messageOf(error)}`, cause);
  return error;
}

/** SQLite tells only that it could not: ask the system why, without opening the database file itself. */
function unreachable(path: string, cause: { readonly cause: unknown }): AiwError {
  const message = `the database ${path} cannot be read or written: ${messageOf(cause.cause)}`;
  try {
    requireFileHandles(dirname(path));
    accessSync(existsSync(path) ? path : dirname(path), constants.R_OK | constants.W_OK);
    accessSync(dirname(path), constants.W_OK);
    if (statfsSync(dirname(path)).bavail === 0)
      return storeError("disk_full", `no space left for the database ${path}`, cause);
  } catch (error) {
    const why = toStoreError(error, path);
    if (isAiwError(why)) return why;
  }
  return storeError("store_io", message, cause);
}

/** SQLite needs several at once, and has just closed those that it had. @throws EMFILE, ENFILE */
function requireFileHandles(folder: string): void {
  const handles: number[] = [];
  try {
    for (let count = 0; count < 4; count += 1) handles.push(openSync(folder, "r"));
  } finally {
    for (const handle of handles) closeSync(handle);
  }
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
