import { type Append, type Appended, type CreateRun, type ErrorInfo, projectEvents, type ViewChange } from "@aiw/core";
import { numberOf, type SqliteDatabase, textOf } from "@aiw/storage";
import { prepareJournalRows, prepareStepRows } from "./append-rows.js";
import type { PostMessage } from "./post.js";

/** Appends inside a transaction that is open already; answer i is for item i. */
export type AppendItems = (items: readonly Append[]) => readonly Appended[];

/** What is read of the append that creates a run. */
type FirstAppend = Pick<Append, "run" | "id" | "at" | "events">;

/** Keys of runs that are noted at most. */
const maxNotedKeys = 20_000;

/** Statements of appending, prepared once. */
export function prepareAppend(database: SqliteDatabase, post: PostMessage): AppendItems {
  const insertRun = database.prepare(`
    INSERT INTO runs (id, request, format, name, parent, status, seq, fence, last_append, owner, held, cost_usd, created_at, updated_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT (id) DO NOTHING`);
  const addWorker = database.prepare("INSERT INTO workers (id, beat, at, gone) VALUES (?, 0, ?, 0) RETURNING key");
  const workerKey = database.prepare("SELECT key FROM workers WHERE id = ?");
  const known = database.prepare("SELECT key, request, seq, fence, held, last_append FROM runs WHERE id = ?");
  const advance = database.prepare(`
    UPDATE runs SET seq = seq + ?, last_append = ?, updated_at = ?, cost_usd = cost_usd + ?
    WHERE key = ? AND id = ? AND seq = ? AND fence = ? AND held = 1 AND last_append <> ?`);
  const journal = prepareJournalRows(database);
  const setState = database.prepare("UPDATE runs SET status = ?, error = ?, ended_at = ? WHERE key = ?");
  const release = database.prepare(`
    UPDATE runs SET held = 0, due_at = ?, status = CASE WHEN ended_at IS NULL THEN 'suspended' ELSE status END WHERE key = ?`);
  const consume = database.prepare("UPDATE inbox SET seq = ? WHERE pos = ? AND run = ? AND seq IS NULL");
  const end = database.prepare(`
    UPDATE runs SET seq = seq + ?, last_append = ?, updated_at = ?, cost_usd = cost_usd + ?,
      status = ?, error = ?, ended_at = ?, held = 0, due_at = NULL
    WHERE key = ? AND id = ? AND seq = ? AND fence = ? AND held = 1 AND last_append <> ?`);
  const anyUnread = database.prepare("SELECT 1 AS present FROM inbox WHERE seq IS NULL LIMIT 1");
  const answerRest = database.prepare(
    "UPDATE inbox SET seq = ? WHERE run = ? AND seq IS NULL AND type NOT IN ('resume', 'undo')",
  );
  const anyLock = database.prepare("SELECT 1 AS present FROM locks LIMIT 1");
  const leaveGroups = database.prepare("DELETE FROM locks WHERE run = ?");
  const steps = prepareStepRows(database);

  /** Of the transaction: what every item would look up anew. */
  let owners = new Map<string, number>();
  let hasUnread: boolean | undefined;
  let hasLocks: boolean | undefined;

  const ownerOf = (worker: string, at: number): number => {
    let key = owners.get(worker);
    if (key === undefined) {
      const row = workerKey.get(worker) ?? addWorker.get(worker, at);
      key = row === undefined ? 0 : numberOf(row, "key");
      owners.set(worker, key);
    }
    return key;
  };

  const insert = (item: FirstAppend, { request, format, name, worker }: CreateRun): number | undefined => {
    const owner = worker === undefined ? null : ownerOf(worker, item.at);
    const isClaimed = worker === undefined ? 0 : 1;
    const status = worker === undefined ? "queued" : "running";
    const head = [item.run, request, format, name, parentOf(item), status, item.events.length] as const;
    const added = insertRun.run(...head, isClaimed, item.id, owner, isClaimed, item.at, item.at);
    return added.changes === 1 ? Number(added.lastInsertRowid) : undefined;
  };

  const whyNotCreated = ({ run, id }: Append, { request }: CreateRun): Appended => {
    const row = known.get(run);
    if (row === undefined) return { ok: false, why: "conflict" };
    if (textOf(row, "last_append") === id) return { ok: true, seq: numberOf(row, "seq") };
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
  const note = (run: string, key: number) => {
    if (keys.size >= maxNotedKeys) keys.clear();
    keys.set(run, key);
  };
  const advanceRun = (item: Append, first: number, change: ViewChange): number | undefined => {
    const run = (key: number) => {
      const head = [item.events.length, item.id, item.at, change.costUsd] as const;
      const fence = [key, item.run, first, item.fence, item.id] as const;
      if (change.run?.ended !== true) return advance.run(...head, ...fence).changes === 1;
      const { status, error } = change.run;
      return end.run(...head, status, errorText(error), item.at, ...fence).changes === 1;
    };
    const noted = keys.get(item.run);
    if (noted !== undefined && run(noted)) return noted;
    const row = known.get(item.run);
    if (row === undefined) return undefined;
    const key = numberOf(row, "key");
    note(item.run, key);
    return key !== noted && run(key) ? key : undefined;
  };

  /** What is left to write of the run's row; the end of a run that was there before is written with its number. */
  const changeRun = (key: number, item: Append, change: ViewChange, last: number) => {
    const isEnd = change.run?.ended === true;
    if (change.run !== undefined && (!isEnd || item.create !== undefined)) {
      const { status, error } = change.run;
      setState.run(status, errorText(error), isEnd ? item.at : null, key);
    }
    if (isEnd) {
      // An ended run has no driver, and only what opens it again can still be answered.
      hasUnread ??= anyUnread.get() !== undefined;
      if (hasUnread) answerRest.run(last, key);
      hasLocks ??= anyLock.get() !== undefined;
      if (hasLocks) leaveGroups.run(key);
      if (item.create !== undefined) release.run(null, key);
    } else if (item.release !== undefined) release.run(item.release.dueAt ?? null, key);
  };

  const spawnRuns = (spawn: NonNullable<Append["spawn"]>, { id, at }: Append) => {
    for (const { run, created, ...create } of spawn) {
      const first = { run, id, at, events: [created] };
      const key = insert(first, create);
      if (key !== undefined) journal.put(key, first, 0);
    }
  };

  const postAll = (messages: NonNullable<Append["post"]>) => {
    for (const message of messages) if (post(message) === "posted") hasUnread = true;
  };

  const appendItem = (item: Append): Appended => {
    const change = projectEvents(item.events, item.at);
    const first = item.create === undefined ? item.expect : 0;
    const last = first + item.events.length;
    let key: number;
    if (item.create === undefined) {
      // The fence comes first: when no row changes, nothing of the item is written.
      const found = advanceRun(item, first, change);
      if (found === undefined) return whyRefused(item);
      key = found;
    } else {
      const added = insert(item, item.create);
      if (added === undefined) return whyNotCreated(item, item.create);
      key = added;
      note(item.run, key);
    }
    journal.put(key, item, first);
    for (const pos of item.consume ?? []) consume.run(last, pos, key);
    for (const step of change.reset) steps.remove(key, step);
    for (const step of change.steps) steps.put(key, step);
    if (change.run !== undefined || item.release !== undefined) changeRun(key, item, change, last);
    if (item.spawn !== undefined) spawnRuns(item.spawn, item);
    if (item.post !== undefined) postAll(item.post);
    return { ok: true, seq: last };
  };

  return (items) => {
    owners = new Map();
    hasUnread = undefined;
    hasLocks = undefined;
    journal.clear();
    steps.clear();
    const answers = items.map(appendItem);
    journal.flush();
    steps.flush();
    return answers;
  };
}

/** Does the append concern somebody who waits: another driver, or whoever drives what nobody drives? */
export function wakesOthers({ create, release, spawn, post }: Append): boolean {
  return create !== undefined || release !== undefined || spawn !== undefined || post !== undefined;
}

/** Does the item begin something new, which a full disk does not allow? */
export function startsWork(item: Append): boolean {
  return (
    item.create !== undefined || item.spawn !== undefined || item.events.some((event) => event.type === "step.started")
  );
}

function errorText(error: ErrorInfo | undefined): string | null {
  return error === undefined ? null : JSON.stringify(error);
}

/** The run that it is a sub-workflow of. */
function parentOf({ events: [first] }: FirstAppend): string | null {
  return first?.type === "run.created" ? (first.data.parent?.run ?? null) : null;
}
