import { createHash } from "node:crypto";
import { type Clock, createSystemClock, type StepCache } from "@aiw/core";
import { decodeEntry, encodeEntry } from "./cache-entry.js";
import { type OwnFolder, ownFolder } from "./own-folder.js";

/** An entry has at most so many bytes: text and output of a step have 1 MiB each, and escapes make them longer. */
const maxBytes = 16 * 1024 * 1024;

/** Where results are kept. */
export interface FileStepCacheOptions {
  readonly folder: string;
  /** An entry that was made later than now is not taken: it would outlive every limit. */
  readonly clock?: Pick<Clock, "now"> | undefined;
}

/**
 * Keeps results of steps as files in one folder (0700, files 0600), each with a hash over its key and content. What is
 * damaged, cut off, too large, in another's place, a link, or could have been written by another user counts as absent;
 * so does what cannot be read. Removing files, or the folder, is safe at any time.
 */
export function createFileStepCache({ folder: path, clock = createSystemClock() }: FileStepCacheOptions): StepCache {
  const folder = ownFolder(path, clock);
  return {
    async get(key) {
      const content = await readSafely(folder, fileOf(key));
      const entry = content === undefined ? undefined : decodeEntry(key, content);
      return entry !== undefined && entry.at <= clock.now() ? entry : undefined;
    },
    async put(key, entry) {
      const content = encodeEntry(key, entry);
      if (content.length > maxBytes) return await folder.remove(fileOf(key));
      const file = await folder.create();
      try {
        await file.write(content);
        await file.keep(fileOf(key));
      } finally {
        await file.discard();
      }
    },
  };
}

/** Keys are any text: names of files are not. */
function fileOf(key: string): string {
  return createHash("sha256").update(JSON.stringify(key)).digest("hex");
}

async function readSafely(folder: OwnFolder, name: string): Promise<Uint8Array | undefined> {
  try {
    const file = await folder.open(name);
    if (file === undefined) return undefined;
    try {
      return file.isOwn && file.bytes <= maxBytes ? await file.read() : undefined;
    } finally {
      await file.close();
    }
  } catch {
    // Whatever is wrong there: the step is made again.
    return undefined;
  }
}
