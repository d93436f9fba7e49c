import { AiwError } from "../errors.js";
import { isEnded } from "../events/claim-cause.js";
import { checkEvent, type StoredEvent } from "../events/event.js";
import { createLeaseObserver, type LeaseObserver } from "../lease-observer.js";
import type { Clock } from "../ports/clock.js";
import type {
  Append,
  Appended,
  Beat,
  Claim,
  EventPage,
  Message,
  NewMessage,
  Polled,
  Posted,
  ReadFrom,
  RunPage,
  RunQuery,
  RunStore,
  WorkerOwner,
} from "../ports/run-store.js";
import { createSystemClock } from "../system-clock.js";
import {
  applyAppend,
  causeOf,
  claimRun,
  copyJson,
  createMemoryRun,
  giveBack,
  type MemoryRun,
  rowOf,
  unreadOf,
} from "./memory-run.js";

/** A run store in memory: for tests and rehearsals. Keeps every promise of the port except surviving the process. */
export interface MemoryRunStore extends RunStore {
  /** Another handle on the same runs, as a second process would have. */
  handle(): MemoryRunStore;
  close(): Promise<void>;
}

/** Seams for tests. */
export interface MemoryRunStoreOptions {
  readonly clock?: Pick<Clock, "monotonic" | "now">;
  /** Is the process of this owner known to be dead? Default: nothing is known. */
  readonly isDead?: (owner: WorkerOwner) => boolean;
  /** Called first in every operation; throw to inject a storage error. Nothing was written then. */
  readonly before?: (operation: "append" | "post" | "poll" | "read" | "list") => void;
}

/** @see {@link MemoryRunStore} */
export function createMemoryRunStore(options: MemoryRunStoreOptions = {}): MemoryRunStore {
  return createHandle(
    { runs: new Map(), journal: [], workers: new Map(), listeners: new Set(), nextMessage: 1 },
    { clock: createSystemClock(), isDead: () => false, before: () => undefined, ...options },
  );
}

/** A worker that was silent for so long does not seem alive. */
const silentMs = 60_000;

interface Memory {
  readonly runs: Map<string, MemoryRun>;
  /** The position of an event is its index plus one. */
  readonly journal: StoredEvent[];
  readonly workers: Map<string, Worker>;
  readonly listeners: Set<() => void>;
  nextMessage: number;
}

interface Worker {
  readonly owner: WorkerOwner | undefined;
  readonly beat: number;
  /** Wall time of the last beat. */
  readonly at: number;
  readonly isGone: boolean;
}

function createHandle(memory: Memory, options: Required<MemoryRunStoreOptions>): MemoryRunStore {
  const observer = createLeaseObserver(options.clock);
  const own = new Set<() => void>();
  let isClosed = false;
  const enter = (operation: Parameters<typeof options.before>[0]) => {
    if (isClosed) throw new AiwError("closed", "the run store is closed", { hint: "open it again" });
    options.before(operation);
  };
  return {
    async append(items) {
      enter("append");
      for (const item of items) for (const event of item.events) checkEvent(event);
      const answers = items.map((item) => appendOne(memory, item));
      if (items.some((item) => item.create !== undefined || item.release !== undefined)) wake(memory);
      return answers;
    },
    async post(messages) {
      enter("post");
      const answers = messages.map((message) => postOne(memory, message));
      if (answers.includes("posted")) wake(memory);
      return answers;
    },
    async poll(beat) {
      enter("poll");
      return pollOnce(memory, beat, { observer, isDead: options.isDead });
    },
    async read(from, limit = 1_000) {
      enter("read");
      return readPage(memory, from, limit);
    },
    async list(query) {
      enter("list");
      return listPage(memory, query, options);
    },
    onWake(listener) {
      const call = () => listener();
      memory.listeners.add(call);
      own.add(call);
      return () => {
        memory.listeners.delete(call);
        own.delete(call);
      };
    },
    handle: () => createHandle(memory, options),
    async close() {
      isClosed = true;
      for (const call of own) memory.listeners.delete(call);
    },
  };
}

function wake(memory: Memory): void {
  queueMicrotask(() => {
    for (const listener of memory.listeners) listener();
  });
}

function appendOne(memory: Memory, item: Append): Appended {
  const known = memory.runs.get(item.run);
  if (item.create !== undefined) {
    if (known !== undefined) {
      if (known.lastAppend === item.id) return { ok: true, seq: known.seq };
      return { ok: false, why: known.request === item.create.request ? "exists" : "different_request" };
    }
    const run = createMemoryRun(item, item.create, memory.runs.size + 1);
    memory.runs.set(item.run, run);
    const { worker } = item.create;
    if (worker !== undefined && !memory.workers.has(worker)) {
      memory.workers.set(worker, { owner: undefined, beat: 0, at: item.at, isGone: false });
    }
    memory.journal.push(...applyAppend(run, item));
    return { ok: true, seq: run.seq };
  }
  if (known === undefined) return { ok: false, why: "conflict" };
  if (known.lastAppend === item.id) return { ok: true, seq: known.seq };
  if (known.fence !== item.fence || !known.held) return { ok: false, why: "fenced" };
  if (known.seq !== item.expect) return { ok: false, why: "conflict" };
  memory.journal.push(...applyAppend(known, item));
  return { ok: true, seq: known.seq };
}

