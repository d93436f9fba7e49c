import { setTimeout as sleep } from "node:timers/promises";
import { spawnVariable } from "./environment.js";
import {
  descendants,
  isRunning,
  listProcesses,
  markedProcesses,
  type ProcessEntry,
  processIds,
  sendSignal,
} from "./processes.js";

/** All processes of one call of `run`. */
export interface Tree {
  /** Asks all of them to end. False when there was nobody to ask. */
  terminate(): boolean;
  kill(): void;
  /**
   * Kills what is left; resolves when that is nothing. To be called when the process that we started has ended,
   * `killed`: by a signal.
   */
  gone(killed: boolean): Promise<void>;
}

/** What a tree starts from. */
export interface TreeRoot {
  /** The process that we started: the program itself, or the wrapper around its namespace. */
  readonly pid: number;
  /** Value of `AIW_SPAWN` in all of the tree. */
  readonly mark: string;
  /** When the root was started, ms of a monotonic clock. */
  readonly startedMs: number;
}

/**
 * A tree in a pid namespace: killing its first process (`init`) ends all of it, and its end is seen only when all of it
 * has ended (Linux, pid_namespaces(7)).
 *
 * @param init - Pid of the first process, where the wrapper tells it.
 * @param known - Resolves when {@link init} will not become known any more.
 */
export function namespaceTree(root: TreeRoot, init: () => number | undefined, known: Promise<void>): Tree {
  let found: number | undefined;
  const findInit = () => {
    found ??= init() ?? listProcesses().find((entry) => entry.parent === root.pid)?.pid;
    return found;
  };
  return {
    terminate() {
      const first = findInit();
      const members = first === undefined ? [] : descendants(first, listProcesses());
      for (const pid of members) sendSignal(pid, "SIGTERM");
      return members.length > 0;
    },
    kill() {
      const first = findInit();
      // The wrapper first: `unshare` complains on the program's stderr when its child was killed.
      sendSignal(root.pid, "SIGKILL");
      if (first !== undefined) sendSignal(first, "SIGKILL");
    },
    async gone(killed) {
      await known;
      const first = init() ?? found;
      if (first !== undefined) await untilEnded(first);
      else if (killed) await killMarked(root, processIds);
    },
  };
}

/** A tree in a process group; those who left the group are found by their environment. */
export function groupTree(root: TreeRoot, nowMs: () => number): Tree {
  return {
    terminate() {
      const members = groupMembers(root, listProcesses(), processIds());
      for (const pid of members) sendSignal(pid, "SIGTERM");
      return members.size > 0;
    },
    kill() {
      for (const pid of groupMembers(root, listProcesses(), processIds())) sendSignal(pid, "SIGKILL");
    },
    async gone() {
      // Pids are given in order. While they cannot have wrapped around, only later ones can belong to the tree.
      const isYoung = nowMs() - root.startedMs < wrapAroundMs;
      await killMarked(root, () => processIds(isYoung ? root.pid : 0));
    },
  };
}

/** Handing out all 32,768 pids of a small system takes longer than this. */
const wrapAroundMs = 250;

async function killMarked(root: TreeRoot, candidates: () => readonly number[]): Promise<void> {
  for (let waitMs = 1; ; waitMs = Math.min(50, waitMs * 2)) {
    const left = markedProcesses(candidates(), spawnVariable, new Set([root.mark]));
    const alive = [...left].filter(isRunning);
    for (const pid of alive) sendSignal(pid, "SIGKILL");
    const hasGroup = sendSignal(-root.pid, "SIGKILL") && hasLivingGroup(root.pid);
    if (alive.length === 0 && !hasGroup) return;
    await sleep(waitMs);
  }
}

function hasLivingGroup(group: number): boolean {
  return listProcesses().some((entry) => entry.group === group && !entry.zombie);
}

function groupMembers(root: TreeRoot, entries: readonly ProcessEntry[], pids: readonly number[]): ReadonlySet<number> {
  const marked = markedProcesses(pids, spawnVariable, new Set([root.mark]));
  const inSession = entries.filter((entry) => entry.group === root.pid || entry.session === root.pid);
  const members = new Set([...marked, ...inSession.map((entry) => entry.pid)]);
  for (const pid of descendants(root.pid, entries)) members.add(pid);
  members.delete(process.pid);
  return members;
}

async function untilEnded(pid: number): Promise<void> {
  for (let waitMs = 1; isRunning(pid); waitMs = Math.min(20, waitMs * 2)) await sleep(waitMs);
}
