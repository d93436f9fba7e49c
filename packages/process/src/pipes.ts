import { spawnSync } from "node:child_process";
import { closeSync, constants, existsSync, openSync, rmSync, unlinkSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { isOwnFolder, makeOwnedFolder } from "./owned-folder.js";
import { which } from "./program.js";

/** A pipe from a program to this process. */
export interface Pipe {
  readonly ours: Socket;
  /** File descriptor to hand over; to be closed here once the program has it. */
  readonly theirs: number;
}

/**
 * Real pipes. Node gives programs sockets, and a socket cannot be opened again by name: `echo … > /dev/stderr` and
 * `cat /dev/stdin` fail there with ENXIO. FIFOs are made many at a time, and unlinked as soon as both ends are open.
 * Input comes from an unlinked file: a FIFO that was written and closed could not be opened again.
 */
export interface Pipes {
  /** Holds the FIFOs that wait for their use; to be removed by whoever outlives this process. */
  readonly folder: string;
  /** For a program's output. */
  output(): Pipe;
  /** File descriptor from which a program reads this; to be closed here once the program has it. */
  input(data: string | Uint8Array): number;
  close(): void;
}

const batchSize = 120;

/** Undefined where they are not needed (only Linux opens pipes by name again) or cannot be made. */
export function createPipes(parents: readonly string[], path: string | undefined): Pipes | undefined {
  const mkfifo = process.platform === "linux" ? which("mkfifo", path) : undefined;
  if (mkfifo === undefined) return undefined;
  const made = makeFolder(parents);
  if (made === undefined) return undefined;
  let folder = made;
  let ready: string[] = [];
  let count = 0;
  const checkFolder = () => {
    if (isOwnFolder(folder)) return;
    // A cleaner of temporary files has taken it, and its name is known now: what stands there may be a stranger's.
    folder = makeFolder(parents) ?? folder;
    ready = [];
  };
  const refill = () => {
    ready = Array.from({ length: batchSize }, () => join(folder, String(count++)));
    return spawnSync(mkfifo, ["-m", "600", ...ready], { env: {}, stdio: "ignore" }).status === 0;
  };
  if (!refill()) {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
  const output = () => {
    checkFolder();
    if (ready.length === 0 || !existsSync(ready.at(-1) ?? folder)) refill();
    const file = ready.pop() ?? folder;
    try {
      return openOutput(file);
    } finally {
      unlinkSync(file);
    }
  };
  const remove = () => {
    if (isOwnFolder(folder)) rmSync(folder, { recursive: true, force: true });
  };
  // A driver that ends without close() may be too quick for its keeper.
  process.once("exit", remove);
  return {
    get folder() {
      return folder;
    },
    output,
    input(data) {
      checkFolder();
      return openInput(join(folder, `in-${count++}`), data);
    },
    close() {
      process.off("exit", remove);
      remove();
    },
  };
}

/** In the first folder that can be written; one in memory is faster, and keeps input off the disk. */
function makeFolder(parents: readonly string[]): string | undefined {
  for (const parent of parents) {
    try {
      return makeOwnedFolder(parent, "aiw-pipes-");
    } catch {
      // Not there, or not ours to write.
    }
  }
  return undefined;
}

function openOutput(file: string): Pipe {
  const ours = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const theirs = openOrClose(file, constants.O_WRONLY, ours);
  return { ours: new Socket({ fd: ours, readable: true, writable: false }), theirs };
}

function openInput(file: string, data: string | Uint8Array): number {
  const bytes = Buffer.from(data);
  const descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    unlinkSync(file);
    // With a position, so that the program reads from the start.
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at, at);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function openOrClose(file: string, flags: number, other: number): number {
  try {
    return openSync(file, flags);
  } catch (error) {
    closeSync(other);
    throw error;
  }
}
