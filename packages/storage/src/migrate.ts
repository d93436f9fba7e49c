import { storeError } from "./errors.js";
import { numberOf } from "./rows.js";
import type { MigrationSet, SqliteStatement } from "./types.js";

/** What migrating needs of a connection. */
export interface MigrationTarget {
  readonly path: string;
  readonly readonly: boolean;
  prepare(sql: string): SqliteStatement;
  exec(sql: string): void;
  read<T>(work: () => T): Promise<T>;
  write<T>(work: () => T): Promise<T>;
}

/** Brings the tables of one package to their newest version, all versions in one transaction. @see SqliteDatabase.migrate */
export async function migrate(target: MigrationTarget, { namespace, migrations }: MigrationSet): Promise<void> {
  const lookup = target.prepare("SELECT version FROM schema_versions WHERE namespace = ?");
  const version = () => {
    const row = lookup.get(namespace);
    const found = row === undefined ? 0 : numberOf(row, "version");
    if (found <= migrations.length) return found;
    const message = `the database ${target.path} has version ${found} of "${namespace}", this AIW knows ${migrations.length}`;
    throw storeError("store_newer", message);
  };
  if ((await target.read(version)) === migrations.length) return;
  if (target.readonly) {
    const message = `the database ${target.path} has older tables of "${namespace}" and cannot be changed`;
    throw storeError("store_readonly", message, { hint: "open it once with write access" });
  }
  const record = target.prepare(
    "INSERT INTO schema_versions (namespace, version) VALUES (?, ?) ON CONFLICT (namespace) DO UPDATE SET version = excluded.version",
  );
  await target.write(() => {
    // Another process may have done it meanwhile.
    for (const sql of migrations.slice(version())) target.exec(sql);
    record.run(namespace, migrations.length);
  });
}
