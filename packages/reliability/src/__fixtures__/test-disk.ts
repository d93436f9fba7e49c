import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that can become a small or a read-only disk. */
export interface TestDisk {
  readonly folder: string;
  /** From now on it is an empty disk of this size. */
  limit(size: string): void;
  /** From now on it cannot be written. */
  lock(): void;
  freeBytes(): number;
  close(): void;
}

/** Needs root on Linux, see {@link whyNoDisks}. */
export function makeTestDisk(): TestDisk {
  const folder = mkdtempSync(join(tmpdir(), "aiw-disk-"));
  let isMounted = false;
  const mount = (...args: readonly string[]) => {
    execFileSync("mount", args);
    isMounted = true;
  };
  return {
    folder,
    limit: (size) => mount("-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder),
    lock() {
      mount("--bind", folder, folder);
      mount("-o", "remount,ro,bind", folder);
    },
    freeBytes() {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    },
    close() {
      if (isMounted) execFileSync("umount", [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Why such disks cannot be made here; undefined when they can. */
export function whyNoDisks(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "only root on Linux can mount";
  const probe = mkdtempSync(join(tmpdir(), "aiw-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", probe], { stdio: "pipe" });
    execFileSync("umount", [probe]);
    return undefined;
  } catch {
    return "this machine does not allow to mount";
  } finally {
    rmSync(probe, { recursive: true });
  }
}
