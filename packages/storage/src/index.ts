export { storeError, toStoreError } from "./errors.js";
export { numberOf, optionalNumberOf, optionalTextOf, textOf } from "./rows.js";
export { type OpenSqliteOptions, openSqlite } from "./sqlite.js";
export type { MigrationSet, Row, SqliteDatabase, SqliteStatement, SqlValue, WriteOptions } from "./types.js";
