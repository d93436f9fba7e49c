import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join, relative } from "node:path";
import { findBundleWorkflow } from "@aiw/runtime";

/** A workflow file, or the folder of a bundle. */
export interface FoundFlow {
  /** Absolute. */
  readonly path: string;
  readonly kind: "file" | "bundle";
}

/** What a search found. */
export interface FoundFlows {
  /** By path. */
  readonly flows: readonly FoundFlow[];
  /** There was too much to look at all of it. */
  readonly isCut: boolean;
}

/** Most entries of folders that one search looks at. */
const maxEntries = 50_000;

/**
 * The workflows below a folder, bundles as such. Prompts, documents and hidden folders are no workflows, and neither is what
 * package managers install. Links are not followed.
 *
 * @param folder - Absolute; one that cannot be read holds nothing.
 */
export async function findFlows(folder: string): Promise<FoundFlows> {
  const flows: FoundFlow[] = [];
  const open = [folder];
  let left = maxEntries;
  for (let next = open.pop(); next !== undefined && left > 0; next = open.pop()) {
    const { files, folders } = list(next);
    left -= files.length + folders.length;
    open.push(...folders.map((name) => join(next, name)));
    const found = files.map((name) => join(next, name)).filter(isWorkflowFile);
    const isLikeBundle = folders.includes("tools") || files.some((name) => bundleFiles.has(name));
    const main = isLikeBundle && found.length > 0 ? await findBundleWorkflow(next) : undefined;
    flows.push(...found.map((path) => (path === main ? ({ path: next, kind: "bundle" } as const) : flowOf(path))));
  }
  return { flows: flows.sort((a, b) => (a.path < b.path ? -1 : 1)), isCut: left <= 0 };
}

/** The path as it is typed: relative below the working directory, else in full. */
export function shownPath(path: string, cwd: string): string {
  const below = relative(cwd, path);
  if (below === "") return ".";
  return below.startsWith("..") ? path : below;
}

const bundleFiles = new Set(["workflow.md", "main.md", "tools.yaml", "config.yaml"]);

function flowOf(path: string): FoundFlow {
  return { path, kind: "file" };
}

function list(folder: string): { readonly files: readonly string[]; readonly folders: readonly string[] } {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
    const names = (wanted: typeof entries) => wanted.map(({ name }) => name).sort();
    return {
      files: names(entries.filter((entry) => entry.isFile())),
      folders: names(entries.filter((entry) => entry.isDirectory() && entry.name !== "node_modules")),
    };
  } catch {
    return { files: [], folders: [] };
  }
}

/** A file that says which version of the language it is written in; one in pure YAML has a name of its own. */
function isWorkflowFile(path: string): boolean {
  if (/\.flow\.ya?ml$/i.test(path)) return true;
  if (!/\.(md|markdown)$/i.test(path)) return false;
  const [first = "", ...lines] = startOf(path).split(/\r?\n/);
  if (first.replace(/^\ufeff/, "").trimEnd() !== "---") return false;
  const end = lines.findIndex((line) => line.trimEnd() === "---");
  return lines.slice(0, Math.max(end, 0)).some((line) => /^["']?aiw["']?[ \t]*:/.test(line));
}

/** Settings stand at the start of a file and have at most 32 KB. */
function startOf(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const buffer = Buffer.alloc(40 * 1024);
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, 0)).toString("utf8");
  } catch {
    return "";
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
