export { currentOwner } from "./process-identity.js";
export { createSqliteRunStore, type SqliteRunStore, type SqliteRunStoreOptions } from "./store.js";
