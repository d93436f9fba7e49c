import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/** Where the program may be. */
export interface Places {
  /** The setting `aiw.path`; empty when it is not set. */
  readonly path: string;
  /** The first folder of the workspace. */
  readonly folder: string | undefined;
  readonly isWindows: boolean;
}

/** The program that is started: the one of the setting, else that of the folder, else the one in PATH. */
export function serverCommand({ path, folder, isWindows }: Places): string {
  if (path !== "") return folder !== undefined && !isAbsolute(path) && /[\\/]/.test(path) ? join(folder, path) : path;
  if (folder === undefined) return "aiw";
  const local = join(folder, "node_modules", ".bin", isWindows ? "aiw.cmd" : "aiw");
  return existsSync(local) ? local : "aiw";
}