function postOne(memory: Memory, message: NewMessage): Posted {
  const run = memory.runs.get(message.run);
  if (run === undefined) return "unknown_run";
  if (run.inbox.has(message.id)) return "duplicate";
  if (message.type !== "resume" && isEnded(run.status)) return "ended";
  const { id, type, at } = message;
  const pos = memory.nextMessage;
  memory.nextMessage += 1;
  run.inbox.set(id, { message: { run: run.id, id, type, at, data: copyJson(message.data), pos }, read: false });
  return "posted";
}

function pollOnce(
  memory: Memory,
  beat: Beat,
  { observer, isDead }: { observer: LeaseObserver; isDead: (owner: WorkerOwner) => boolean },
): Polled {
  const last = memory.workers.get(beat.worker)?.beat ?? 0;
  memory.workers.set(beat.worker, { owner: beat.owner, beat: last + 1, at: beat.now, isGone: beat.leave === true });
  const gone = goneWorkers(memory, beat, { observer, isDead });
  const mineNow = [...memory.runs.values()].filter((run) => run.held && run.worker === beat.worker);
  if (beat.leave === true) {
    for (const run of mineNow) giveBack(run, beat.now);
    return { lost: [], claimed: [], messages: [] };
  }
  const dropped = observer.dropped(
    beat,
    mineNow.map(({ id, fence }) => ({ run: id, fence })),
  );
  for (const run of mineNow) if (dropped.includes(run.id)) giveBack(run, beat.now);
  const lost = beat.held.filter((id) => memory.runs.get(id)?.worker !== beat.worker);
  const claimed = claimRuns(memory, beat, gone);
  const mine = new Set([...beat.held.filter((id) => !lost.includes(id)), ...claimed.map((claim) => claim.run)]);
  const messages = [...mine].flatMap((id): readonly Message[] => {
    const run = memory.runs.get(id);
    return run?.held === true ? unreadOf(run) : [];
  });
  return { lost, claimed, messages: messages.sort((a, b) => a.pos - b.pos) };
}

function goneWorkers(
  memory: Memory,
  beat: Beat,
  { observer, isDead }: { observer: LeaseObserver; isDead: (owner: WorkerOwner) => boolean },
): ReadonlySet<string> {
  const gone = new Set<string>();
  for (const [id, worker] of memory.workers) {
    if (id === beat.worker) continue;
    const isSilent = observer.silentMs(id, worker.beat) >= beat.ttlMs + beat.graceMs;
    if (worker.isGone || isSilent || (worker.owner !== undefined && isDead(worker.owner))) gone.add(id);
  }
  observer.keep(new Set(memory.workers.keys()));
  return gone;
}

function claimRuns(memory: Memory, beat: Beat, gone: ReadonlySet<string>): readonly Claim[] {
  const { claim } = beat;
  const claimed: Claim[] = [];
  if (claim === undefined) return claimed;
  for (const run of memory.runs.values()) {
    if (claimed.length >= claim.max) break;
    if (!claim.formats.includes(run.format) || claim.runs?.includes(run.id) === false) continue;
    const { worker } = run;
    // Dropped by this worker, which asks for it again.
    const isDropped = claim.runs !== undefined && worker === beat.worker && !beat.held.includes(run.id);
    const cause = causeOf(run, isDropped || (worker !== undefined && gone.has(worker)), beat.now);
    if (cause === undefined) continue;
    const owner = worker === undefined ? undefined : memory.workers.get(worker)?.owner;
    const from =
      cause === "takeover" && worker !== undefined
        ? { from: { worker, ...(owner === undefined ? {} : { owner }) } }
        : {};
    claimed.push({ run: run.id, fence: claimRun(run, beat.worker), seq: run.seq, cause, ...from });
  }
  return claimed;
}

function readPage(memory: Memory, from: ReadFrom, limit: number): EventPage {
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

function listPage(memory: Memory, query: RunQuery, options: Required<MemoryRunStoreOptions>): RunPage {
  const limit = Math.min(query.limit ?? 50, 1_000);
  const before = query.after === undefined ? Number.POSITIVE_INFINITY : Number(query.after);
  const matching = [...memory.runs.values()]
    .filter((run) => run.key < before)
    .filter((run) => query.runs?.includes(run.id) ?? true)
    .filter((run) => query.status?.includes(run.status) ?? true)
    .filter((run) => query.name === undefined || run.name === query.name)
    .sort((a, b) => b.key - a.key);
  const page = matching.slice(0, limit);
  const last = page.at(-1);
  return {
    runs: page.map((run) => ({ ...rowOf(run), ...drivenOf(run, memory, options) })),
    ...(query.steps === true ? { steps: page.flatMap((run) => [...run.steps.values()]) } : {}),
    ...(last !== undefined && matching.length > limit ? { next: String(last.key) } : {}),
  };
}

function drivenOf(
  { held, worker: id }: MemoryRun,
  memory: Memory,
  { clock, isDead }: Required<MemoryRunStoreOptions>,
): { readonly driven?: boolean } {
  const worker = held && id !== undefined ? memory.workers.get(id) : undefined;
  if (worker?.owner === undefined) return {};
  return { driven: !worker.isGone && !isDead(worker.owner) && clock.now() - worker.at < silentMs };
}
