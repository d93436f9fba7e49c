import { lstatSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { AiwError, isAiwError } from "@aiw/core";
import { decodeSource, maxFileBytes } from "@aiw/markdown";
import { findBundleWorkflow } from "@aiw/runtime";
import { requirePath } from "../flags.js";
import { findFlows } from "../flows/find.js";

/**
 * The workflow files that paths name: files as they are, of a folder every workflow in Markdown below it.
 *
 * @returns Absolute paths, each once.
 * @throws AiwError `usage` for a workflow in pure YAML.
 */
export async function workflowFiles(paths: readonly string[], cwd: string): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const path of paths.length === 0 ? ["."] : paths) {
    const target = resolve(cwd, requirePath(path));
    if (statSync(target, { throwIfNoEntry: false })?.isDirectory() !== true) files.add(refuseYaml(target, path));
    else for (const file of await filesBelow(target)) files.add(file);
  }
  return [...files];
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const { flows } = await findFlows(folder);
  const files: string[] = [];
  for (const { kind, path } of flows) {
    const file = kind === "file" ? path : await findBundleWorkflow(path);
    if (file !== undefined && !isYaml(file)) files.push(file);
  }
  return files;
}

function refuseYaml(file: string, shown: string): string {
  if (!isYaml(file)) return file;
  throw new AiwError("usage", `${shown} is no Markdown: only workflows in Markdown have a layout of ours`, {
    hint: "format YAML with the formatter of your editor",
  });
}

function isYaml(file: string): boolean {
  return /\.ya?ml$/i.test(file);
}

/**
 * The text of a workflow file, with its byte order mark.
 *
 * @throws AiwError `file_not_found`, `file_unreadable`, `file_too_large`.
 */
export function readText(file: string, shown: string): string {
  let bytes: Uint8Array;
  try {
    if (statSync(file).size > maxFileBytes) throw tooLarge(shown);
    bytes = readFileSync(file);
  } catch (cause) {
    if (isAiwError(cause)) throw cause;
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    const [code, message] = isMissing
      ? (["file_not_found", `${shown} does not exist`] as const)
      : (["file_unreadable", `cannot read ${shown}`] as const);
    throw new AiwError(code, message, { hint: "give the path of a Markdown workflow or of a folder", cause });
  }
  return textOf(bytes, shown);
}

function tooLarge(shown: string): AiwError {
  return new AiwError("file_too_large", `${shown} has more than 1 MiB`, {
    hint: "move long reference material into files that the steps read",
  });
}

/** The text of bytes, with its byte order mark. */
export function textOf(bytes: Uint8Array, shown: string): string {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return (hasMark ? "\ufeff" : "") + decodeSource(bytes, shown);
}

/**
 * Replaces a file as a whole: a crash leaves the old or the new text, never half of one. A link stays a link.
 *
 * @throws AiwError `file_unreadable` when it cannot be written.
 */
export function replaceText(file: string, text: string, shown: string): void {
  const target = lstatSync(file).isSymbolicLink() ? realpathSync(file) : file;
  const beside = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeFileSync(beside, text, { mode: statSync(target).mode, flag: "wx" });
    renameSync(beside, target);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw new AiwError("file_unreadable", `cannot write ${shown}`, {
      hint: "check the permissions of its folder",
      cause,
    });
  }
}
