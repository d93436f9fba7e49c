import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { type ErrorCode, isAiwError, isErrorCode, isJsonObject, type Json, type Tool } from "@aiw/core";
import type { BundleConfig } from "@aiw/tools";

/** A tool that is a script. */
export interface ScriptFile {
  readonly tool: Tool;
  /** Absolute path. */
  readonly file: string;
}

/** A mistake in one of a bundle's files other than its workflow. Lines and columns start at 1. */
export interface BundleProblem {
  readonly code: ErrorCode;
  /** Absolute path. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly help?: string | undefined;
}

/** What a bundle consists of. Absolute paths; what is absent does not exist. */
export interface BundleFacts {
  readonly folder: string;
  readonly workflowFile: string;
  readonly toolsFolder?: string | undefined;
  /** `tools.yaml`. */
  readonly manifest?: string | undefined;
  /** `config.yaml`. */
  readonly configFile?: string | undefined;
  /** Absent also when it has problems. */
  readonly config?: BundleConfig | undefined;
  /** Those without problems. */
  readonly tools: readonly ScriptFile[];
  /** All problems of its tools and its configuration. */
  readonly problems: readonly BundleProblem[];
  /** Files in `tools/` that are neither a tool nor its description, text or data. */
  readonly strays: readonly string[];
}

/**
 * Looks at a folder as a bundle. Unlike loading it, this tells all mistakes of all its files; the workflow itself is not
 * looked at. Reads files only.
 *
 * @throws AiwError `not_a_bundle`, `file_not_found`, `file_unreadable`.
 */
export async function inspectBundle(path: string, cwd: string): Promise<BundleFacts> {
  const { findBundle, loadBundleConfig, loadScriptTools } = await import("@aiw/tools");
  const bundle = findBundle(resolve(cwd, path));
  const { folder, toolsFolder, config: configFile, ...files } = bundle;
  const { tools, files: scripts, problems } = loadScriptTools(toolsFolder ?? join(folder, "tools"), { root: folder });
  const config = configFile === undefined ? undefined : settle(() => loadBundleConfig(configFile), configFile);
  const found = [
    ...problems.map((problem) => ({ ...problem, file: resolve(folder, problem.file) })),
    ...(config?.problems ?? []),
  ];
  return {
    ...{ folder, ...files, toolsFolder, configFile },
    config: config?.value,
    tools: tools.map((tool) => ({ tool, file: scripts.get(tool.name) ?? folder })),
    problems: found,
    strays:
      toolsFolder === undefined
        ? []
        : straysIn(toolsFolder, new Set([...scripts.values(), ...found.map(({ file }) => file)])),
  };
}

/** The workflow file of a folder that can be run as a bundle; undefined when it cannot. */
export async function findBundleWorkflow(path: string): Promise<string | undefined> {
  const { findBundle } = await import("@aiw/tools");
  try {
    return findBundle(path).workflowFile;
  } catch (error) {
    if (isAiwError(error)) return undefined;
    throw error;
  }
}

interface Settled<T> {
  readonly value?: T;
  readonly problems: readonly BundleProblem[];
}

/** What a loader throws has all its problems in its details. */
function settle<T>(load: () => T, file: string): Settled<T> {
  try {
    return { value: load(), problems: [] };
  } catch (error) {
    if (!isAiwError(error)) throw error;
    const list = error.details?.problems;
    const problems = Array.isArray(list) ? list.flatMap((item: Json) => problemOf(item, file)) : [];
    const whole = { code: error.code, file, line: 1, column: 1, message: error.message, help: error.hint };
    return { problems: problems.length === 0 ? [whole] : problems };
  }
}

function problemOf(item: Json, file: string): readonly BundleProblem[] {
  if (!isJsonObject(item)) return [];
  const { code, line, column, message, help } = item;
  if (typeof code !== "string" || !isErrorCode(code) || typeof message !== "string") return [];
  const place = { line: typeof line === "number" ? line : 1, column: typeof column === "number" ? column : 1 };
  return [{ code, file, ...place, message, help: typeof help === "string" ? help : undefined }];
}

/** Data may lie beside the tools that read it. */
const dataFile = /\.(ya?ml|md|txt|json|toml|csv)$/i;

function straysIn(folder: string, known: ReadonlySet<string>): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith(".") && !dataFile.test(entry.name))
    .map((entry) => join(folder, entry.name))
    .filter((file) => !known.has(file))
    .sort();
}
