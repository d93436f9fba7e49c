import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AiwError, isJsonObject, type WorkerOwner } from "@aiw/core";

/** A folder of this process alone, for the files of attempts: scripts, inputs with secrets, outputs. */
export interface Scratch {
  readonly folder: string;
  /** Removes it. Safe to call twice. */
  close(): void;
}

/** How a scratch folder is made. */
export interface ScratchOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly owner: WorkerOwner;
  /** Does the process of this owner still run? Undefined: nobody knows from here. */
  readonly isAlive: (owner: WorkerOwner) => boolean | undefined;
}

const prefix = "aiw-scratch-";
const ownerFile = "owner.json";

/**
 * Makes the folder, and removes those of processes that were killed. It lies outside the state folder, which may be
 * backed up or shared. Its name cannot be guessed, because everybody may write where it lies.
 *
 * @throws AiwError `store_readonly`, `disk_full`, `store_io`.
 */
export function openScratch({ env, owner, isAlive }: ScratchOptions): Scratch {
  const parent = parentFolder(env);
  let folder: string;
  try {
    removeAbandoned(parent, isAlive);
    folder = mkdtempSync(join(parent, prefix));
    writeFileSync(join(folder, ownerFile), JSON.stringify(owner), { mode: 0o600 });
  } catch (cause) {
    throw scratchError(parent, cause);
  }
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
function parentFolder({ XDG_RUNTIME_DIR: runtime, TMPDIR: temporary }: ScratchOptions["env"]): string {
  return runtime && isOurs(runtime) ? runtime : temporary || tmpdir();
}

function removeAbandoned(parent: string, isAlive: ScratchOptions["isAlive"]): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(parent, name);
    const owner = isOurs(folder) ? readOwner(join(folder, ownerFile)) : undefined;
    if (owner !== undefined && isAlive(owner) === false) rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder, no link to one, that belongs to our user. */
function isOurs(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && (process.getuid === undefined || stats.uid === process.getuid());
}

function readOwner(file: string): WorkerOwner | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!isJsonObject(value)) return undefined;
    const { host, boot, pid, startedAt } = value;
    const isOwner = typeof host === "string" && typeof boot === "string" && typeof pid === "number";
    return isOwner && typeof startedAt === "string" ? { host, boot, pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

function scratchError(parent: string, cause: unknown): AiwError {
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const hint = "set TMPDIR to a folder that you may write, with some space";
  if (reason === "ENOSPC" || reason === "EDQUOT") {
    return new AiwError("disk_full", `no space left for temporary files in ${parent}`, { hint, cause });
  }
  const code = ["EACCES", "EPERM", "EROFS"].includes(reason) ? "store_readonly" : "store_io";
  return new AiwError(code, `cannot make a temporary folder in ${parent}${reason && ` (${reason})`}`, { hint, cause });
}
