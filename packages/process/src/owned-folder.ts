import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, type WorkerOwner } from "@aiw/core";
import { isAlive, readProcessIdentity } from "./identity.js";

const ownerFile = "owner.json";

/** Seams of {@link makeOwnedFolder}. */
export interface OwnedFolderOptions {
  readonly owner?: WorkerOwner;
  /** Does the process of this owner still run? Undefined: nobody knows from here. */
  readonly isAlive?: (owner: WorkerOwner) => boolean | undefined;
}

/**
 * Makes a folder of this process alone (0700), and removes those that killed processes of this user left beside it. Its
 * name starts with `prefix` and cannot be guessed, because everybody may write where temporary files lie.
 *
 * @returns Its path.
 * @throws What the file system throws when it cannot be made.
 */
export function makeOwnedFolder(parent: string, prefix: string, options: OwnedFolderOptions = {}): string {
  removeAbandoned(parent, prefix, options.isAlive ?? isAlive);
  const folder = mkdtempSync(join(parent, prefix));
  const owner = options.owner ?? readProcessIdentity();
  writeFileSync(join(folder, ownerFile), JSON.stringify(owner), { mode: 0o600 });
  return folder;
}

/** Is it a folder, no link to one, that belongs to our user? */
export function isOwnFolder(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && (process.getuid === undefined || stats.uid === process.getuid());
}

function removeAbandoned(parent: string, prefix: string, alive: typeof isAlive): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(parent, name);
    const owner = isOwnFolder(folder) ? readOwner(join(folder, ownerFile)) : undefined;
    if (owner !== undefined && alive(owner) === false) rmSync(folder, { recursive: true, force: true });
  }
}

function readOwner(file: string): WorkerOwner | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!isJsonObject(value)) return undefined;
    const { host, boot, pid, startedAt } = value;
    const isOwner = typeof host === "string" && typeof boot === "string" && typeof pid === "number";
    return isOwner && typeof startedAt === "string" ? { host, boot, pid, startedAt } : undefined;
  } catch {
    // Its process was killed before it wrote this: nothing else is in the folder either.
    return undefined;
  }
}
