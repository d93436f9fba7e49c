import type { NewEvent } from "../events/event.js";
import type { Append, Appended, Beat, NewMessage, RunStore, SpawnRun, WorkerOwner } from "../ports/run-store.js";
import type { FakeClock } from "./fake-clock.js";

/** One store under test, on data of its own. */
export interface RunStoreFixture {
  readonly store: RunStore;
  /** A second handle on the same data, as another process would have; absent where that cannot be. */
  readonly other?: RunStore;
  /** A process of this host that is known to be dead; absent where the store looks at no process. */
  readonly deadOwner?: WorkerOwner;
  close(): Promise<void>;
}

/** How to see that one promise of the port is kept. */
export type RunStoreTest = (fixture: RunStoreFixture, clock: FakeClock) => Promise<void>;

/** Short ways to write what the suite writes a lot. */
export const lease = { ttlMs: 10_000, graceMs: 2_000 };

/** A process that no store can know to be dead. */
export const farOwner: WorkerOwner = { host: "elsewhere.example", boot: "boot-1", pid: 1, startedAt: "1" };

/** A heartbeat. */
export function beatOf(worker: string, more: Partial<Beat> = {}): Beat {
  return { worker, owner: farOwner, now: 1_000, held: [], ...lease, ...more };
}

/** A heartbeat that takes on what it can get. */
export function claiming(worker: string, more: Partial<Beat> = {}, max = 10): Beat {
  return beatOf(worker, { claim: { max, formats: [1] }, ...more });
}

/** The first event of a run. */
export function created(name = "review", hash = "hash-1", parent?: string): SpawnRun["created"] {
  const workflow = { model: 1, name, inputs: {}, outputs: {}, secrets: [], env: {}, tools: {}, steps: [] } as const;
  const origin = { folder: "/work", cwd: "/work", bundle: false };
  const data = { workflow, hash, inputs: {}, origin, trigger: "manual" };
  const from = parent === undefined ? {} : { parent: { run: parent, step: "sub" } };
  return { type: "run.created", data: { ...data, ...from } };
}

/** A sub-workflow's run for {@link Append.spawn}. */
export function spawnOf(run: string, parent: string): SpawnRun {
  return { run, request: "hash-c", name: "child", format: 1, created: created("child", "hash-c", parent) };
}

/** The start of the step that a sub-workflow belongs to. */
export function startedUse(child: string): NewEvent {
  const data = { attempt: 1, fence: 1, kind: "use", key: "k", input: {}, child } as const;
  return { type: "step.started", step: "sub", data };
}

/** A step that was started and completed. */
export function completed(step: string, output = "ok"): NewEvent {
  return { type: "step.completed", step, data: { attempt: 1, output, text: output, ms: 5 } };
}

/** An event without consequences. */
export function warned(message = "careful"): NewEvent {
  return { type: "run.warned", data: { code: "test", message } };
}

/** The end of a run. */
export const runCompleted: NewEvent = { type: "run.completed", data: { outputs: {}, ms: 10 } };

/** A first append; with a worker it is claimed at once. */
export function createItem(run: string, worker?: string, more: Partial<Append> = {}): Append {
  const create = { request: "hash-1", name: "review", format: 1, ...(worker === undefined ? {} : { worker }) };
  return { run, id: `${run}-create`, expect: 0, fence: 0, events: [created()], at: 1_000, create, ...more };
}

/** A further append. */
export function item(run: string, expect: number, events: readonly NewEvent[], more: Partial<Append> = {}): Append {
  return { run, id: `${run}-${expect}-${events.length}`, expect, fence: 1, events, at: 2_000, ...more };
}

/** Appends one item and answers for it. */
export async function appendOne(store: RunStore, one: Append): Promise<Appended> {
  const [answer] = await store.append([one]);
  if (answer === undefined) throw new Error("append gave no answer");
  return answer;
}

/** A message of one kind. */
export function message(run: string, id: string, type: NewMessage["type"] = "answer"): NewMessage {
  return { run, id, type, data: { by: "ann" }, at: 3_000 };
}

/** A run's events, without their envelope. */
export async function typesOf(store: RunStore, run: string): Promise<readonly string[]> {
  const page = await store.read({ run, afterSeq: 0 });
  return page.events.map((event) => event.type);
}
