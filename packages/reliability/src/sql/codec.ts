import { crc32 } from "node:zlib";
import { type ErrorInfo, isJsonObject, type Json, type RunStatus, type StepStatus, type StoredEvent } from "@aiw/core";
import { numberOf, optionalTextOf, type Row, storeError, textOf } from "@aiw/storage";

/** Sum over a row of journal or inbox. SQLite itself notices damaged structure, not a flipped bit in a text. */
export function checksum(head: string, data: string): number {
  return crc32(head + data);
}

/** What {@link checksum} covers of an event besides its data. */
export function eventHead(seq: number, at: number, type: string, step: string | undefined): string {
  return `${seq} ${at} ${type} ${step ?? ""}`;
}

/** The event of a journal row. Only the envelope is checked: the data was when it was appended. */
export function decodeEvent(row: Row, run: string): StoredEvent {
  const seq = numberOf(row, "seq");
  const at = numberOf(row, "at");
  const type = textOf(row, "type");
  const step = optionalTextOf(row, "step");
  const data = textOf(row, "data");
  if (numberOf(row, "checksum") !== checksum(eventHead(seq, at, type, step), data)) {
    throw damaged(`event ${seq} of run ${run}`);
  }
  const v = numberOf(row, "v");
  return asEvent({ v, run, seq, at, type, ...(step === undefined ? {} : { step }), data: parseJson(data) });
}

/** The checksum just proved that these are the very bytes that were written as this type. */
function asEvent(event: object): StoredEvent {
  return event as StoredEvent;
}

/** JSON from a column. @throws AiwError `store_corrupt`. */
export function parseJson(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged("a JSON value");
  }
}

/** An error from a column of a view. */
export function decodeError(row: Row): ErrorInfo | undefined {
  const text = optionalTextOf(row, "error");
  if (text === undefined) return undefined;
  const value = parseJson(text);
  if (!isJsonObject(value) || typeof value.code !== "string" || typeof value.message !== "string")
    throw damaged("an error");
  return { ...value, code: value.code, message: value.message };
}

const runStatuses: readonly RunStatus[] = ["queued", "running", "suspended", "completed", "failed", "cancelled"];
const stepStatuses: readonly StepStatus[] = ["pending", "running", "suspended", "completed", "failed", "skipped"];

/** Status column of runs. */
export function runStatusOf(row: Row): RunStatus {
  return oneOf(runStatuses, textOf(row, "status"));
}

/** Status column of steps. */
export function stepStatusOf(row: Row): StepStatus {
  return oneOf(stepStatuses, textOf(row, "status"));
}

/** One of the known words. @throws AiwError `store_corrupt`. */
export function oneOf<T extends string>(known: readonly T[], text: string): T {
  const found = known.find((word) => word === text);
  if (found === undefined) throw damaged(`the word "${text}"`);
  return found;
}

/** The error for a value that cannot have been written by us. */
export function damaged(what: string) {
  return storeError("store_corrupt", `the database is damaged: ${what} is not what was written`);
}
