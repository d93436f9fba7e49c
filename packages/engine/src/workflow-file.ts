import { readFileSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { AiwError } from "@aiw/core";
import { maxTextLength } from "./options.js";

/**
 * Reader for `file(path)` in expressions: text files below the workflow's folder, links followed.
 * Expressions are synchronous, so this reads synchronously; the size is checked first.
 */
export function workflowFile(folder: string): (path: string) => string {
  return (path) => {
    const target = realPath(resolve(folder, path), path);
    if (!isWithin(realPath(folder, folder), target)) {
      throw new AiwError("expression_failed", `file('${path}') lies outside the folder of the workflow`, {
        hint: "`file` reads below the workflow's folder only",
      });
    }
    const stat = statSync(target);
    if (!stat.isFile() || stat.size > maxTextLength) {
      throw new AiwError("expression_failed", `file('${path}') is no file of at most 1 MiB`);
    }
    return readFileSync(target, "utf8");
  };
}

/** Is the path the folder itself, or below it? Both absolute and without links. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function realPath(path: string, shown: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    throw new AiwError("expression_failed", `file('${shown}') cannot be read`, {
      hint: "the path is relative to the workflow's folder",
      cause,
    });
  }
}
