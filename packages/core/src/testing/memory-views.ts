import type { StoredEvent } from "../events/event.js";
import type { Clock } from "../ports/clock.js";
import type { EventPage, ReadFrom, RunPage, RunQuery, WorkerOwner } from "../ports/run-store.js";
import { type MemoryRun, rowOf } from "./memory-run.js";
import type { Memory } from "./memory-state.js";

/** A worker that was silent for so long does not seem alive. */
const silentMs = 60_000;

interface Look {
  readonly clock: Pick<Clock, "now">;
  readonly isDead: (owner: WorkerOwner) => boolean;
}

/** A page of the journal. */
export function readPage(memory: Memory, from: ReadFrom, limit: number): EventPage {
  const start = "run" in from ? 0 : from.afterPos;
  const found: { readonly event: StoredEvent; readonly pos: number }[] = [];
  for (let pos = start + 1; pos <= memory.journal.length && found.length <= limit; pos += 1) {
    const event = memory.journal[pos - 1];
    if (event === undefined || ("run" in from && (event.run !== from.run || event.seq <= from.afterSeq))) continue;
    found.push({ event, pos });
  }
  const page = found.slice(0, limit);
  return { events: page.map(({ event }) => event), cursor: page.at(-1)?.pos ?? 0, more: found.length > limit };
}

/** A page of the views. */
export function listPage(memory: Memory, query: RunQuery, look: Look): RunPage {
  const limit = Math.min(query.limit ?? 50, 1_000);
  const before = query.after === undefined ? Number.POSITIVE_INFINITY : Number(query.after);
  const matching = [...memory.runs.values()]
    .filter((run) => run.key < before)
    .filter((run) => query.runs?.includes(run.id) ?? true)
    .filter((run) => query.status?.includes(run.status) ?? true)
    .filter((run) => query.parent === undefined || run.parent === (query.parent ?? undefined))
    .filter((run) => query.name === undefined || run.name === query.name)
    .sort((a, b) => b.key - a.key);
  const page = matching.slice(0, limit);
  const last = page.at(-1);
  return {
    runs: page.map((run) => ({ ...rowOf(run), ...drivenOf(run, memory, look) })),
    ...(query.steps === true ? { steps: page.flatMap((run) => [...run.steps.values()]) } : {}),
    ...(last !== undefined && matching.length > limit ? { next: String(last.key) } : {}),
  };
}

function drivenOf(
  { held, worker: id }: MemoryRun,
  memory: Memory,
  { clock, isDead }: Look,
): { readonly driven?: boolean } {
  const worker = held && id !== undefined ? memory.workers.get(id) : undefined;
  if (worker?.owner === undefined) return {};
  return { driven: !worker.isGone && !isDead(worker.owner) && clock.now() - worker.at < silentMs };
}
