import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { AiwError } from "@aiw/core";
import { isOwnFolder, makeOwnedFolder } from "@aiw/process";

/** A folder of this process alone, for the files of attempts: scripts, inputs with secrets, outputs. */
export interface Scratch {
  readonly folder: string;
  /** Removes it. Safe to call twice. */
  close(): void;
}

/**
 * Makes the folder, and removes those of processes that were killed. It lies outside the state folder, which may be
 * backed up or shared.
 *
 * @throws AiwError `store_readonly`, `disk_full`, `store_io`.
 */
export function openScratch(env: Readonly<Record<string, string | undefined>>): Scratch {
  const parent = parentFolder(env);
  const folder = makeFolder(parent);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  return {
    folder,
    close() {
      process.off("exit", remove);
      remove();
    },
  };
}

/** Under `sudo`, XDG_RUNTIME_DIR may still name the folder of another user. */
function parentFolder(env: Readonly<Record<string, string | undefined>>): string {
  const { XDG_RUNTIME_DIR: runtime, TMPDIR: temporary } = env;
  return runtime && isOwnFolder(runtime) ? runtime : temporary || tmpdir();
}

function makeFolder(parent: string): string {
  try {
    return makeOwnedFolder(parent, "aiw-scratch-");
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const hint = "set TMPDIR to a folder that you may write, with some space";
    if (reason === "ENOSPC" || reason === "EDQUOT") {
      throw new AiwError("disk_full", `no space left for temporary files in ${parent}`, { hint, cause });
    }
    const code = ["EACCES", "EPERM", "EROFS"].includes(reason) ? "store_readonly" : "store_io";
    throw new AiwError(code, `cannot make a temporary folder in ${parent}${reason && ` (${reason})`}`, { hint, cause });
  }
}
