import { setTimeout as sleep } from "node:timers/promises";
import { attemptVariable } from "./environment.js";
import { descendants, isRunning, listProcesses, markedProcesses, sendSignal } from "./processes.js";

/** After so many rounds what is left is not ours to kill. */
const maxRounds = 60;

/**
 * Kills the processes that were started for these attempts, whoever started them on this host, with their sessions and
 * descendants. Never this process or one above it.
 *
 * @returns How many processes, wrappers included.
 */
export async function sweepAttempts(tokens: readonly string[]): Promise<number> {
  const wanted = new Set(tokens.filter((token) => token !== ""));
  if (wanted.size === 0) return 0;
  const killed = new Set<number>();
  for (let round = 0; round < maxRounds; round++) {
    const found = attemptMembers(wanted).filter(isRunning);
    if (found.length === 0) break;
    for (const pid of found) {
      // Also when a signal before this one has ended it.
      killed.add(pid);
      sendSignal(pid, "SIGKILL");
    }
    await sleep(Math.min(50, 2 ** round));
  }
  return killed.size;
}

function attemptMembers(tokens: ReadonlySet<string>): readonly number[] {
  const entries = listProcesses();
  const living = entries.filter((entry) => !entry.zombie);
  const marked = markedProcesses(
    living.map((entry) => entry.pid),
    attemptVariable,
    tokens,
  );
  const spared = ourAncestors(new Map(entries.map((entry) => [entry.pid, entry.parent])));
  for (const pid of spared) marked.delete(pid);
  const members = new Set(marked);
  for (const pid of marked) for (const below of descendants(pid, entries)) members.add(below);
  for (const entry of living) if (marked.has(entry.session) || marked.has(entry.group)) members.add(entry.pid);
  return [...members].filter((pid) => !spared.has(pid));
}

function ourAncestors(parents: ReadonlyMap<number, number>): ReadonlySet<number> {
  const ancestors = new Set<number>();
  for (let pid: number | undefined = process.pid; pid !== undefined && pid > 0 && !ancestors.has(pid); ) {
    ancestors.add(pid);
    pid = parents.get(pid);
  }
  return ancestors;
}
