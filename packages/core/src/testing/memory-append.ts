import { isEnded, opensAgain } from "../events/claim-cause.js";
import type { Append, Appended, CreateRun, NewMessage, Posted, SpawnRun } from "../ports/run-store.js";
import { applyAppend, copyJson, createMemoryRun, type FirstAppend, type MemoryRun } from "./memory-run.js";
import type { Memory } from "./memory-state.js";

/** One item of an append; a refused one writes nothing. */
export function appendOne(memory: Memory, item: Append): Appended {
  const known = memory.runs.get(item.run);
  if (known !== undefined && known.lastAppend === item.id) return { ok: true, seq: known.seq };
  if (item.create !== undefined) {
    if (known !== undefined)
      return { ok: false, why: known.request === item.create.request ? "exists" : "different_request" };
    const { worker } = item.create;
    if (worker !== undefined && !memory.workers.has(worker)) {
      memory.workers.set(worker, { owner: undefined, beat: 0, at: item.at, isGone: false });
    }
    const run = addRun(memory, item, item.create);
    return write(memory, run, item);
  }
  if (known === undefined) return { ok: false, why: "conflict" };
  if (known.fence !== item.fence || !known.held) return { ok: false, why: "fenced" };
  if (known.seq !== item.expect) return { ok: false, why: "conflict" };
  return write(memory, known, item);
}

/** One message. */
export function postOne(memory: Memory, message: NewMessage): Posted {
  const run = memory.runs.get(message.run);
  if (run === undefined) return "unknown_run";
  if (run.inbox.has(message.id)) return "duplicate";
  if (isEnded(run.status) && !opensAgain(message.type)) return "ended";
  const { id, type, at } = message;
  const pos = memory.nextMessage;
  memory.nextMessage += 1;
  run.inbox.set(id, { message: { run: run.id, id, type, at, data: copyJson(message.data), pos }, read: false });
  return "posted";
}

/** Enters a run into a group; returns who comes before. */
export function lockOne(memory: Memory, key: string, run: string): readonly string[] {
  const entered = memory.locks.get(key) ?? [];
  if (entered.includes(run)) return entered.slice(0, entered.indexOf(run));
  const known = memory.runs.get(run);
  if (known !== undefined && !isEnded(known.status)) memory.locks.set(key, [...entered, run]);
  return entered;
}

function addRun(memory: Memory, first: FirstAppend, create: CreateRun): MemoryRun {
  const run = createMemoryRun(first, create, memory.runs.size + 1);
  memory.runs.set(first.run, run);
  return run;
}

function write(memory: Memory, run: MemoryRun, item: Append): Appended {
  memory.journal.push(...applyAppend(run, item));
  if (isEnded(run.status)) leaveGroups(memory, run.id);
  for (const spawned of item.spawn ?? []) spawn(memory, spawned, item);
  for (const message of item.post ?? []) postOne(memory, message);
  return { ok: true, seq: run.seq };
}

function spawn(memory: Memory, { run, created, ...create }: SpawnRun, { id, at }: Append): void {
  if (memory.runs.has(run)) return;
  const first = { run, id, at, events: [created] };
  memory.journal.push(...applyAppend(addRun(memory, first, create), first));
}

function leaveGroups(memory: Memory, run: string): void {
  for (const [key, entered] of memory.locks) {
    if (!entered.includes(run)) continue;
    const left = entered.filter((one) => one !== run);
    if (left.length === 0) memory.locks.delete(key);
    else memory.locks.set(key, left);
  }
}
