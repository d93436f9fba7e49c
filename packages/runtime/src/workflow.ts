import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { AiwError, nearest, type Origin, type Tool, type Workflow } from "@aiw/core";
import type { LoadOptions, Problem, SourceMap } from "@aiw/markdown";

const maxBytes = 1024 * 1024;

/** A workflow file or bundle that was read and checked. */
export interface LoadedWorkflow {
  /** Present when there is no error among the problems. */
  readonly workflow?: Workflow | undefined;
  readonly origin: Origin;
  readonly problems: readonly Problem[];
  readonly source: SourceMap;
  /** The text of the file, for code frames. */
  readonly text: string;
  /** The file as shown in messages: relative to the working directory. */
  readonly file: string;
  /** The script tools of the bundle. */
  readonly tools: readonly Tool[];
}

/**
 * Reads and checks a workflow file, or a folder that is a bundle. Problems of the workflow are returned, not thrown.
 *
 * @param path - File or folder, relative to `cwd`.
 * @throws AiwError `file_not_found`, `file_unreadable`, `file_too_large`, `not_a_bundle`, `config_invalid`, `tool_invalid`.
 */
export async function loadWorkflow(path: string, cwd: string): Promise<LoadedWorkflow> {
  const target = resolve(cwd, path);
  const { isFolder } = inspect(target, path, cwd);
  return isFolder ? await loadBundle(target, cwd) : await loadFile(target, cwd);
}

async function loadFile(file: string, cwd: string): Promise<LoadedWorkflow> {
  return await check({ origin: { file, folder: dirname(file), cwd, bundle: false }, file, tools: [] }, {});
}

async function loadBundle(folder: string, cwd: string): Promise<LoadedWorkflow> {
  const { findBundle, loadBundleConfig, loadBundleTools } = await import("@aiw/tools");
  const bundle = findBundle(folder);
  const tools = loadBundleTools(bundle);
  const origin: Origin = { file: bundle.workflowFile, folder, cwd, bundle: true };
  return await check(
    { origin, file: bundle.workflowFile, tools },
    {
      tools: tools.map(({ name, operations }) => ({ name, operations })),
      ...(bundle.config === undefined ? {} : { config: loadBundleConfig(bundle.config) }),
    },
  );
}

async function check(
  { origin, file, tools }: { readonly origin: Origin; readonly file: string; readonly tools: readonly Tool[] },
  options: Pick<LoadOptions, "config" | "tools">,
): Promise<LoadedWorkflow> {
  const { decodeSource, loadMarkdown } = await import("@aiw/markdown");
  const shown = shownPath(file, origin.cwd);
  const text = decodeSource(readCapped(file, shown), shown);
  const readFile = (path: string) => readBelow(origin.folder, path);
  // The library of tools is slow to load; most files need none.
  const scripts = /\btools\b/.test(text) ? await import("@aiw/tools") : undefined;
  const readTools = (path: string) => {
    const folder = resolve(origin.folder, path);
    if (!existsSync(folder)) return undefined;
    const found = scripts?.requireScriptTools(folder, { root: origin.folder }) ?? [];
    return found.map(({ name, operations }) => ({ name, operations }));
  };
  const result = loadMarkdown(text, { ...options, file: shown, readFile, readTools });
  return { ...result, origin, text, file: shown, tools };
}

function inspect(target: string, path: string, cwd: string): { isFolder: boolean } {
  let file: number;
  try {
    file = openSync(target, "r");
  } catch (cause) {
    throw openError(target, path, cwd, cause);
  }
  try {
    const stats = fstatSync(file);
    if (stats.isDirectory()) return { isFolder: true };
    if (stats.isFile()) return { isFolder: false };
    throw new AiwError("file_unreadable", `${path} is neither a file nor a folder`, {
      hint: "name a Markdown file or a bundle",
    });
  } finally {
    closeSync(file);
  }
}

function openError(target: string, path: string, cwd: string, cause: unknown): AiwError {
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (reason !== "ENOENT" && reason !== "ENOTDIR") {
    return new AiwError("file_unreadable", `cannot read ${path} (${reason})`, { hint: "check its permissions", cause });
  }
  const near = nearest(basename(target), neighbours(dirname(target)));
  return new AiwError("file_not_found", `${path} does not exist`, {
    hint: near
      ? `did you mean ${shownPath(join(dirname(target), near), cwd)}?`
      : "give the path of a Markdown workflow or of a bundle's folder",
    cause,
  });
}

function neighbours(folder: string): readonly string[] {
  try {
    return readdirSync(folder).slice(0, 1_000);
  } catch {
    return [];
  }
}

/** Reads at most the limit and one byte more, so that a file of any size costs little. */
function readCapped(file: string, shown: string): Uint8Array {
  let handle: number | undefined;
  try {
    handle = openSync(file, "r");
    const { size } = fstatSync(handle);
    if (size > maxBytes) {
      throw new AiwError("file_too_large", `${shown} has ${size} bytes; a workflow has at most ${maxBytes}`, {
        hint: "pass data as inputs or files, not inside the workflow",
      });
    }
    const buffer = Buffer.alloc(size);
    return buffer.subarray(0, readSync(handle, buffer, 0, size, 0));
  } catch (cause) {
    if (cause instanceof AiwError) throw cause;
    throw new AiwError("file_unreadable", `cannot read ${shown}`, { hint: "check its permissions", cause });
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function readBelow(folder: string, path: string): string | undefined {
  const file = resolve(folder, path);
  if (file !== folder && !file.startsWith(folder + sep)) return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function shownPath(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path.startsWith("..") ? file : path;
}
