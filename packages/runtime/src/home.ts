import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { AiwError } from "@aiw/core";

/** Name of the project's configuration file. */
export const configFile = "aiw.yaml";

const marks = [".aiw", configFile, ".git"];

/** Where a project is and where its state lives. Absolute paths. */
export interface ProjectFolders {
  readonly project: string;
  readonly home: string;
}

/**
 * The project around `cwd`: the nearest folder upwards with `.aiw/`, `aiw.yaml` or `.git`, else `cwd` itself. Its state
 * lives in `.aiw/`, unless `AIW_HOME` names another folder.
 */
export function findProject(cwd: string, homeFolder?: string): ProjectFolders {
  const project = nearest(cwd, (folder) => marks.some((name) => existsSync(join(folder, name)))) ?? resolve(cwd);
  return { project, home: homeFolder ? resolve(cwd, homeFolder) : join(project, ".aiw") };
}

/**
 * Makes the state folder, readable by its owner alone and ignored by git.
 *
 * @throws AiwError `store_readonly`, `disk_full`, `store_io`.
 */
export function makeHome(home: string): void {
  try {
    if (isFolder(home)) return;
    makeFolder(home);
    writeFileSync(join(home, ".gitignore"), "*\n");
  } catch (error) {
    throw homeError(home, error);
  }
}

/** One level at a time: the recursive `mkdir` of Node never returns below `/proc`, where nothing can be made. */
function makeFolder(folder: string): void {
  const parent = dirname(folder);
  if (parent !== folder && !isFolder(parent)) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (reasonOf(error) !== "EEXIST" || !isFolder(folder)) throw error;
  }
}

/** @throws What `stat` throws; ENOTDIR for a file. */
function isFolder(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory()) return stats !== undefined;
  throw Object.assign(new Error(`${path} is a file`), { code: "ENOTDIR", path });
}

function reasonOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function nearest(start: string, isIt: (folder: string) => boolean): string | undefined {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (isIt(folder)) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

function homeError(home: string, cause: unknown): AiwError {
  const reason = reasonOf(cause);
  if (reason === "ENOSPC" || reason === "EDQUOT") {
    return new AiwError("disk_full", `no space left to create ${home}`, {
      hint: "free some space and run it again",
      cause,
    });
  }
  if (reason === "ENOTDIR") {
    return new AiwError("store_io", `cannot create the state folder ${home}: ${messageOf(cause)}`, {
      hint: "AIW_HOME must name a folder, below folders",
      cause,
    });
  }
  const code = ["EACCES", "EPERM", "EROFS"].includes(reason) ? "store_readonly" : "store_io";
  return new AiwError(code, `cannot create the state folder ${home}${reason && ` (${reason})`}`, {
    hint: "set AIW_HOME to a folder that you may write",
    cause,
  });
}
