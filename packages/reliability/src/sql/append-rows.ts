import { type Append, eventVersion, type StepChange } from "@aiw/core";
import type { SqliteDatabase } from "@aiw/storage";
import { prepareBulkInsert } from "./bulk-insert.js";
import { checksum, eventHead } from "./codec.js";

/** Rows of the journal. */
export function prepareJournalRows(database: SqliteDatabase) {
  const rows = prepareBulkInsert(database, "journal (run, seq, at, v, type, step, data, checksum)", 8);
  return {
    ...rows,
    /** @param first - Number of the event before the item's first. */
    put(run: number, { events, at }: Pick<Append, "events" | "at">, first: number) {
      let seq = first;
      for (const event of events) {
        seq += 1;
        const step = "step" in event ? event.step : undefined;
        const data = JSON.stringify(event.data);
        const sum = checksum(eventHead(seq, at, event.type, step), data);
        rows.add([run, seq, at, eventVersion, event.type, step ?? null, data, sum]);
      }
    },
  };
}

/** Rows of the view of steps. */
export function prepareStepRows(database: SqliteDatabase) {
  const into = "steps (run, step, status, attempt, agent, error, cost_usd, started_at, ended_at)";
  const rows = prepareBulkInsert(
    database,
    into,
    9,
    `ON CONFLICT (run, step) DO UPDATE SET
      status = excluded.status,
      attempt = CASE WHEN excluded.attempt = 0 THEN attempt ELSE excluded.attempt END,
      agent = COALESCE(excluded.agent, agent),
      error = CASE WHEN excluded.status = 'completed' THEN NULL ELSE COALESCE(excluded.error, error) END,
      cost_usd = cost_usd + excluded.cost_usd,
      started_at = COALESCE(started_at, excluded.started_at),
      ended_at = excluded.ended_at`,
  );
  const remove = database.prepare("DELETE FROM steps WHERE run = ? AND step = ?");
  return {
    ...rows,
    put(run: number, change: StepChange) {
      const { step, status, attempt, agent, error, costUsd, startedAt, endedAt } = change;
      const text = error === undefined ? null : JSON.stringify(error);
      rows.add([run, step, status, attempt, agent ?? null, text, costUsd, startedAt ?? null, endedAt ?? null]);
    },
    /** After what was put before. */
    remove(run: number, step: string) {
      rows.flush();
      remove.run(run, step);
    },
  };
}
