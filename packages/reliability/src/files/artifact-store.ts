import { createHash } from "node:crypto";
import { AiwError, type ArtifactStore, type Clock, createSystemClock } from "@aiw/core";
import { fileError, NotAFile, type OpenedFile, ownFolder } from "./own-folder.js";

/** Where artifacts are kept. */
export interface FileArtifactStoreOptions {
  readonly folder: string;
  readonly clock?: Pick<Clock, "now"> | undefined;
}

/**
 * Keeps artifacts as files named by their hash, in one folder (0700, files 0600). A file is written under another name,
 * synced and renamed; what is read is checked against its hash, and no link is followed.
 */
export function createFileArtifactStore({
  folder: path,
  clock = createSystemClock(),
}: FileArtifactStoreOptions): ArtifactStore {
  const folder = ownFolder(path, clock);
  return {
    async put(content) {
      const file = await folder.create();
      try {
        const sum = createHash("sha256");
        let bytes = 0;
        for await (const part of content instanceof Uint8Array ? [content] : content) {
          sum.update(part);
          bytes += part.length;
          await file.write(part);
        }
        const hash = `sha256-${sum.digest("hex")}`;
        await file.keep(hash);
        return { hash, bytes };
      } finally {
        await file.discard();
      }
    },
    async get(hash) {
      if (!/^sha256-[0-9a-f]{64}$/.test(hash)) return undefined;
      let file: OpenedFile | undefined;
      try {
        file = await folder.open(hash);
        const content = await file?.read();
        if (content === undefined || `sha256-${createHash("sha256").update(content).digest("hex")}` === hash) {
          return content;
        }
        throw new NotAFile(hash);
      } catch (error) {
        throw error instanceof NotAFile ? damaged(hash) : fileError(path, error);
      } finally {
        await file?.close();
      }
    },
  };
}

function damaged(hash: string): AiwError {
  return new AiwError("store_corrupt", `the artifact ${hash} is damaged: its file is not what was kept`, {
    hint: "run the step that made it again; check the disk",
  });
}
