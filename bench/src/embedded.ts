import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Step, Workflow } from "@aiw/core";
import { createEngine, createSystemClock, createSystemIds, type Engine } from "@aiw/engine";
import { createSpawner } from "@aiw/process";
import { createRetryPolicy } from "@aiw/reliability";
import { createSqliteRunStore, currentOwner } from "@aiw/reliability/sql";
import { openSqlite } from "@aiw/storage";
import { defineTool } from "@aiw/tools";

/** How an embedded engine is made. */
export interface EmbeddedOptions {
  readonly folder: string;
  /** Default `full`. */
  readonly synchronous?: "full" | "normal" | undefined;
  /** Called by every tool step. */
  readonly onStep?: ((step: string) => void) | undefined;
}

/** Uses a whole engine on a database in the folder, as a program that embeds AIW has it. */
export async function withEngine<T>(options: EmbeddedOptions, use: (engine: Engine) => Promise<T>): Promise<T> {
  const { folder, synchronous = "full", onStep } = options;
  const database = await openSqlite(join(folder, "aiw.db"), { synchronous });
  const store = await createSqliteRunStore(database);
  const spawner = createSpawner({ baseEnv: process.env });
  const run = async (_: unknown, { step: id }: { readonly step: string }) => {
    onStep?.(id);
    return "sixteen bytes...";
  };
  const bench = defineTool({ name: "bench", operations: { work: { run } } });
  const engine = createEngine({
    store,
    spawner,
    retry: createRetryPolicy(),
    agents: async () => undefined,
    autoAgents: [],
    tools: async () => bench,
    secrets: async () => undefined,
    clock: createSystemClock(),
    ids: createSystemIds(),
    worker: { owner: currentOwner() },
    tempFolder: join(folder, "attempts"),
  });
  try {
    return await use(engine);
  } finally {
    await engine.close();
    await spawner.close();
    await store.close();
    await database.close();
  }
}

/** A folder that is removed afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "aiw-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Steps that wait for one another. */
export function chain(length: number): Workflow {
  return flow(Array.from({ length }, (_, index) => step(`s${index}`, index === 0 ? [] : [`s${index - 1}`])));
}

/** Steps that wait for nothing. */
export function wide(width: number): Workflow {
  return flow(Array.from({ length: width }, (_, index) => step(`s${index}`, [])));
}

/** Scripts that do nothing, one after the other. */
export function scripts(length: number): Workflow {
  const steps = Array.from({ length }, (_, index): Step => {
    const id = `s${index}`;
    const needs = index === 0 ? [] : [`s${index - 1}`];
    return { id, title: id, needs, env: {}, onError: "fail", kind: "script", lang: "sh", script: "true" };
  });
  return flow(steps);
}

/** Where the runs of benches belong. */
export const origin = { folder: tmpdir(), cwd: tmpdir(), bundle: false };

/** Runs a workflow to its end. */
export async function one(engine: Engine, workflow: Workflow, run?: string): Promise<void> {
  const { done } = await engine.start({ workflow, origin, ...(run === undefined ? {} : { run }) });
  expectCompleted([await done]);
}

/** Runs a workflow of five steps many times at once. */
export async function many(engine: Engine, runs: number): Promise<void> {
  const workflow = chain(5);
  const handles = await Promise.all(Array.from({ length: runs }, () => engine.start({ workflow, origin })));
  expectCompleted(await Promise.all(handles.map((handle) => handle.done)));
}

/** @throws Error when one ended otherwise. */
export function expectCompleted(ends: readonly { readonly status: string }[]): void {
  const other = ends.find((end) => end.status !== "completed");
  if (other !== undefined) throw new Error(`a run ended as ${other.status}`);
}

function step(id: string, needs: readonly string[]): Step {
  return { id, title: id, needs, env: {}, onError: "fail", kind: "tool", tool: "bench", operation: "work" };
}

function flow(steps: readonly Step[]): Workflow {
  return { model: 1, name: "bench", inputs: {}, outputs: {}, secrets: [], env: {}, tools: {}, steps };
}
