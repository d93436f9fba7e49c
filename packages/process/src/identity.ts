import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { WorkerOwner } from "@aiw/core";
import { readProcess } from "./processes.js";

/** What names this process among all processes of all hosts and boots: the owner of a worker's lease. */
export function readProcessIdentity(): WorkerOwner {
  return { host: hostname(), boot: readBoot(), pid: process.pid, startedAt: readStart(process.pid) ?? "" };
}

/**
 * Does the process of this owner still run? Undefined when that cannot be known from here: another host, another boot
 * or another pid namespace.
 */
export function isAlive(owner: WorkerOwner): boolean | undefined {
  if (owner.host !== hostname() || owner.boot !== readBoot()) return undefined;
  const startedAt = readStart(owner.pid);
  if (startedAt === undefined) return false;
  return owner.startedAt === "" ? undefined : startedAt === owner.startedAt;
}

/** Boot and start of a process: with its pid it names one process only. Undefined when it is gone. */
export function readStartedAt(pid: number, bootId: string): string | undefined {
  const start = readStart(pid);
  return start === undefined ? undefined : `${bootId}:${start}`;
}

function readBoot(): string {
  const namespace = process.platform === "linux" ? readlinkSync("/proc/self/ns/pid") : process.platform;
  return `${readBootId()}/${namespace}`;
}

/** Names the boot of this host; empty where the system does not tell. */
export function readBootId(): string {
  if (process.platform === "linux") return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  return ask("sysctl", ["-n", "kern.bootsessionuuid"]) ?? "";
}

function readStart(pid: number): string | undefined {
  if (process.platform !== "linux") return ask("ps", ["-o", "lstart=", "-p", String(pid)]);
  const entry = readProcess(pid);
  return entry === undefined || entry.zombie ? undefined : entry.startedAt;
}

function ask(command: string, args: readonly string[]): string | undefined {
  try {
    const text = execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    return text === "" ? undefined : text;
  } catch {
    return undefined;
  }
}
