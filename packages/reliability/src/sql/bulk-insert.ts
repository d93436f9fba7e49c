import type { SqliteDatabase, SqlValue } from "@aiw/storage";

/** Rows that wait to be inserted, several in one statement: a call costs more than a row. */
export interface BulkInsert {
  add(row: readonly SqlValue[]): void;
  /** Inserts what waits, in order. */
  flush(): void;
  /** Forgets what waits: its transaction was undone. */
  clear(): void;
}

/** Rows of one statement, the largest first. */
const sizes = [16, 4, 2, 1] as const;

/** @param tail - What follows the values. */
export function prepareBulkInsert(database: SqliteDatabase, into: string, columns: number, tail = ""): BulkInsert {
  const row = `(${Array.from({ length: columns }, () => "?").join(", ")})`;
  const statements = sizes.map((size) => {
    const rows = Array.from({ length: size }, () => row).join(", ");
    return { size, statement: database.prepare(`INSERT INTO ${into} VALUES ${rows} ${tail}`) };
  });
  const waiting: SqlValue[] = [];
  return {
    add(values) {
      waiting.push(...values);
    },
    flush() {
      let done = 0;
      for (const { size, statement } of statements) {
        const count = size * columns;
        for (; waiting.length - done >= count; done += count) statement.run(...waiting.slice(done, done + count));
      }
      waiting.length = 0;
    },
    clear() {
      waiting.length = 0;
    },
  };
}
