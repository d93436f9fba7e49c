import { realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { AiwError } from "@aiw/core";
import { isWithin } from "./workflow-file.js";

/**
 * Absolute working directory of a step with its own `cwd`. The run's needs no look at the disk: it was checked at the
 * start, and a spawner says when it is gone.
 *
 * @throws AiwError `cwd_invalid`.
 */
export async function workingDirectory(root: string, cwd: string): Promise<string> {
  const path = resolve(root, cwd);
  const info = await stat(path).catch(() => undefined);
  if (info?.isDirectory() !== true) {
    throw new AiwError("cwd_invalid", `the working directory ${cwd} is no folder`, {
      hint: "`cwd` is relative to the folder in which the run was started",
    });
  }
  if (!isWithin(await realpath(root), await realpath(path))) {
    throw new AiwError("cwd_invalid", `the working directory ${cwd} lies outside the project`, {
      hint: "choose a folder below the one in which the run was started",
    });
  }
  return path;
}
