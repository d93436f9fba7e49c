import { statfsSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Spawner, toErrorInfo } from "@aiw/core";
import { tryDatabase } from "@aiw/runtime";
import { type DoctorCheck, ok } from "./check.js";

/** Is this Node new enough? `bin.ts` refuses older ones; kept for programs that import us. */
export function checkNode(version: string): DoctorCheck {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return ok("node", "Node", version);
  return {
    id: "node",
    title: "Node",
    status: "error",
    message: `${version} is too old`,
    fix: "install Node 22.18 or newer",
  };
}

/** Git is needed by workflows that look at a repository, not by AIW itself. */
export async function checkGit(spawner: Spawner, cwd: string): Promise<DoctorCheck> {
  const [id, title] = ["git", "git"];
  try {
    const { exitCode, stdout } = await spawner.run({ command: "git", args: ["--version"], cwd, timeoutMs: 10_000 });
    if (exitCode === 0) return ok(id, title, stdout.trim().replace(/^git version /, ""));
  } catch {
    // Not there, which is what is reported.
  }
  return {
    id,
    title,
    status: "warning",
    message: "not found; workflows that read a repository fail",
    fix: "install git",
  };
}

/** How firmly processes are held here. Trying it out is also the proof that a program can be started. */
export function checkContainment(spawner: Spawner): DoctorCheck {
  const [id, title] = ["containment", "process containment"];
  try {
    const { containment } = spawner;
    if (containment !== "group")
      return ok(id, title, `${containment}: processes of a step end with AIW, even after kill -9`);
    return {
      ...{ id, title, status: "warning" },
      message: "group only: after a kill -9 of AIW its scripts and agents can go on until `aiw resume` ends them",
      fix:
        process.platform === "linux"
          ? "install bubblewrap, or allow user namespaces"
          : "nothing; this system has no pid namespaces",
    };
  } catch (error) {
    return { id, title, status: "error", ...faultOf(error) };
  }
}

/** Does the database library load, and can it write here? Uses a temporary folder. */
export async function checkLibrary(): Promise<DoctorCheck> {
  const [id, title] = ["sqlite", "database library"];
  let folder: string | undefined;
  try {
    folder = await mkdtemp(join(tmpdir(), "aiw-doctor-"));
    await tryDatabase(join(folder, "try.db"));
    return ok(id, title, "loads and writes");
  } catch (error) {
    return { id, title, status: "error", ...faultOf(error) };
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

const megabyte = 1024 * 1024;

/** Space for the state and for what steps write. */
export function checkDisk(folder: string): DoctorCheck {
  const [id, title] = ["disk", "disk space"];
  const existing = nearestExisting(folder);
  const { bavail, bsize } = statfsSync(existing);
  const free = bavail * bsize;
  const message = `${free < 10_240 * megabyte ? `${Math.round(free / megabyte)} MB` : `${Math.round(free / 1_024 / megabyte)} GB`} free at ${existing}`;
  if (free >= 500 * megabyte) return ok(id, title, message);
  return { id, title, status: free < 20 * megabyte ? "error" : "warning", message, fix: "free some space" };
}

/** Time-outs and logs need a clock that is roughly right: it cannot be earlier than this program was made. */
export function checkClock(now: number): DoctorCheck {
  const [id, title] = ["clock", "clock"];
  const made = statSync(fileURLToPath(import.meta.url)).mtimeMs;
  const day = 24 * 3_600_000;
  if (now > made - day && now < Date.UTC(2100, 0)) return ok(id, title, new Date(now).toISOString());
  return { id, title, status: "warning", message: `it says ${new Date(now).toISOString()}`, fix: "set the clock" };
}

/** An error as message and fix. */
export function faultOf(error: unknown): { readonly message: string; readonly fix: string } {
  const { message, hint, code } = toErrorInfo(error);
  return { message, fix: hint ?? `see \`aiw explain ${code}\`` };
}

/** The folder, or the nearest above it that is there. */
export function nearestExisting(folder: string): string {
  for (let path = folder; ; path = dirname(path)) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true || dirname(path) === path) return path;
  }
}
