import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Append, NewEvent, RunStore } from "@aiw/core";
import { createSqliteRunStore } from "@aiw/reliability/sql";
import { openSqlite } from "@aiw/storage";
import Sqlite from "better-sqlite3";
import { type Figure, interleave, type Suite, timed } from "./report.js";

/** The run store beside a bare SQLite journal, both synced to the disk at each commit. */
export const storeSuite: Suite = {
  title: "run store, beside a bare SQLite journal with synchronous=FULL",
  async run({ short }) {
    const rounds = short ? 1 : 7;
    const steps = short ? 200 : 1_000;
    const sequential = await besideLimit("steps in sequence, one append each", 1.1, rounds, {
      limit: `${steps} commits of one row`,
      bare: () => bareCommits(steps, 1),
      ours: () => withStore((store) => inSequence(store, steps)),
    });
    const wide = await besideLimit("runs of 5 steps, one append for all", 10, rounds, {
      limit: `5 commits of ${steps} rows`,
      bare: () => bareCommits(5 * steps, steps),
      ours: () => withStore((store) => manyRuns(store, steps)),
    });
    const reading = await withFullRun(20 * steps, async (read) => {
      return besideLimit("events of a run read back", 2, rounds, { limit: "SELECT and JSON.parse", ...read });
    });
    return [sequential, wide, reading];
  },
};

interface Comparison {
  readonly limit: string;
  readonly bare: () => Promise<number> | number;
  readonly ours: () => Promise<number> | number;
}

async function besideLimit(name: string, goal: number, rounds: number, comparison: Comparison): Promise<Figure> {
  const [limitMs = 0, ms = 0] = await interleave(rounds, [comparison.bare, comparison.ours]);
  return { name, ms, limitMs, limit: comparison.limit, goal };
}

/** Only the loop is timed, not opening and closing. */
async function bareCommits(rows: number, rowsPerCommit: number): Promise<number> {
  return inFolder(async (folder) => {
    const database = new Sqlite(join(folder, "bare.db"));
    database.pragma("journal_mode = wal");
    database.pragma("synchronous = full");
    // As small a log as the store has: the fastest setting, so that the limit is one.
    database.pragma("wal_autocheckpoint = 500");
    database.exec("CREATE TABLE journal (pos INTEGER PRIMARY KEY, run INTEGER, seq INTEGER, data TEXT)");
    const insert = database.prepare("INSERT INTO journal (run, seq, data) VALUES (1, ?, ?)");
    const begin = database.prepare("BEGIN IMMEDIATE");
    const commit = database.prepare("COMMIT");
    const data = JSON.stringify(completed("step").data);
    const ms = await timed(() => {
      for (let row = 0; row < rows; row += rowsPerCommit) {
        begin.run();
        for (let index = 0; index < rowsPerCommit; index += 1) insert.run(row + index, data);
        commit.run();
      }
    });
    database.close();
    return ms;
  });
}

async function withStore(work: (store: RunStore) => Promise<void>): Promise<number> {
  return inFolder(async (folder) => {
    const database = await openSqlite(join(folder, "aiw.db"));
    const store = await createSqliteRunStore(database);
    await store.append([createItem("warm")]);
    const ms = await timed(() => work(store));
    await store.close();
    await database.close();
    return ms;
  });
}

/** The result of a step and the start of the next share one append. */
async function inSequence(store: RunStore, steps: number): Promise<void> {
  await store.append([createItem("run")]);
  for (let step = 0; step < steps; step += 1) {
    const events = [completed(`s${step}`), started(`s${step + 1}`)];
    await store.append([{ run: "run", id: `a${step}`, expect: 1 + 2 * step, fence: 1, events, at: step }]);
  }
}

async function manyRuns(store: RunStore, runs: number): Promise<void> {
  const ids = Array.from({ length: runs }, (_, index) => `run_${index}`);
  await store.append(ids.map(createItem));
  for (let step = 0; step < 5; step += 1) {
    const events = [completed(`s${step}`), started(`s${step + 1}`)];
    const expect = 1 + 2 * step;
    await store.append(ids.map((run) => ({ run, id: `a${step}`, expect, fence: 1, events, at: step })));
  }
}

async function withFullRun<T>(
  events: number,
  use: (read: Pick<Comparison, "bare" | "ours">) => Promise<T>,
): Promise<T> {
  return inFolder(async (folder) => {
    const path = join(folder, "aiw.db");
    const database = await openSqlite(path);
    const store = await createSqliteRunStore(database);
    const steps = Array.from({ length: events }, (_, index) => completed(`s${index}`));
    await store.append([createItem("run"), { run: "run", id: "all", expect: 1, fence: 1, events: steps, at: 1 }]);
    const bare = new Sqlite(path, { readonly: true });
    const select = bare.prepare<[], { readonly data: string }>("SELECT * FROM journal WHERE run = 1 ORDER BY seq");
    const result = await use({
      bare: () => timed(() => select.all().map((row) => JSON.parse(row.data))),
      ours: () =>
        timed(async () => {
          let afterSeq = 0;
          for (let more = true; more; ) {
            const page = await store.read({ run: "run", afterSeq });
            more = page.more;
            afterSeq = page.events.at(-1)?.seq ?? afterSeq;
          }
        }),
    });
    bare.close();
    await store.close();
    await database.close();
    return result;
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

function createItem(run: string): Append {
  const workflow = {
    model: 1,
    name: "bench",
    inputs: {},
    outputs: {},
    secrets: [],
    env: {},
    tools: {},
    steps: [],
  } as const;
  const origin = { folder: "/", cwd: "/", bundle: false };
  const event: NewEvent = { type: "run.created", data: { workflow, hash: "h", inputs: {}, origin, trigger: "manual" } };
  const create = { request: "h", name: "bench", format: 1, worker: "w" };
  return { run, id: "create", expect: 0, fence: 0, events: [event], at: 0, create };
}

function completed(step: string): NewEvent & { type: "step.completed" } {
  return { type: "step.completed", step, data: { attempt: 1, output: "0123456789abcdef", text: null, ms: 1 } };
}

function started(step: string): NewEvent {
  const key = "0123456789abcdef0123456789abcdef";
  return { type: "step.started", step, data: { attempt: 1, fence: 1, kind: "script", key, input: {} } };
}
