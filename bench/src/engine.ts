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
import Sqlite from "better-sqlite3";
import { type Figure, interleave, type Suite, timed } from "./report.js";

/** Whole runs on the embedded store, beside nothing but the commits they need. A step returns 16 bytes. */
export const engineSuite: Suite = {
  title: "engine on SQLite, beside bare commits with synchronous=FULL",
  async run({ short }) {
    const rounds = short ? 1 : 7;
    const count = short ? 100 : 1_000;
    const all = { rounds, count };
    return [
      await beside("steps in sequence", 1.3, all, {
        commits: count,
        rows: 1,
        work: (engine) => one(engine, chain(count)),
      }),
      await beside("steps in parallel", 8, all, {
        commits: 1,
        rows: count,
        work: (engine) => one(engine, wide(count)),
      }),
      await beside("runs of 5 steps", 12, all, { commits: 5, rows: count, work: (engine) => many(engine, count) }),
    ];
  },
};

interface Comparison {
  readonly commits: number;
  readonly rows: number;
  readonly work: (engine: Engine) => Promise<void>;
}

async function beside(
  name: string,
  goal: number,
  { rounds, count }: { readonly rounds: number; readonly count: number },
  { commits, rows, work }: Comparison,
): Promise<Figure> {
  const [limitMs = 0, ms = 0] = await interleave(rounds, [() => bareCommits(commits, rows), () => withEngine(work)]);
  return { name: `${count} ${name}`, ms, limitMs, limit: `${commits} commits of ${rows} rows`, goal };
}

function step(id: string, needs: readonly string[]): Step {
  return { id, title: id, needs, env: {}, onError: "fail", kind: "tool", tool: "bench", operation: "work" };
}

function flow(steps: readonly Step[]): Workflow {
  return { model: 1, name: "bench", inputs: {}, outputs: {}, secrets: [], env: {}, tools: {}, steps };
}

function chain(length: number): Workflow {
  return flow(Array.from({ length }, (_, index) => step(`s${index}`, index === 0 ? [] : [`s${index - 1}`])));
}

function wide(width: number): Workflow {
  return flow(Array.from({ length: width }, (_, index) => step(`s${index}`, [])));
}

const origin = { folder: tmpdir(), cwd: tmpdir(), bundle: false };

async function one(engine: Engine, workflow: Workflow): Promise<void> {
  const { done } = await engine.start({ workflow, origin });
  await expectCompleted([await done]);
}

async function many(engine: Engine, runs: number): Promise<void> {
  const workflow = chain(5);
  const handles = await Promise.all(Array.from({ length: runs }, () => engine.start({ workflow, origin })));
  await expectCompleted(await Promise.all(handles.map((handle) => handle.done)));
}

async function expectCompleted(ends: readonly { readonly status: string }[]): Promise<void> {
  const other = ends.find((end) => end.status !== "completed");
  if (other !== undefined) throw new Error(`a run ended as ${other.status}`);
}

async function withEngine(work: (engine: Engine) => Promise<void>): Promise<number> {
  return inFolder(async (folder) => {
    const database = await openSqlite(join(folder, "aiw.db"));
    const store = await createSqliteRunStore(database);
    const spawner = createSpawner({ baseEnv: process.env });
    const bench = defineTool({ name: "bench", operations: { work: { run: async () => "sixteen bytes..." } } });
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
    // Compiles statements and code.
    await one(engine, chain(3));
    const ms = await timed(() => work(engine));
    await engine.close();
    await spawner.close();
    await store.close();
    await database.close();
    return ms;
  });
}

async function bareCommits(commits: number, rows: number): Promise<number> {
  return inFolder(async (folder) => {
    const database = new Sqlite(join(folder, "bare.db"));
    database.pragma("journal_mode = wal");
    database.pragma("synchronous = full");
    database.exec("CREATE TABLE journal (pos INTEGER PRIMARY KEY, run INTEGER, seq INTEGER, data TEXT)");
    const insert = database.prepare("INSERT INTO journal (run, seq, data) VALUES (1, ?, ?)");
    const data = JSON.stringify({ attempt: 1, output: "sixteen bytes...", text: null, ms: 1 });
    const commit = database.transaction((from: number) => {
      for (let row = 0; row < rows; row += 1) insert.run(from + row, data);
    });
    const ms = await timed(() => {
      for (let index = 0; index < commits; index += 1) commit.immediate(index * rows);
    });
    database.close();
    return ms;
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "aiw-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
