import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Containment } from "@aiw/core";
import { isRunning, markedProcesses, processIds } from "../processes.js";

/** A step that tries to leave processes behind: other sessions, no hang-ups, deaf to TERM, outputs held open or closed. */
export function stubbornStep(last: "wait" | "exit"): string {
  return [
    "trap '' TERM",
    `setsid sh -c 'trap "" TERM INT HUP; sleep 300; sleep 300' &`,
    `nohup sh -c 'trap "" TERM; sleep 300; sleep 300' > /dev/null 2>&1 &`,
    `(setsid nohup setsid sh -c 'trap "" TERM; while :; do sleep 1; done' > /dev/null 2>&1 < /dev/null &)`,
    "env -i sleep 300 &",
    "sleep 0.3",
    "echo ready",
    last === "wait" ? "while :; do sleep 1; done" : "exit 0",
  ].join("\n");
}

/** A variable that all processes of a test's tree carry, and the tree's size. */
export function createMark() {
  const value = randomUUID();
  const alive = () => [...markedProcesses(processIds(), "AIW_TEST_TREE", new Set([value]))].filter(isRunning);
  return { env: { AIW_TEST_TREE: value }, alive };
}

/** Waits until nothing of the tree is alive; returns what is left after the limit. */
export async function whatIsLeft(alive: () => readonly number[], limitMs: number): Promise<readonly number[]> {
  const end = performance.now() + limitMs;
  while (alive().length > 0 && performance.now() < end) await sleep(20);
  return alive();
}

/** What a driver is told. */
export interface DriverOptions {
  readonly containment: Containment;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly leaseMs?: number;
  readonly feed?: boolean;
  readonly tempFolder?: string;
  /** Killed so many ms after it has started the program, without having waited for anything. */
  readonly dieMs?: number;
}

/** Another process that runs a step with this package. */
export interface Driver {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The next value that it says. */
  next(): Promise<unknown>;
}

/** Starts a driver in a process group of its own. */
export async function startDriver(options: DriverOptions): Promise<Driver> {
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const flags = ["--no-warnings", "--conditions=@aiw/source", "--import", file("source-hooks.mjs")];
  const child = spawn(process.execPath, [...flags, file("driver.mjs"), JSON.stringify(options)], {
    // Reading the sources of TypeScript takes half of its start.
    env: { ...process.env, NODE_COMPILE_CACHE: file("../../node_modules/.cache/compile") },
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child, "spawn");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const line = await lines.next();
    return line.done === true ? undefined : JSON.parse(line.value);
  };
  return { child, pid: child.pid ?? 0, next };
}
