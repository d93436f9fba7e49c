import { isEnded } from "@aiw/core";
import { numberOf, type SqliteDatabase, textOf } from "@aiw/storage";
import { runStatusOf } from "./codec.js";

/** Enters a run into a group inside a transaction that is open already; who comes before, oldest first. */
export type LockRun = (key: string, run: string) => readonly string[];

/** Statements of concurrency groups, prepared once. The end of a run takes it out of its groups. */
export function prepareLock(database: SqliteDatabase): LockRun {
  const known = database.prepare("SELECT key, status FROM runs WHERE id = ?");
  const enter = database.prepare("INSERT INTO locks (name, run) VALUES (?, ?) ON CONFLICT (name, run) DO NOTHING");
  const entered = database.prepare(
    "SELECT r.id FROM locks l JOIN runs r ON r.key = l.run WHERE l.name = ? AND r.ended_at IS NULL ORDER BY l.pos",
  );
  return (key, run) => {
    const row = known.get(run);
    if (row !== undefined && !isEnded(runStatusOf(row))) enter.run(key, numberOf(row, "key"));
    const runs = entered.all(key).map((one) => textOf(one, "id"));
    const at = runs.indexOf(run);
    return at < 0 ? runs : runs.slice(0, at);
  };
}
