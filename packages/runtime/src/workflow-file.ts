import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { AiwError, nearest } from "@aiw/core";

const maxBytes = 1024 * 1024;

/**
 * What a path names, links followed.
 *
 * @param path - As the caller wrote it.
 * @throws AiwError `file_not_found` with the nearest name, `file_unreadable`.
 */
export function inspectPath(target: string, path: string, cwd: string): { readonly isFolder: boolean } {
  let file: number;
  try {
    file = openSync(target, "r");
  } catch (cause) {
    throw openError(target, path, cwd, cause);
  }
  try {
    const stats = fstatSync(file);
    if (stats.isDirectory()) return { isFolder: true };
    if (stats.isFile()) return { isFolder: false };
    throw new AiwError("file_unreadable", `${path} is neither a file nor a folder`, {
      hint: "name a Markdown file or a bundle",
    });
  } finally {
    closeSync(file);
  }
}

function openError(target: string, path: string, cwd: string, cause: unknown): AiwError {
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (reason !== "ENOENT" && reason !== "ENOTDIR") {
    return new AiwError("file_unreadable", `cannot read ${path} (${reason})`, { hint: "check its permissions", cause });
  }
  const near = nearest(basename(target), neighbours(dirname(target)));
  return new AiwError("file_not_found", `${path} does not exist`, {
    hint: near
      ? `did you mean ${shownPath(join(dirname(target), near), cwd)}?`
      : "give the path of a Markdown workflow or of a bundle's folder",
    cause,
  });
}

function neighbours(folder: string): readonly string[] {
  try {
    return readdirSync(folder).slice(0, 1_000);
  } catch {
    return [];
  }
}

/**
 * The bytes of a workflow file. A file of any size costs little.
 *
 * @throws AiwError `file_too_large`, `file_unreadable`.
 */
export function readCapped(file: string, shown: string): Uint8Array {
  let handle: number | undefined;
  try {
    handle = openSync(file, "r");
    const { size } = fstatSync(handle);
    if (size > maxBytes) {
      throw new AiwError("file_too_large", `${shown} has ${size} bytes; a workflow has at most ${maxBytes}`, {
        hint: "pass data as inputs or files, not inside the workflow",
      });
    }
    const buffer = Buffer.alloc(size);
    return buffer.subarray(0, readSync(handle, buffer, 0, size, 0));
  } catch (cause) {
    if (cause instanceof AiwError) throw cause;
    throw new AiwError("file_unreadable", `cannot read ${shown}`, { hint: "check its permissions", cause });
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** Text of a file below a folder; undefined when there is none, or it lies elsewhere. */
export function readBelow(folder: string, path: string): string | undefined {
  const file = resolve(folder, path);
  if (file !== folder && !file.startsWith(folder + sep)) return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** A path as people see it: relative to the working directory where it lies below. */
export function shownPath(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path.startsWith("..") ? file : path;
}
