import { fileURLToPath } from "node:url";
import type { Append, NewEvent } from "@aiw/core";
import { type OpenSqliteOptions, openSqlite, type SqliteDatabase } from "@aiw/storage";
import { createSqliteRunStore, type SqliteRunStore } from "../sql/store.js";

/** Helpers of the tests in this folder. */
export async function openStore(path: string, options: OpenSqliteOptions = {}) {
  const database = await openSqlite(path, options);
  try {
    return { database, store: await createSqliteRunStore(database) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Closes both. */
export async function closeStore({
  store,
  database,
}: {
  readonly store: SqliteRunStore;
  readonly database: SqliteDatabase;
}) {
  await store.close();
  await database.close();
}

/** First append of a run. */
export function createItem(run: string, worker?: string): Append {
  const create = { request: "h", name: "t", format: 1, ...(worker === undefined ? {} : { worker }) };
  const events: NewEvent[] = [{ type: "run.created", data: firstData }];
  return { run, id: "create", expect: 0, fence: 0, events, at: 1, create };
}

/** Append of the results of steps. */
export function resultsItem(run: string, expect: number, outputs: readonly string[]): Append {
  const events = outputs.map((output, index): NewEvent => {
    return { type: "step.completed", step: `s${expect + index}`, data: { attempt: 1, output, text: null, ms: 1 } };
  });
  return { run, id: `results-${expect}`, expect, fence: 1, events, at: 1 };
}

/** Append of the start of a step. */
export function startItem(run: string, expect: number): Append {
  const data = { attempt: 1, fence: 1, kind: "script", key: "k", input: {} } as const;
  return { run, id: `start-${expect}`, expect, fence: 1, events: [{ type: "step.started", step: "s", data }], at: 1 };
}

/** Append that only creates a child. */
export function spawnItem(run: string, expect: number): Append {
  const created = { type: "run.created", data: firstData } as const;
  const spawn = [{ run: `${run}-child`, request: "h", name: "t", format: 1, created }];
  return { run, id: `spawn-${expect}`, expect, fence: 1, events: [], at: 1, spawn };
}

/** All there is to see in a store. */
export async function everything(store: SqliteRunStore) {
  const events = [];
  let page = await store.read({ afterPos: 0 }, 50);
  events.push(...page.events);
  while (page.more) {
    page = await store.read({ afterPos: page.cursor }, 50);
    events.push(...page.events);
  }
  const perRun = [];
  const { runs, steps } = await store.list({ limit: 1_000, steps: true });
  for (const { run } of runs) perRun.push((await store.read({ run, afterSeq: 0 })).events);
  return { events, perRun, runs, steps };
}

/** What the worker of the fixtures does. */
export type WorkerMode = "claim" | "write" | "spawn";

/** Arguments for a Node that runs the worker of the fixtures from sources. */
export function workerArguments(path: string, worker: string, mode: WorkerMode): readonly string[] {
  const file = (name: string) => fileURLToPath(new URL(`./${name}`, import.meta.url));
  return ["--conditions=@aiw/source", "--import", file("source-hooks.mjs"), file("worker.mjs"), path, worker, mode];
}

const firstData = {
  workflow: { model: 1, name: "t", inputs: {}, outputs: {}, secrets: [], env: {}, tools: {}, steps: [] },
  hash: "h",
  inputs: {},
  origin: { folder: "/", cwd: "/", bundle: false },
  trigger: "manual",
} as const;
