import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { ArtifactRef, ArtifactStore } from "@aiw/core";
import { isWithin } from "../workflow-file.js";

/**
 * Puts the artifacts of an earlier result back to where its step had left them, so that later steps find the same files.
 *
 * @returns False when one is not there any more, or has no place below the folder: then the step has to be made.
 */
export async function restoreArtifacts(
  refs: readonly ArtifactRef[],
  {
    folder,
    store,
    signal,
  }: { readonly folder: string; readonly store: ArtifactStore | undefined; readonly signal: AbortSignal },
): Promise<boolean> {
  const root = await realpath(folder);
  for (const ref of refs) {
    signal.throwIfAborted();
    const target = await placeOf(root, ref.path);
    if (target === undefined) return false;
    if ((await hashOf(target)) === ref.hash) continue;
    const content = await store?.get(ref.hash);
    if (content === undefined) return false;
    await replace(target, content);
  }
  return true;
}

/** Undefined when the path leads out of the folder, also by links. */
async function placeOf(root: string, path: string): Promise<string | undefined> {
  const named = join(root, path);
  if (!isWithin(root, named) || named === root) return undefined;
  const existing = await nearestFolder(dirname(named));
  if (!isWithin(root, existing)) return undefined;
  await mkdir(dirname(named), { recursive: true });
  return join(await realpath(dirname(named)), basename(named));
}

/** The folder, or the nearest one above it that exists, without links. */
async function nearestFolder(path: string): Promise<string> {
  return await realpath(path).catch(() => nearestFolder(dirname(path)));
}

async function hashOf(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
    return `sha256-${hash.digest("hex")}`;
  } catch {
    return undefined;
  }
}

/** Whole or not at all, and never through a link that stands there. */
async function replace(target: string, content: Uint8Array): Promise<void> {
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content, { flag: "wx" });
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}
