import { type Append, type Appended, eventVersion, type NewEvent, projectEvents, type StepChange } from "@aiw/core";
import { numberOf, type SqliteDatabase, textOf } from "@aiw/storage";
import { checksum, eventHead } from "./codec.js";

/** Appends one item inside a transaction that is open already. */
export type AppendItem = (item: Append) => Appended;

/** Keys of runs that are noted at most. */
const maxNotedKeys = 20_000;

/** Statements of appending, prepared once. */
export function prepareAppend(database: SqliteDatabase): AppendItem {
  const insertRun = database.prepare(`
    INSERT INTO runs (id, request, format, name, status, seq, fence, last_append, owner, held, cost_usd, created_at, updated_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT (id) DO NOTHING`);
  const addWorker = database.prepare(
    "INSERT INTO workers (id, beat, at, gone) VALUES (?, 0, ?, 0) ON CONFLICT (id) DO NOTHING",
  );
  const workerKey = database.prepare("SELECT key FROM workers WHERE id = ?");
  const known = database.prepare("SELECT key, request, seq, fence, held, last_append FROM runs WHERE id = ?");
  const advance = database.prepare(`
    UPDATE runs SET seq = seq + ?, last_append = ?, updated_at = ?, cost_usd = cost_usd + ?
    WHERE key = ? AND id = ? AND seq = ? AND fence = ? AND held = 1 AND last_append <> ?`);
  const writeEvents = prepareEvents(database);
  const setState = database.prepare("UPDATE runs SET status = ?, error = ?, ended_at = ? WHERE key = ?");
  const release = database.prepare(`
    UPDATE runs SET held = 0, due_at = ?, status = CASE WHEN ended_at IS NULL THEN 'suspended' ELSE status END WHERE key = ?`);
  const consume = database.prepare("UPDATE inbox SET seq = ? WHERE pos = ? AND run = ? AND seq IS NULL");
  const answerRest = database.prepare("UPDATE inbox SET seq = ? WHERE run = ? AND seq IS NULL AND type <> 'resume'");
  const writeStep = prepareSteps(database);

  const create = (item: Append): number | Appended => {
    const { request, format, name, worker } = item.create ?? { request: "", format: 0, name: "" };
    let owner: number | null = null;
    if (worker !== undefined) {
      addWorker.run(worker, item.at);
      const row = workerKey.get(worker);
      owner = row === undefined ? null : numberOf(row, "key");
    }
    const isClaimed = worker === undefined ? 0 : 1;
    const status = worker === undefined ? "queued" : "running";
    const head = [item.run, request, format, name, status, item.events.length] as const;
    const added = insertRun.run(...head, isClaimed, item.id, owner, isClaimed, item.at, item.at);
    if (added.changes === 1) return Number(added.lastInsertRowid);
    const row = known.get(item.run);
    if (row === undefined) return { ok: false, why: "conflict" };
    if (textOf(row, "last_append") === item.id) return { ok: true, seq: numberOf(row, "seq") };
    return { ok: false, why: textOf(row, "request") === request ? "exists" : "different_request" };
  };

  const whyRefused = (item: Append): Appended => {
    const row = known.get(item.run);
    if (row === undefined) return { ok: false, why: "conflict" };
    if (textOf(row, "last_append") === item.id) return { ok: true, seq: numberOf(row, "seq") };
    const isDriver = numberOf(row, "fence") === item.fence && numberOf(row, "held") === 1;
    return { ok: false, why: isDriver ? "conflict" : "fenced" };
  };

  /** The rows of runs are found by their key; the id proves that a key that was noted is still the same run. */
  const keys = new Map<string, number>();
  const advanceRun = (item: Append, first: number, costUsd: number): number | undefined => {
    const run = (key: number) =>
      advance.run(item.events.length, item.id, item.at, costUsd, key, item.run, first, item.fence, item.id).changes ===
      1;
    const noted = keys.get(item.run);
    if (noted !== undefined && run(noted)) return noted;
    const row = known.get(item.run);
    if (row === undefined) return undefined;
    const key = numberOf(row, "key");
    if (keys.size >= maxNotedKeys) keys.clear();
    keys.set(item.run, key);
    return key !== noted && run(key) ? key : undefined;
  };

  return (item) => {
    const change = projectEvents(item.events, item.at);
    const first = item.create === undefined ? item.expect : 0;
    const last = first + item.events.length;
    let key: number;
    if (item.create === undefined) {
      // The fence comes first: when no row changes, nothing of the item is written.
      const found = advanceRun(item, first, change.costUsd);
      if (found === undefined) return whyRefused(item);
      key = found;
    } else {
      const answer = create(item);
      if (typeof answer !== "number") return answer;
      key = answer;
    }
    writeEvents(key, item, first);
    for (const pos of item.consume ?? []) consume.run(last, pos, key);
    for (const step of change.reset) writeStep.remove(key, step);
    for (const step of change.steps) writeStep.put(key, step);
    if (change.run !== undefined) {
      const { status, error, ended } = change.run;
      setState.run(status, error === undefined ? null : JSON.stringify(error), ended ? item.at : null, key);
      // An ended run has no driver, and only a `resume` can still be answered.
      if (ended) answerRest.run(last, key);
    }
    const hasEnded = change.run?.ended === true;
    if (hasEnded || item.release !== undefined) release.run(hasEnded ? null : (item.release?.dueAt ?? null), key);
    return { ok: true, seq: last };
  };
}

