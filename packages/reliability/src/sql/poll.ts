import {
  type Beat,
  type Claim,
  type Clock,
  claimCause,
  createLeaseObserver,
  isJsonObject,
  type Message,
  type Polled,
  type WorkerOwner,
} from "@aiw/core";
import { numberOf, optionalNumberOf, optionalTextOf, type Row, type SqliteDatabase, textOf } from "@aiw/storage";
import { checksum, damaged, oneOf, parseJson, runStatusOf } from "./codec.js";

/** Is this owner's process known to be dead? */
export type IsDead = (owner: WorkerOwner, observer: WorkerOwner) => boolean;

interface Worker {
  readonly key: number;
  readonly id: string;
  readonly owner: WorkerOwner | undefined;
  readonly isGone: boolean;
}

const columns = `r.key, r.id, r.status, r.seq, r.fence, r.owner, r.held, r.due_at,
  EXISTS (SELECT 1 FROM inbox i WHERE i.run = r.key AND i.seq IS NULL) AS unread,
  EXISTS (SELECT 1 FROM inbox i WHERE i.run = r.key AND i.seq IS NULL AND i.type IN ('resume', 'undo')) AS unread_reopening`;
const known = "r.format IN (SELECT value FROM json_each(?))";

/** Statements of heartbeats, prepared once. The result runs inside a transaction that is open already. */
export function preparePoll(database: SqliteDatabase, clock: Clock, isDead: IsDead): (beat: Beat) => Polled {
  const observer = createLeaseObserver(clock);
  const sign = database.prepare(`
    INSERT INTO workers (id, owner, beat, at, gone) VALUES (?, ?, 1, ?, ?)
    ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, beat = beat + 1, at = excluded.at, gone = excluded.gone
    RETURNING key`);
  const workers = database.prepare("SELECT key, id, owner, beat, gone FROM workers");
  const forget = database.prepare(
    "DELETE FROM workers WHERE key = ? AND NOT EXISTS (SELECT 1 FROM runs WHERE owner = workers.key AND held = 1)",
  );
  const ownerOf = database.prepare("SELECT owner FROM runs WHERE id = ?");
  const heldBy = database.prepare("SELECT id, fence FROM runs WHERE owner = ? AND held = 1");
  const giveBack = `UPDATE runs SET held = 0, due_at = CASE WHEN ended_at IS NULL THEN ? END,
    status = CASE WHEN ended_at IS NULL THEN 'suspended' ELSE status END WHERE owner = ? AND held = 1`;
  const giveAllBack = database.prepare(giveBack);
  const giveOneBack = database.prepare(`${giveBack} AND id = ?`);
  const claims = prepareClaims(database);
  const unread = database.prepare(`
    SELECT i.pos, r.id AS run, i.id, i.type, i.data, i.at, i.checksum FROM inbox i JOIN runs r ON r.key = i.run
    WHERE i.seq IS NULL AND r.owner = ? AND r.held = 1 ORDER BY i.pos`);

  const lostOf = (beat: Beat, me: number): readonly string[] => {
    const claims = heldBy.all(me).map((row) => ({ run: textOf(row, "id"), fence: numberOf(row, "fence") }));
    for (const run of observer.dropped(beat, claims)) giveOneBack.run(beat.now, me, run);
    if (beat.held.length === 0) return [];
    const mine = new Set(claims.map((claim) => claim.run));
    return beat.held.filter((id) => {
      if (mine.has(id)) return false;
      // Given back by ourselves is not lost: nobody has claimed it since.
      const row = ownerOf.get(id);
      return row === undefined || optionalNumberOf(row, "owner") !== me;
    });
  };

  return (beat) => {
    const row = sign.get(beat.worker, JSON.stringify(beat.owner), beat.now, beat.leave === true ? 1 : 0);
    const me = row === undefined ? 0 : numberOf(row, "key");
    const all = workers.all();
    const others = new Map<number, Worker>();
    for (const other of all) {
      const worker = workerOf(other);
      // Each life of a worker has a row of its own.
      const silentMs = observer.silentMs(String(worker.key), numberOf(other, "beat"));
      if (worker.key === me) continue;
      const isGone = worker.isGone || silentMs >= beat.ttlMs + beat.graceMs;
      const isOver = isGone || (worker.owner !== undefined && isDead(worker.owner, beat.owner));
      others.set(worker.key, { ...worker, isGone: isOver });
    }
    observer.keep(new Set(all.map((other) => String(numberOf(other, "key")))));
    if (beat.leave === true) {
      giveAllBack.run(beat.now, me);
      forget.run(me);
      return { lost: [], claimed: [], messages: [] };
    }
    const lost = lostOf(beat, me);
    const claimed = beat.claim === undefined ? [] : claims(beat, beat.claim, me, others);
    for (const worker of others.values()) if (worker.isGone) forget.run(worker.key);
    const mine = new Set([...beat.held, ...claimed.map((claim) => claim.run)]);
    const messages = mine.size === 0 ? [] : unread.all(me).map(decodeMessage);
    return { lost, claimed, messages: messages.filter((message) => mine.has(message.run)) };
  };
}

