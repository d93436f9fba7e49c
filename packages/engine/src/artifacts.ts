import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { AiwError, type ArtifactRef, type ArtifactStore, type Masker } from "@aiw/core";
import { type MatchedFile, matchFiles } from "./files/match-files.js";

/** Most files that one step keeps. */
const maxFiles = 1_000;
/** Most bytes of one of them. */
const maxBytes = 100 * 1024 * 1024;

/** Whose files are kept. */
export interface ArtifactRequest {
  readonly patterns: readonly string[];
  /** Absolute working directory of the step. */
  readonly cwd: string;
  readonly store: ArtifactStore;
  /** A file that holds a secret is not kept. */
  readonly masker: Masker;
  /** Path of the step, for messages. */
  readonly step: string;
  readonly signal: AbortSignal;
}

/**
 * Keeps the files that the globs match, in the order of their paths.
 *
 * @throws AiwError `output_too_large` over 1,000 files or 100 MiB in one, `permission_denied` for a file that lies outside
 * the working directory, `disk_full`, `store_io`.
 */
export async function collectArtifacts(request: ArtifactRequest): Promise<ArtifactRef[]> {
  const { patterns, cwd, store, step, signal, masker } = request;
  const files = await matchFiles({ patterns, folder: cwd, maxFiles, key: "artifacts", signal });
  const kept: ArtifactRef[] = [];
  for (const file of files) {
    if (file.leavesTo !== undefined) throw leaves(step, file);
    signal.throwIfAborted();
    kept.push({ path: file.path, ...(await store.put(contentOf(step, file, masker))) });
  }
  return kept;
}

/** The content, never more than the limit, also of a file that grows while it is read. Ends in an error where it holds a secret. */
async function* contentOf(step: string, file: MatchedFile, masker: Masker): AsyncGenerator<Uint8Array> {
  const handle = await openFile(step, file);
  const [decoder, stream] = [new TextDecoder(), masker.stream()];
  let marks = 0;
  // The mask may stand in the file itself, written from what was masked before.
  const look = (read: string, shown: string) => {
    marks += shown.split("[redacted]").length - read.split("[redacted]").length;
  };
  try {
    let bytes = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false })) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(step, file);
      const text = decoder.decode(chunk, { stream: true });
      look(text, stream.push(text));
      yield chunk;
    }
    look("", stream.end());
    if (marks > 0) throw holdsSecret(step, file);
  } finally {
    await handle.close();
  }
}

async function openFile(step: string, file: MatchedFile): Promise<FileHandle> {
  try {
    // Resolved already: what is a link now was put there since.
    return await open(file.absolute, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (cause) {
    throw new AiwError("file_unreadable", `step ${step}: the artifact ${file.path} cannot be read`, {
      hint: "check its permissions, and that nothing changes it after the step",
      cause,
    });
  }
}

function holdsSecret(step: string, { path }: MatchedFile): AiwError {
  return new AiwError("permission_denied", `step ${step}: the artifact ${path} holds a secret`, {
    hint: "leave the secret out of the file, or do not keep it",
  });
}

function tooLarge(step: string, { path }: MatchedFile): AiwError {
  return new AiwError("output_too_large", `step ${step}: the artifact ${path} is over ${maxBytes / 1024 / 1024} MiB`, {
    hint: "keep a smaller file, or put it where it belongs in a step of its own",
  });
}

function leaves(step: string, { path, leavesTo }: MatchedFile): AiwError {
  return new AiwError(
    "permission_denied",
    `step ${step}: the artifact ${path} lies outside the working directory: ${leavesTo}`,
    { hint: "artifacts lie below the step's working directory; copy the file there" },
  );
}