/** Writes the events of an item, two in one statement: what ends a step mostly starts another. */
function prepareEvents(database: SqliteDatabase) {
  const insert = "INSERT INTO journal (run, seq, at, v, type, step, data, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
  const one = database.prepare(insert);
  const two = database.prepare(`${insert}, (?, ?, ?, ?, ?, ?, ?, ?)`);
  return (run: number, { events, at }: Append, first: number) => {
    const valuesOf = (event: NewEvent, seq: number) => {
      const step = "step" in event ? event.step : undefined;
      const data = JSON.stringify(event.data);
      const sum = checksum(eventHead(seq, at, event.type, step), data);
      return [run, seq, at, eventVersion, event.type, step ?? null, data, sum] as const;
    };
    for (let index = 0; index < events.length; index += 2) {
      const [event, next] = [events[index], events[index + 1]];
      if (event === undefined) continue;
      const seq = first + index + 1;
      if (next === undefined) one.run(...valuesOf(event, seq));
      else two.run(...valuesOf(event, seq), ...valuesOf(next, seq + 1));
    }
  };
}

function prepareSteps(database: SqliteDatabase) {
  const upsert = database.prepare(`
    INSERT INTO steps (run, step, status, attempt, agent, error, cost_usd, started_at, ended_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (run, step) DO UPDATE SET
      status = excluded.status,
      attempt = CASE WHEN excluded.attempt = 0 THEN attempt ELSE excluded.attempt END,
      agent = COALESCE(excluded.agent, agent),
      error = CASE WHEN excluded.status = 'completed' THEN NULL ELSE COALESCE(excluded.error, error) END,
      cost_usd = cost_usd + excluded.cost_usd,
      started_at = COALESCE(started_at, excluded.started_at),
      ended_at = excluded.ended_at`);
  const remove = database.prepare("DELETE FROM steps WHERE run = ? AND step = ?");
  return {
    put(run: number, change: StepChange) {
      const { step, status, attempt, agent, error, costUsd, startedAt, endedAt } = change;
      const text = error === undefined ? null : JSON.stringify(error);
      upsert.run(run, step, status, attempt, agent ?? null, text, costUsd, startedAt ?? null, endedAt ?? null);
    },
    remove(run: number, step: string) {
      remove.run(run, step);
    },
  };
}

/** Does the item begin something new, which a full disk does not allow? */
export function startsWork(item: Append): boolean {
  return item.create !== undefined || item.events.some((event) => event.type === "step.started");
}
