import { AiwError } from "@aiw/core";
import type { Row } from "./types.js";

/** Text of a column. @throws AiwError `store_corrupt` when it holds something else. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : wrong(column);
}

/** Text of a column, undefined for NULL. @throws AiwError `store_corrupt`. */
export function optionalTextOf(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : textOf(row, column);
}

/** Number of a column. @throws AiwError `store_corrupt` when it holds something else. */
export function numberOf(row: Row, column: string): number {
  const value = row[column];
  return typeof value === "number" ? value : wrong(column);
}

/** Number of a column, undefined for NULL. @throws AiwError `store_corrupt`. */
export function optionalNumberOf(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : numberOf(row, column);
}

function wrong(column: string): never {
  throw new AiwError("store_corrupt", `the database is damaged: column ${column} holds a value of the wrong type`, {
    hint: "run `aiw doctor`; restore the state folder from a backup or move it away",
  });
}
