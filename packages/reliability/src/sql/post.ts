import { isEnded, type NewMessage, opensAgain, type Posted } from "@aiw/core";
import { numberOf, type SqliteDatabase } from "@aiw/storage";
import { checksum, runStatusOf } from "./codec.js";

/** Posts one message inside a transaction that is open already. */
export type PostMessage = (message: NewMessage) => Posted;

/** Statements of posting, prepared once. */
export function preparePost(database: SqliteDatabase): PostMessage {
  const known = database.prepare("SELECT key, status FROM runs WHERE id = ?");
  const present = database.prepare("SELECT 1 AS present FROM inbox WHERE run = ? AND id = ?");
  const insert = database.prepare("INSERT INTO inbox (run, id, type, data, at, checksum) VALUES (?, ?, ?, ?, ?, ?)");
  return ({ run, id, type, data, at }) => {
    const row = known.get(run);
    if (row === undefined) return "unknown_run";
    const key = numberOf(row, "key");
    if (present.get(key, id) !== undefined) return "duplicate";
    if (!opensAgain(type) && isEnded(runStatusOf(row))) return "ended";
    const text = JSON.stringify(data);
    insert.run(key, id, type, text, at, checksum(`${id} ${type} ${at}`, text));
    return "posted";
  };
}
