import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AiwError } from "@aiw/core";

/** A file to write. */
export interface NewFile {
  /** Below the folder. */
  readonly name: string;
  readonly text: string;
  /** Permissions of a script; absent: those of any new file. */
  readonly mode?: number | undefined;
}

/**
 * Writes files that are not there yet, all or none as far as that can be seen beforehand.
 *
 * @throws AiwError `file_exists` without `force`, `usage` when the folder is a file, `store_readonly`, `disk_full`.
 */
export function writeNewFiles(folder: string, files: readonly NewFile[], force: boolean): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new AiwError("usage", `${folder} is no folder`, { hint: "name a folder; it is made where it is missing" });
  }
  const there = files.filter(({ name }) => existsSync(join(folder, name))).map(({ name }) => name);
  if (there.length > 0 && !force) {
    throw new AiwError(
      "file_exists",
      `${there.join(" and ")} ${there.length === 1 ? "is" : "are"} there already; nothing was written`,
      {
        hint: "`--force` overwrites, `--template` chooses another workflow, or name another folder",
        details: { files: there },
      },
    );
  }
  for (const { name, text, mode } of files) {
    const file = join(folder, name);
    write(file, text, force ? "w" : "wx");
    if (mode !== undefined) chmodSync(file, mode);
  }
}

/** Adds `.aiw/` to the ignore file. Returns whether a line was added; what is in the file stays. */
export function ignoreState(folder: string): boolean {
  const file = join(folder, ".gitignore");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (/^\/?\.aiw\/?\s*$/m.test(text)) return false;
  write(file, `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}.aiw/\n`, "w");
  return true;
}

function write(file: string, text: string, flag: "w" | "wx"): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag });
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (reason === "EEXIST")
      throw new AiwError("file_exists", `${file} is there already`, { hint: "`--force` overwrites it", cause });
    if (reason === "ENOSPC" || reason === "EDQUOT")
      throw new AiwError("disk_full", `no space left to write ${file}`, { hint: "free some space", cause });
    throw new AiwError("store_readonly", `cannot write ${file}${reason && ` (${reason})`}`, {
      hint: "check the permissions of the folder",
      cause,
    });
  }
}
