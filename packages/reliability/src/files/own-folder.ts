import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { chmod, type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { AiwError, type Clock, isAiwError } from "@aiw/core";

/** A folder of files that are written whole or not at all, readable by their owner alone. */
export interface OwnFolder {
  /**
   * Opens a file of the folder for reading; undefined when there is none. A link is never followed.
   *
   * @throws NotAFile for a link, a folder, a device; what the file system throws.
   */
  open(name: string): Promise<OpenedFile | undefined>;
  /** Begins a file without a name. Makes the folder where it is missing. @throws AiwError `disk_full`, `store_io`. */
  create(): Promise<NewFile>;
  /** Removes a file; fine when there is none. @throws AiwError `store_io`. */
  remove(name: string): Promise<void>;
}

/** A file that is being read. The caller closes it. */
export interface OpenedFile {
  readonly bytes: number;
  /** Has this user written it, and could nobody else have? Always true where files have no owner. */
  readonly isOwn: boolean;
  /** The first bytes, as many as it had when it was opened. */
  read(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A file that is being written. @throws AiwError `disk_full`, `store_io` from each. */
export interface NewFile {
  write(part: Uint8Array): Promise<void>;
  /** Syncs it and gives it its name, in the place of what had it. */
  keep(name: string): Promise<void>;
  /** Removes it; does nothing after `keep`. */
  discard(): Promise<void>;
}

/** What has the name is no regular file. */
export class NotAFile extends Error {}

const prefix = ".new-";
/** A file without a name that is so old belongs to a process that was killed. */
const abandonedMs = 3_600_000;
// A pipe would keep the caller waiting. Windows has neither of the two.
const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const writeFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** @see {@link OwnFolder} */
export function ownFolder(folder: string, clock: Pick<Clock, "now">): OwnFolder {
  let made: Promise<void> | undefined;
  const make = async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = await stat(folder);
    if (process.platform !== "win32" && uid === process.getuid?.() && (mode & 0o077) !== 0) await chmod(folder, 0o700);
    await removeAbandoned(folder, clock.now() - abandonedMs);
  };
  return {
    open: (name) => openFile(join(folder, name)),
    async create() {
      made ??= make();
      try {
        await made;
        return await createFile(folder);
      } catch (error) {
        // It may be there the next time.
        made = undefined;
        throw fileError(folder, error);
      }
    },
    remove: (name) => guarded(folder, () => rm(join(folder, name), { force: true })),
  };
}

async function openFile(path: string): Promise<OpenedFile | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, readFlags);
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === "ENOENT" || reason === "ENOTDIR") return undefined;
    throw reason === "ELOOP" || reason === "ENXIO" ? new NotAFile(path) : error;
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new NotAFile(path);
    const self = process.getuid?.();
    return {
      bytes: stats.size,
      isOwn: self === undefined || (stats.uid === self && (stats.mode & 0o022) === 0),
      read: () => readBytes(handle, stats.size),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readBytes(handle: FileHandle, bytes: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(bytes);
  let done = 0;
  while (done < bytes) {
    const { bytesRead } = await handle.read(buffer, done, bytes - done, done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return new Uint8Array(buffer.buffer, buffer.byteOffset, done);
}

async function createFile(folder: string): Promise<NewFile> {
  const path = join(folder, `${prefix}${randomUUID()}`);
  const handle = await open(path, writeFlags, 0o600);
  let isOpen = true;
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    await handle.close();
  };
  return {
    write: (part) => guarded(folder, () => handle.writeFile(part)),
    keep: (name) =>
      guarded(folder, async () => {
        await handle.sync();
        await close();
        await rename(path, join(folder, name));
        await syncFolder(folder);
      }),
    async discard() {
      await close();
      await rm(path, { force: true });
    },
  };
}

/** The new name is in the folder: after a power cut it must be there too. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeAbandoned(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(folder, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats !== undefined && stats.mtimeMs < before) await rm(path, { force: true });
  }
}

async function guarded<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(folder, error);
  }
}

/** The typed error for what the file system threw. */
export function fileError(path: string, cause: unknown): unknown {
  const reason = reasonOf(cause);
  if (isAiwError(cause) || reason === "") return cause;
  if (reason === "ENOSPC" || reason === "EDQUOT") {
    return new AiwError("disk_full", `no space left in ${path}`, {
      hint: "free space on the disk, then resume the run",
      cause,
    });
  }
  return new AiwError("store_io", `reading or writing ${path} failed (${reason})`, {
    hint: "check the folder's permissions and its disk",
    cause,
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
