import { type Dirent, readdir } from "node:fs";
import { readlink, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { AiwError } from "@aiw/core";
import { type GlobOptions, glob } from "tinyglobby";
import { isWithin } from "../workflow-file.js";

/** A file that a glob matched. */
export interface MatchedFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** Absolute, links resolved. */
  readonly absolute: string;
  /** It leads out of the folder: what its link says. The file is not to be read. */
  readonly leavesTo?: string | undefined;
}

/** What to look for. */
export interface FileSearch {
  /** Globs; one that begins with `!` takes files out again. A folder stands for all below it. */
  readonly patterns: readonly string[];
  /** Absolute. */
  readonly folder: string;
  readonly maxFiles: number;
  /** Key of the step that holds the globs, for messages. */
  readonly key: string;
  readonly signal: AbortSignal;
}

/** Always changing, and nobody's result. */
const ignored = ["**/.git/**", "**/.aiw/**"];

/**
 * Files below a folder that the globs match, in the order of their paths. Links to folders are not walked.
 *
 * @throws AiwError `file_too_large` over `maxFiles`, `permission_denied` for a glob that leads out of the folder.
 */
export async function matchFiles(search: FileSearch): Promise<readonly MatchedFile[]> {
  const { patterns, folder, maxFiles, key, signal } = search;
  for (const pattern of patterns) refuseOutside(pattern, key);
  const paths = await glob([...patterns], {
    cwd: folder,
    dot: true,
    followSymbolicLinks: false,
    ignore: ignored,
    fs: showingLinks,
    signal,
  });
  signal.throwIfAborted();
  if (paths.length > maxFiles) {
    throw new AiwError("file_too_large", `\`${key}\` matches ${paths.length} files, the limit is ${maxFiles}`, {
      hint: "name fewer of them, or take some out: '!node_modules/**'",
    });
  }
  const root = await realpath(folder);
  const folders = new Map<string, string>();
  const files: MatchedFile[] = [];
  for (const path of paths.sort()) {
    const file = await resolveFile(path, { folder, root, folders });
    if (file !== undefined) files.push(file);
  }
  return files;
}

function refuseOutside(pattern: string, key: string): void {
  const plain = pattern.replace(/^!/, "");
  if (!isAbsolute(plain) && !plain.split(/[\\/]/).includes("..")) return;
  throw new AiwError("permission_denied", `'${pattern}' in \`${key}\` leads out of the working directory`, {
    hint: "globs are relative to the step's working directory and stay below it",
  });
}

interface Place {
  readonly folder: string;
  /** The same without links. */
  readonly root: string;
  /** Folders without links, by path; files share them. */
  readonly folders: Map<string, string>;
}

/** Undefined for what is no file: gone meanwhile, a broken link, a link to a folder inside. */
async function resolveFile(path: string, { folder, root, folders }: Place): Promise<MatchedFile | undefined> {
  const named = join(folder, path);
  const parent = dirname(named);
  const known = folders.get(parent) ?? (await realpath(parent).catch(() => undefined));
  if (known === undefined) return undefined;
  folders.set(parent, known);
  if (!isWithin(root, known)) return { path, absolute: named, leavesTo: known };
  const link = await readlink(named).catch(() => undefined);
  if (link === undefined) return { path, absolute: join(known, path.slice(path.lastIndexOf("/") + 1)) };
  const absolute = await realpath(named).catch(() => undefined);
  if (absolute === undefined) {
    return isWithin(root, resolve(known, link)) ? undefined : { path, absolute: named, leavesTo: link };
  }
  if (!isWithin(root, absolute)) return { path, absolute: named, leavesTo: link };
  const info = await stat(absolute).catch(() => undefined);
  return info?.isFile() === true ? { path, absolute } : undefined;
}

/**
 * A file system in which links stand as files: the globber leaves them out, and one that leads away must be seen. It is
 * asked with this one form of `readdir` only.
 */
const showingLinks: NonNullable<GlobOptions["fs"]> = Object.assign(Object.create(null), {
  readdir: (path: string, _: unknown, done: (error: Error | null, entries: Dirent[]) => void) => {
    readdir(path, { withFileTypes: true }, (error, entries) => done(error, (entries ?? []).map(asFile)));
  },
});

function asFile(entry: Dirent): Dirent {
  if (!entry.isSymbolicLink()) return entry;
  return Object.assign(Object.create(entry), { isFile: () => true, isSymbolicLink: () => false });
}
