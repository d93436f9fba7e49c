import { closeSync, existsSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Space kept back beside a database, so that results that are there already can still be written on a full disk. */
export interface Reserve {
  /** Gives the space free, unless another process has done so. */
  release(): void;
  /** Was it given free, by any process, and is the disk still as good as full? Takes the space back when it is not. */
  isUsed(): boolean;
}

/** @param bytes - Size of the file that keeps the space; 0 keeps none. */
export function openReserve(path: string, bytes: number): Reserve {
  /** The space was kept, or is wanted: without its file it is given free. */
  let isWanted = false;
  const take = () => {
    if (bytes === 0 || existsSync(path)) return true;
    // Only where it is no burden: a disk that is nearly full keeps its last space for the work itself.
    if (freeBytes(path) < 4 * bytes) return false;
    return fill(path, bytes);
  };
  isWanted = take();
  return {
    release() {
      if (bytes === 0) return;
      // Also where there never was any: the disk is full now.
      isWanted = true;
      rmSync(path, { force: true });
    },
    isUsed: () => isWanted && !take(),
  };
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize;
}

/** Writes real bytes: a sparse file would keep no space. */
function fill(path: string, bytes: number): boolean {
  const chunk = Buffer.alloc(Math.min(bytes, 65_536), 0x61);
  try {
    const file = openSync(path, "w", 0o600);
    try {
      for (let left = bytes; left > 0; left -= chunk.length) writeSync(file, chunk, 0, Math.min(left, chunk.length));
    } finally {
      closeSync(file);
    }
    return true;
  } catch {
    rmSync(path, { force: true });
    return false;
  }
}
