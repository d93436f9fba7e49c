import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { AiwError } from "@aiw/core";

const maxSettingsBytes = 1024 * 1024;

/**
 * Entries of a folder by name.
 *
 * @throws AiwError `file_not_found`, `file_unreadable`.
 */
export function listFolder(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw pathError(folder, cause);
  }
}

/**
 * The text of a settings file.
 *
 * @throws AiwError `file_not_found`, `file_unreadable`, `file_too_large`.
 */
export function readSettings(file: string): string {
  try {
    const { size } = statSync(file);
    if (size <= maxSettingsBytes) return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
    throw new AiwError("file_too_large", `${file} has ${size} bytes; at most ${maxSettingsBytes} are read`, {
      hint: "it holds settings only; move data elsewhere",
    });
  } catch (cause) {
    throw pathError(file, cause);
  }
}

/** Is it a regular file, links followed? */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Does the name exist at all, even as a broken link? */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Does it have an executable bit for anybody? Always false where files have none. */
export function isExecutable(path: string): boolean {
  return process.platform !== "win32" && (statSync(path).mode & 0o111) !== 0;
}

/** Does the path, with every link followed, lie inside the folder? Both exist. */
export function liesInside(folder: string, path: string): boolean {
  const inside = relative(realpathSync(folder), realpathSync(path));
  return inside === "" || (!isAbsolute(inside) && inside !== ".." && !inside.startsWith(`..${sep}`));
}

/** The path below a folder, or undefined when the text leaves it (`..`, an absolute path). Nothing is read. */
export function resolveInside(folder: string, path: string): string | undefined {
  if (isAbsolute(path) || path.includes("\0")) return undefined;
  const full = resolve(folder, path);
  const inside = relative(folder, full);
  return inside === ".." || inside.startsWith(`..${sep}`) ? undefined : full;
}

function pathError(path: string, cause: unknown): AiwError {
  if (cause instanceof AiwError) return cause;
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "it is not UTF-8 text";
  const missing = reason === "ENOENT" || reason === "ENOTDIR";
  return new AiwError(missing ? "file_not_found" : "file_unreadable", `cannot read ${path} (${reason})`, {
    hint: missing ? "check the path" : "check its permissions and that it is text",
    cause,
  });
}
