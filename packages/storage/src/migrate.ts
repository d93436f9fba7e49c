import { crc32 } from "node:zlib";
import { storeError } from "./errors.js";
import { numberOf, optionalTextOf, textOf } from "./rows.js";
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
  const versionRow = target.prepare("SELECT version FROM schema_versions WHERE namespace = ?");
  const definitions = definitionsOf(target);
  const version = () => {
    definitions.verify();
    const row = versionRow.get(namespace);
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
  const setVersion = target.prepare(
    "INSERT INTO schema_versions (namespace, version) VALUES (?, ?) ON CONFLICT (namespace) DO UPDATE SET version = excluded.version",
  );
  await target.write(() => {
    // Another process may have done it meanwhile.
    for (const sql of migrations.slice(version())) target.exec(sql);
    setVersion.run(namespace, migrations.length);
    definitions.note();
  });
}

/**
 * A sum over the definitions of all tables and indexes. A flipped bit in the condition of an index would hide rows, which
 * SQLite's own quick check does not notice.
 */
function definitionsOf(target: MigrationTarget) {
  const all = target.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name");
  const noted = target.prepare("SELECT value FROM meta WHERE key = 'definitions'");
  const note = target.prepare(
    "INSERT INTO meta (key, value) VALUES ('definitions', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  const sum = () => {
    const texts = all.all().map((row) => `${textOf(row, "name")} ${optionalTextOf(row, "sql") ?? ""}`);
    return String(crc32(texts.join("\n")));
  };
  return {
    note: () => note.run(sum()),
    verify() {
      const row = noted.get();
      if (row === undefined || textOf(row, "value") === sum()) return;
      throw storeError(
        "store_corrupt",
        `the database ${target.path} is damaged: its tables are not those that were made`,
      );
    },
  };
}
