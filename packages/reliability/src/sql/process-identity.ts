import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { WorkerOwner } from "@aiw/core";

/** This process, as a worker tells about itself in its heartbeat. */
export function currentOwner(): WorkerOwner {
  return { host: hostname(), boot: bootId(), pid: process.pid, startedAt: startTime(process.pid) ?? "" };
}

/**
 * Is it certain that the process of `owner` is dead, as seen from the process of `observer`? Only processes of the same boot
 * and pid namespace can be judged; where start times are not known (macOS, Windows) a reused pid counts as alive.
 */
export function isOwnerDead(owner: WorkerOwner, observer: WorkerOwner): boolean {
  if (owner.host !== observer.host || owner.boot !== observer.boot) return false;
  if (process.platform === "linux") {
    const started = startTime(owner.pid);
    return started === undefined ? !exists(owner.pid) : owner.startedAt !== "" && started !== owner.startedAt;
  }
  return !exists(owner.pid);
}

/** Boot of the machine and pid namespace; empty parts where the system does not tell. */
function bootId(): string {
  return `${textOr(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim())}/${textOr(() => readlinkSync("/proc/self/ns/pid"))}`;
}

/** Ticks from boot to the start of a process; undefined when there is no such process, or it is a zombie. */
function startTime(pid: number): string | undefined {
  const stat = textOr(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The name in parentheses may hold anything; the fields after the last one are plain.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? "ended" : fields[19];
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return typeof error === "object" && error !== null && "code" in error && error.code === "EPERM";
  }
}

function textOr(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
