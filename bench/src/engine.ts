import { join } from "node:path";
import type { Engine } from "@aiw/engine";
import Sqlite from "better-sqlite3";
import { chain, inFolder, many, one, wide, withEngine } from "./embedded.js";
import { cpuMs, type Figure, interleave, type Suite, timed } from "./report.js";

/** Whole runs on the embedded store, beside nothing but the commits they need. A step returns 16 bytes. */
export const engineSuite: Suite = {
  title: "engine on SQLite, beside bare commits with synchronous=FULL",
  async run({ short }) {
    const rounds = short ? 1 : 7;
    const count = short ? 100 : 1_000;
    const sequence: Comparison = { commits: count, rows: 1, work: (engine) => one(engine, chain(count)) };
    const parallel: Comparison = { commits: 1, rows: count, work: (engine) => one(engine, wide(count)) };
    const runs: Comparison = { commits: 5, rows: count, work: (engine) => many(engine, count) };
    return [
      await beside(`${count} steps in sequence`, 1.3, rounds, sequence),
      await beside(`${count} steps in sequence, CPU`, 2, rounds, { ...sequence, measure: cpuMs }),
      await beside(`${count} steps in parallel`, 8, rounds, parallel),
      await beside(`${count} runs of 5 steps`, 12, rounds, runs),
    ];
  },
};

interface Comparison {
  readonly commits: number;
  readonly rows: number;
  readonly work: (engine: Engine) => Promise<void>;
  /** Default: wall time. */
  readonly measure?: typeof timed;
}

async function beside(name: string, goal: number, rounds: number, comparison: Comparison): Promise<Figure> {
  const { commits, rows, work, measure = timed } = comparison;
  const [limitMs = 0, ms = 0] = await interleave(rounds, [
    () => bareCommits(commits, rows, measure),
    () => ourTime(work, measure),
  ]);
  return { name, ms, limitMs, limit: `${commits} commits of ${rows} rows`, goal };
}

function ourTime(work: (engine: Engine) => Promise<void>, measure: typeof timed): Promise<number> {
  return inFolder((folder) =>
    withEngine({ folder }, async (engine) => {
      // Compiles statements and code.
      await one(engine, chain(3));
      return measure(() => work(engine));
    }),
  );
}

function bareCommits(commits: number, rows: number, measure: typeof timed): Promise<number> {
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
    const ms = await measure(() => {
      for (let index = 0; index < commits; index += 1) commit.immediate(index * rows);
    });
    database.close();
    return ms;
  });
}
