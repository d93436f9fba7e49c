import { claimCause, isEnded, opensAgain } from "../events/claim-cause.js";
import { eventVersion, type StoredEvent } from "../events/event.js";
import { projectEvents, type StepChange } from "../events/project.js";
import type { Json } from "../json.js";
import type { Append, Claim, CreateRun, Message, RunRow, RunStatus, StepRow } from "../ports/run-store.js";

/** A run of the memory store. */
export interface MemoryRun {
  readonly id: string;
  /** Order of creation. */
  readonly key: number;
  readonly request: string;
  readonly name: string;
  readonly format: number;
  readonly parent: string | undefined;
  readonly createdAt: number;
  readonly steps: Map<string, StepRow>;
  readonly inbox: Map<string, InboxEntry>;
  status: RunStatus;
  seq: number;
  fence: number;
  lastAppend: string;
  /** Who claimed it last. */
  worker: string | undefined;
  /** The claim was not given back. */
  held: boolean;
  dueAt: number | undefined;
  error: RunRow["error"];
  costUsd: number;
  updatedAt: number;
  endedAt: number | undefined;
}

/** A message and whether events answered it. */
export interface InboxEntry {
  readonly message: Message;
  read: boolean;
}

/** What is read of the append that creates a run. */
export type FirstAppend = Pick<Append, "run" | "at" | "events">;

/** A run without events. */
export function createMemoryRun(item: FirstAppend, create: CreateRun, key: number): MemoryRun {
  const isClaimed = create.worker !== undefined;
  const [first] = item.events;
  return {
    id: item.run,
    key,
    request: create.request,
    name: create.name,
    format: create.format,
    parent: first?.type === "run.created" ? first.data.parent?.run : undefined,
    createdAt: item.at,
    steps: new Map(),
    inbox: new Map(),
    status: isClaimed ? "running" : "queued",
    seq: 0,
    fence: isClaimed ? 1 : 0,
    lastAppend: "",
    worker: create.worker,
    held: isClaimed,
    dueAt: undefined,
    error: undefined,
    costUsd: 0,
    updatedAt: item.at,
    endedAt: undefined,
  };
}

/** An append whose writer was found to be the driver. */
type Accepted = Pick<Append, "id" | "events" | "at" | "consume" | "release">;

/** Applies an append that was accepted; returns its events as stored. */
export function applyAppend(run: MemoryRun, item: Accepted): readonly StoredEvent[] {
  // A round trip through text: the journal holds what JSON holds, and no caller can change it later.
  const stored = item.events.map((event, index): StoredEvent => {
    const copy: typeof event = JSON.parse(JSON.stringify(event));
    return { v: eventVersion, run: run.id, seq: run.seq + index + 1, at: item.at, ...copy };
  });
  run.seq += stored.length;
  run.lastAppend = item.id;
  run.updatedAt = item.at;
  consume(run, item.consume ?? []);
  const change = projectEvents(item.events, item.at);
  run.costUsd += change.costUsd;
  for (const step of change.reset) run.steps.delete(step);
  for (const step of change.steps) run.steps.set(step.step, mergeStep(run, step));
  if (change.run !== undefined) {
    run.status = change.run.status;
    run.error = change.run.error;
    run.endedAt = change.run.ended ? item.at : undefined;
  }
  if (change.run?.ended === true) end(run);
  else if (item.release !== undefined) release(run, item.release.dueAt);
  return stored;
}

/** Gives the run to a worker. */
export function claimRun(run: MemoryRun, worker: string): number {
  run.fence += 1;
  run.worker = worker;
  run.held = true;
  run.dueAt = undefined;
  if (!isEnded(run.status)) run.status = "running";
  return run.fence;
}

/** Why a worker may claim the run; undefined: it may not. */
export function causeOf(run: MemoryRun, ownerGone: boolean, now: number): Claim["cause"] | undefined {
  const unread = unreadOf(run);
  const unreadReopening = unread.some((message) => opensAgain(message.type));
  const { status, held, dueAt } = run;
  return claimCause({ status, held, ownerGone, dueAt, unread: unread.length > 0, unreadReopening }, now);
}

/** Unread messages, oldest first. */
export function unreadOf(run: MemoryRun): readonly Message[] {
  return [...run.inbox.values()].filter((entry) => !entry.read).map((entry) => entry.message);
}

/** The run as a row of the view. */
export function rowOf(run: MemoryRun): RunRow {
  const { id, name, status, seq, fence, request, parent, dueAt, error, costUsd, createdAt, updatedAt, endedAt } = run;
  return {
    run: id,
    name,
    status,
    seq,
    fence,
    request,
    ...(parent === undefined ? {} : { parent }),
    ...(run.held && run.worker !== undefined ? { worker: run.worker } : {}),
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(error === undefined ? {} : { error }),
    costUsd,
    createdAt,
    updatedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

/** A copy of data that came from a caller. */
export function copyJson(value: Json): Json {
  return JSON.parse(JSON.stringify(value));
}

function consume(run: MemoryRun, positions: readonly number[]): void {
  if (positions.length === 0) return;
  for (const entry of run.inbox.values()) if (positions.includes(entry.message.pos)) entry.read = true;
}

/** Takes a claim from a worker that left or dropped the run: anybody may go on with it at once. */
export function giveBack(run: MemoryRun, now: number): void {
  release(run, isEnded(run.status) ? undefined : now);
}

function release(run: MemoryRun, dueAt: number | undefined): void {
  run.held = false;
  run.dueAt = dueAt;
  if (!isEnded(run.status)) run.status = "suspended";
}

/** An ended run has no driver, and only what opens it again can still be answered. */
function end(run: MemoryRun): void {
  run.held = false;
  run.dueAt = undefined;
  for (const entry of run.inbox.values()) if (!opensAgain(entry.message.type)) entry.read = true;
}

function mergeStep(run: MemoryRun, change: StepChange): StepRow {
  const row = run.steps.get(change.step);
  const agent = change.agent ?? row?.agent;
  const error = change.status === "completed" ? undefined : (change.error ?? row?.error);
  const startedAt = row?.startedAt ?? change.startedAt;
  const costUsd = (row?.costUsd ?? 0) + change.costUsd;
  return {
    run: run.id,
    step: change.step,
    status: change.status,
    attempt: change.attempt === 0 ? (row?.attempt ?? 0) : change.attempt,
    ...(agent === undefined ? {} : { agent }),
    ...(error === undefined ? {} : { error }),
    costUsd,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(change.endedAt === undefined ? {} : { endedAt: change.endedAt }),
  };
}
