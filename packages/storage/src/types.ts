/** A value of a column or parameter. Integers are numbers: AIW stores none beyond 2^53. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** A row by column name; read its values with {@link textOf} and its siblings. */
export interface Row {
  readonly [column: string]: SqlValue;
}

/** A prepared statement. Prepare once and keep: building a statement costs more than running it. */
export interface SqliteStatement {
  run(...values: readonly SqlValue[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  get(...values: readonly SqlValue[]): Row | undefined;
  all(...values: readonly SqlValue[]): readonly Row[];
}

/** The tables of one package. Versions count from 1; a released migration never changes. */
export interface MigrationSet {
  /** Name of the owner of the tables, unique in the database. */
  readonly namespace: string;
  /** SQL of each version, in order. */
  readonly migrations: readonly string[];
}

/** How a write is made. */
export interface WriteOptions {
  /**
   * May it use the space that is kept back for a full disk? True (the default) for what must not be lost; false for
   * what starts something new, which is then refused with `disk_full` until there is space again.
   */
  readonly mayUseReserve?: boolean;
}

/** An open database. Several handles and processes may have the same file open. */
export interface SqliteDatabase {
  readonly path: string;
  readonly readonly: boolean;
  /** Random id that was given to the database when it was created. */
  readonly storeId: string;
  /** The caller keeps the statement; it works until the database is closed. */
  prepare(sql: string): SqliteStatement;
  /**
   * Brings the tables of a package to their newest version. Does nothing (one lookup) when they are.
   *
   * @throws AiwError `store_newer` when they come from a newer version; `store_readonly` when a change is needed and not possible.
   */
  migrate(set: MigrationSet): Promise<void>;
  /**
   * Runs synchronous work in one transaction, together with other work of the same tick (group commit). What `work` throws
   * undoes and rejects this work alone; an error of the database rejects all work of the transaction.
   * The work may run twice, so it changes nothing but the database.
   *
   * @throws AiwError `store_busy`, `disk_full`, `store_io`, `store_corrupt`, `store_readonly`, `closed`.
   */
  write<T>(work: () => T, options?: WriteOptions): Promise<T>;
  /** Runs synchronous reading work on one snapshot. @throws as {@link SqliteDatabase.write}. */
  read<T>(work: () => T): Promise<T>;
  /** Changes when another handle or process has committed. Costs about a microsecond. */
  dataVersion(): number;
  /** Checks the whole file, which takes time with its size. Returns the problems found. */
  check(): Promise<readonly string[]>;
  /** Waits for work under way, checkpoints and closes. Safe to call twice. */
  close(): Promise<void>;
}
