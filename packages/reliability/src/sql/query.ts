import type { EventPage, ReadFrom, RunPage, RunQuery, RunRow, StepRow, StoredEvent, WorkerOwner } from "@aiw/core";
import {
  numberOf,
  optionalNumberOf,
  optionalTextOf,
  type Row,
  type SqliteDatabase,
  type SqliteStatement,
  type SqlValue,
  textOf,
} from "@aiw/storage";
import { damaged, decodeError, decodeEvent, runStatusOf, stepStatusOf } from "./codec.js";
import { decodeOwner } from "./poll.js";

/** Reading of the journal; inside a read transaction. */
export function prepareRead(database: SqliteDatabase): (from: ReadFrom, limit: number) => EventPage {
  const keyOf = database.prepare("SELECT key FROM runs WHERE id = ?");
  const columns = "j.pos, j.seq, j.at, j.v, j.type, j.step, j.data, j.checksum";
  const ofRun = database.prepare(
    `SELECT ${columns} FROM journal j WHERE j.run = ? AND j.seq > ? ORDER BY j.seq LIMIT ?`,
  );
  const ofAll = database.prepare(
    `SELECT ${columns}, r.id AS run FROM journal j JOIN runs r ON r.key = j.run WHERE j.pos > ? ORDER BY j.pos LIMIT ?`,
  );
  const page = (rows: readonly Row[], limit: number, decode: (row: Row) => StoredEvent): EventPage => {
    const kept = rows.length > limit ? rows.slice(0, limit) : rows;
    const last = kept.at(-1);
    return {
      events: kept.map(decode),
      cursor: last === undefined ? 0 : numberOf(last, "pos"),
      more: rows.length > limit,
    };
  };
  return (from, limit) => {
    if (!("run" in from)) {
      return page(ofAll.all(from.afterPos, limit + 1), limit, (row) => decodeEvent(row, textOf(row, "run")));
    }
    const run = keyOf.get(from.run);
    if (run === undefined) return { events: [], cursor: 0, more: false };
    let seq = from.afterSeq;
    return page(ofRun.all(numberOf(run, "key"), seq, limit + 1), limit, (row) => {
      const event = decodeEvent(row, from.run);
      seq += 1;
      if (event.seq !== seq) throw damaged(`run ${from.run}: event ${seq} is missing, which`);
      return event;
    });
  };
}

const runColumns = `r.key, r.id, r.request, r.name, r.parent, r.status, r.seq, r.fence, r.held, r.due_at, r.error, r.cost_usd,
  r.created_at, r.updated_at, r.ended_at, w.id AS worker, w.owner AS worker_owner, w.at AS worker_at, w.gone AS worker_gone`;

/** Does a worker that beat last at `at`, ms since the epoch, seem alive? */
export type SeemsAlive = (owner: WorkerOwner, at: number) => boolean;

/** Queries of the views; inside a read transaction. Each combination of filters is prepared once. */
export function prepareList(database: SqliteDatabase, seemsAlive: SeemsAlive): (query: RunQuery) => RunPage {
  const statements = new Map<string, SqliteStatement>();
  const steps = database.prepare(`
    SELECT s.*, r.id AS run_id FROM json_each(?) wanted JOIN steps s ON s.run = wanted.value JOIN runs r ON r.key = s.run
    ORDER BY s.run DESC, s.step`);
  return (query) => {
    const limit = Math.min(query.limit ?? 50, 1_000);
    const filters = filtersOf(query);
    const where = filters.map((filter) => filter.sql).join(" AND ");
    let statement = statements.get(where);
    if (statement === undefined) {
      const text = `SELECT ${runColumns} FROM runs r LEFT JOIN workers w ON w.key = r.owner
        ${where === "" ? "" : `WHERE ${where}`} ORDER BY r.key DESC LIMIT ?`;
      statement = database.prepare(text);
      statements.set(where, statement);
    }
    const rows = statement.all(...filters.map((filter) => filter.value), limit + 1);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const keys = () => JSON.stringify(page.map((row) => numberOf(row, "key")));
    return {
      runs: page.map((row) => decodeRun(row, seemsAlive)),
      ...(query.steps === true ? { steps: steps.all(keys()).map(decodeStep) } : {}),
      ...(last !== undefined && rows.length > limit ? { next: String(numberOf(last, "key")) } : {}),
    };
  };
}

function filtersOf(query: RunQuery): readonly { readonly sql: string; readonly value: SqlValue }[] {
  const { runs, status, name, parent, after } = query;
  const isOpenOnly = status?.every((one) => one === "queued" || one === "running" || one === "suspended") === true;
  const inStatus = "r.status IN (SELECT value FROM json_each(?))";
  return [
    ...(runs === undefined ? [] : [{ sql: "r.id IN (SELECT value FROM json_each(?))", value: JSON.stringify(runs) }]),
    // The index of open runs serves what is asked most in a store full of ended ones.
    ...(status === undefined
      ? []
      : [{ sql: isOpenOnly ? `r.ended_at IS NULL AND ${inStatus}` : inStatus, value: JSON.stringify(status) }]),
    ...(name === undefined ? [] : [{ sql: "r.name = ?", value: name }]),
    // Only `=` lets the index of children serve: it has no rows without a parent.
    ...(parent === undefined ? [] : [{ sql: parent === null ? "r.parent IS ?" : "r.parent = ?", value: parent }]),
    ...(after === undefined ? [] : [{ sql: "r.key < ?", value: Number(after) }]),
  ];
}

function decodeRun(row: Row, seemsAlive: SeemsAlive): RunRow {
  const worker = numberOf(row, "held") === 1 ? optionalTextOf(row, "worker") : undefined;
  const owner = worker === undefined ? undefined : decodeOwner(optionalTextOf(row, "worker_owner"));
  const parent = optionalTextOf(row, "parent");
  const dueAt = optionalNumberOf(row, "due_at");
  const error = decodeError(row);
  const endedAt = optionalNumberOf(row, "ended_at");
  return {
    run: textOf(row, "id"),
    name: textOf(row, "name"),
    status: runStatusOf(row),
    seq: numberOf(row, "seq"),
    fence: numberOf(row, "fence"),
    request: textOf(row, "request"),
    ...(parent === undefined ? {} : { parent }),
    ...(worker === undefined ? {} : { worker }),
    ...(owner === undefined
      ? {}
      : { driven: numberOf(row, "worker_gone") === 0 && seemsAlive(owner, numberOf(row, "worker_at")) }),
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(error === undefined ? {} : { error }),
    costUsd: numberOf(row, "cost_usd"),
    createdAt: numberOf(row, "created_at"),
    updatedAt: numberOf(row, "updated_at"),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

function decodeStep(row: Row): StepRow {
  const agent = optionalTextOf(row, "agent");
  const error = decodeError(row);
  const startedAt = optionalNumberOf(row, "started_at");
  const endedAt = optionalNumberOf(row, "ended_at");
  return {
    run: textOf(row, "run_id"),
    step: textOf(row, "step"),
    status: stepStatusOf(row),
    attempt: numberOf(row, "attempt"),
    ...(agent === undefined ? {} : { agent }),
    ...(error === undefined ? {} : { error }),
    costUsd: numberOf(row, "cost_usd"),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}