function prepareClaims(database: SqliteDatabase) {
  const orphaned = database.prepare(
    `SELECT ${columns} FROM runs r WHERE r.held = 1 AND r.owner IN (SELECT value FROM json_each(?)) AND ${known} ORDER BY r.key LIMIT ?`,
  );
  const woken = database.prepare(
    `SELECT ${columns} FROM runs r WHERE r.held = 0 AND r.key IN (SELECT run FROM inbox WHERE seq IS NULL) AND ${known} ORDER BY r.key LIMIT ?`,
  );
  const due = database.prepare(
    `SELECT ${columns} FROM runs r WHERE r.held = 0 AND r.due_at IS NOT NULL AND r.due_at <= ? AND ${known} ORDER BY r.due_at LIMIT ?`,
  );
  const queued = database.prepare(
    `SELECT ${columns} FROM runs r WHERE r.status = 'queued' AND ${known} ORDER BY r.key LIMIT ?`,
  );
  const named = database.prepare(
    `SELECT ${columns} FROM runs r WHERE r.id IN (SELECT value FROM json_each(?)) AND ${known} ORDER BY r.key`,
  );
  const take = database.prepare(`
    UPDATE runs SET fence = fence + 1, owner = ?, held = 1, due_at = NULL,
      status = CASE WHEN ended_at IS NULL THEN 'running' ELSE status END WHERE key = ?`);

  return (
    beat: Beat,
    claim: NonNullable<Beat["claim"]>,
    me: number,
    others: ReadonlyMap<number, Worker>,
  ): readonly Claim[] => {
    const claimed = new Map<number, Claim>();
    const held = new Set(beat.held);
    const self: Worker = { key: me, id: beat.worker, owner: beat.owner, isGone: true };
    const consider = (rows: readonly Row[]) => {
      for (const row of rows) {
        const key = numberOf(row, "key");
        if (claimed.size >= claim.max) return;
        if (claimed.has(key)) continue;
        const isDropped =
          claim.runs !== undefined && optionalNumberOf(row, "owner") === me && !held.has(textOf(row, "id"));
        const found = claimOf(row, beat, isDropped ? self : others.get(optionalNumberOf(row, "owner") ?? 0));
        if (found === undefined) continue;
        take.run(me, key);
        claimed.set(key, found);
      }
    };
    const formats = JSON.stringify(claim.formats);
    if (claim.runs !== undefined) {
      consider(named.all(JSON.stringify(claim.runs), formats));
      return [...claimed.values()];
    }
    const gone = [...others.values()].filter((worker) => worker.isGone).map((worker) => worker.key);
    const left = () => claim.max - claimed.size;
    if (gone.length > 0) consider(orphaned.all(JSON.stringify(gone), formats, left()));
    if (left() > 0) consider(woken.all(formats, left()));
    if (left() > 0) consider(due.all(beat.now, formats, left()));
    if (left() > 0) consider(queued.all(formats, left()));
    return [...claimed.values()];
  };
}

function claimOf(row: Row, beat: Beat, owner: Worker | undefined): Claim | undefined {
  const facts = {
    status: runStatusOf(row),
    held: numberOf(row, "held") === 1,
    ownerGone: owner?.isGone === true,
    dueAt: optionalNumberOf(row, "due_at"),
    unread: numberOf(row, "unread") === 1,
    unreadReopening: numberOf(row, "unread_reopening") === 1,
  };
  const cause = claimCause(facts, beat.now);
  if (cause === undefined) return undefined;
  const from = { worker: owner?.id ?? "", ...(owner?.owner === undefined ? {} : { owner: owner.owner }) };
  return {
    run: textOf(row, "id"),
    fence: numberOf(row, "fence") + 1,
    seq: numberOf(row, "seq"),
    cause,
    ...(cause === "takeover" ? { from } : {}),
  };
}

const messageTypes: readonly Message["type"][] = ["cancel", "resume", "answer", "signal", "child", "undo"];

function decodeMessage(row: Row): Message {
  const id = textOf(row, "id");
  const type = textOf(row, "type");
  const at = numberOf(row, "at");
  const data = textOf(row, "data");
  const run = textOf(row, "run");
  if (numberOf(row, "checksum") !== checksum(`${id} ${type} ${at}`, data)) throw damaged(`message ${id} of run ${run}`);
  return { run, id, type: oneOf(messageTypes, type), data: parseJson(data), at, pos: numberOf(row, "pos") };
}

function workerOf(row: Row): Worker {
  return {
    key: numberOf(row, "key"),
    id: textOf(row, "id"),
    isGone: numberOf(row, "gone") === 1,
    owner: decodeOwner(optionalTextOf(row, "owner")),
  };
}

/** Who a worker is, as its row tells; undefined before its first heartbeat. */
export function decodeOwner(text: string | undefined): WorkerOwner | undefined {
  const value = text === undefined ? undefined : parseJson(text);
  return isJsonObject(value) ? ownerOf(value) : undefined;
}

function ownerOf({ host, boot, pid, startedAt }: Readonly<Record<string, unknown>>): WorkerOwner | undefined {
  const isOwner = typeof host === "string" && typeof boot === "string" && typeof pid === "number";
  return isOwner && typeof startedAt === "string" ? { host, boot, pid, startedAt } : undefined;
}
