import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { numberOf } from "./rows.js";
import { openSqlite } from "./sqlite.js";
import type { SqliteDatabase } from "./types.js";

const tables = { namespace: "test", migrations: ["CREATE TABLE t (n INTEGER PRIMARY KEY, x TEXT) STRICT"] };

let folder = "";
let path = "";
let opened: SqliteDatabase[] = [];
const open = async (options?: Parameters<typeof openSqlite>[1]) => {
  const database = await openSqlite(path, options);
  opened.push(database);
  return database;
};
const openWithTable = async (options?: Parameters<typeof openSqlite>[1]) => {
  const database = await open(options);
  await database.migrate(tables);
  const insert = database.prepare("INSERT INTO t (x) VALUES (?)");
  const count = database.prepare("SELECT count(*) AS n FROM t");
  const rows = () => database.read(() => numberOf(count.get() ?? {}, "n"));
  return { database, insert, rows };
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-sqlite-"));
  path = join(folder, "state", "aiw.db");
  opened = [];
});
afterEach(async () => {
  for (const database of opened) await database.close();
  rmSync(folder, { recursive: true });
});

describe("opening a database", () => {
  it("makes folder and files for the owner alone", async () => {
    const { database, insert } = await openWithTable();
    await database.write(() => insert.run("a"));
    expect(statSync(join(folder, "state")).mode & 0o777).toBe(0o700);
    const names = readdirSync(join(folder, "state"));
    expect(names).toEqual(["aiw.db", "aiw.db-shm", "aiw.db-wal", "aiw.db.reserve"]);
    for (const name of names) expect(statSync(join(folder, "state", name)).mode & 0o777).toBe(0o600);
  });

  it("takes rights away that others have on the file", async () => {
    await (await open()).close();
    chmodSync(path, 0o644);
    await open();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("sets what durability needs on every connection", async () => {
    for (const [synchronous, value] of [
      ["full", 2],
      ["normal", 1],
    ] as const) {
      const database = await open({ synchronous });
      const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
      expect(["journal_mode", "synchronous", "busy_timeout", "foreign_keys"].map(pragma)).toEqual(["wal", value, 0, 1]);
    }
  });

  it("gives the database an id of its own that stays", async () => {
    const [first, second] = [await open(), await open()];
    expect(first.storeId).toMatch(/^[0-9a-f-]{36}$/);
    expect(second.storeId).toBe(first.storeId);
  });

  it("opens and makes it once when many start at the same time", async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => openWithTable()));
    await Promise.all(all.map(({ database, insert }) => database.write(() => insert.run("x"))));
    expect(await all[0]?.rows()).toBe(8);
  });

  it("takes an empty file, as a crash can leave it, for a new one", async () => {
    mkdirSync(join(folder, "state"));
    writeFileSync(path, "");
    expect((await open()).storeId).not.toBe("");
  });

  it.each([
    ["a text", "hello, this is no database, but some text that somebody put here by mistake\n".repeat(20)],
    ["a few bytes", "SQLite format 3"],
  ])("calls %s damaged and leaves it as it is", async (_, content) => {
    mkdirSync(join(folder, "state"));
    writeFileSync(path, content);
    await expect(open()).rejects.toMatchObject({ code: "store_corrupt" });
    expect(statSync(path).size).toBe(content.length);
  });

  it("refuses the database of another program", async () => {
    mkdirSync(join(folder, "state"));
    new Sqlite(path).exec("CREATE TABLE notes (x)").close();
    await expect(open()).rejects.toMatchObject({
      code: "store_corrupt",
      message: expect.stringContaining("not a database of AIW"),
    });
  });

  it("refuses a database and tables of a newer version", async () => {
    const { database } = await openWithTable();
    await database.write(() => database.prepare("UPDATE schema_versions SET version = 2").run());
    await expect(database.migrate(tables)).rejects.toMatchObject({
      code: "store_newer",
      hint: expect.stringContaining("update AIW"),
    });
    await database.close();
    const raw = new Sqlite(path);
    raw.pragma("user_version = 7");
    raw.close();
    await expect(open()).rejects.toMatchObject({ code: "store_newer" });
  });

  it("says `too_many_files` when there is no file handle left", () => {
    const script = `
      const { openSqlite } = await import(process.argv[1]);
      try { await openSqlite(process.argv[2]); } catch (error) { console.log(error.code); }`;
    const codes = [22, 23, 24].map((limit) => {
      const child = runScript(script, [join(import.meta.dirname, "sqlite.ts"), path], `ulimit -n ${limit}`);
      return child.stdout.trim();
    });
    expect(codes).toContain("too_many_files");
    expect(codes.filter((code) => code !== "" && code !== "too_many_files")).toEqual([]);
  });
});

describe("migrations", () => {
  it("run once, in order, all or none", async () => {
    const database = await open();
    const second = "ALTER TABLE t ADD COLUMN y TEXT";
    await database.migrate(tables);
    const broken = { ...tables, migrations: [...tables.migrations, second, "CREATE TABLE t (again)"] };
    await expect(database.migrate(broken)).rejects.toThrow();
    await database.migrate({ ...tables, migrations: [...tables.migrations, second] });
    await database.migrate({ namespace: "other", migrations: ["CREATE TABLE o (x)"] });
    await database.write(() => database.prepare("INSERT INTO t (x, y) VALUES ('a', 'b')").run());
  });
});

describe("writing", () => {
  it("makes one transaction of what is written in one tick, with an answer for each", async () => {
    const { database, insert } = await openWithTable();
    const other = await open();
    other.dataVersion();
    const before = other.dataVersion();
    const answers = await Promise.all(["a", "b", "c"].map((x) => database.write(() => insert.run(x).lastInsertRowid)));
    expect(answers).toEqual([1, 2, 3]);
    expect(other.dataVersion()).toBe(before + 1);
  });

  it("rejects work that throws and keeps its neighbours", async () => {
    const { database, insert, rows } = await openWithTable();
    const calls = ["a", "b", "c"].map((x) =>
      database.write(() => {
        insert.run(x);
        if (x === "b") throw new Error("no b");
        return x;
      }),
    );
    const settled = await Promise.allSettled(calls);
    expect(settled.map((one) => one.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await rows()).toBe(2);
  });

  it("waits for another process without blocking this one, then fails with `store_busy`", async () => {
    const { database, insert, rows } = await openWithTable({ busyTimeoutMs: 300 });
    const holder = new Sqlite(path);
    holder.exec("BEGIN IMMEDIATE");
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 5);
    await expect(database.write(() => insert.run("a"))).rejects.toMatchObject({ code: "store_busy", retryable: true });
    const late = database.write(() => insert.run("b"));
    setTimeout(() => holder.exec("ROLLBACK"), 50);
    await late;
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(10);
    expect(await rows()).toBe(1);
    holder.close();
  });

  it("finishes what was asked before it closes, and refuses what comes later", async () => {
    const { database, insert } = await openWithTable();
    const last = database.write(() => insert.run("a"));
    await database.close();
    await database.close();
    await expect(last).resolves.toMatchObject({ changes: 1 });
    await expect(database.write(() => 1)).rejects.toMatchObject({ code: "closed" });
    await expect(database.read(() => 1)).rejects.toMatchObject({ code: "closed" });
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it("overwrites its log instead of letting it grow", async () => {
    const { database, insert } = await openWithTable({ synchronous: "normal" });
    for (let round = 0; round < 3_000; round += 1) await database.write(() => insert.run("x".repeat(500)));
    expect(statSync(`${path}-wal`).size).toBeLessThan(4 * 1024 * 1024);
  });
});

describe("a database opened for reading", () => {
  it("shows what is there and refuses to write", async () => {
    const { database, insert } = await openWithTable();
    await database.write(() => insert.run("a"));
    const reader = await openWithTable({ readonly: true });
    expect(await reader.rows()).toBe(1);
    await expect(reader.database.write(() => reader.insert.run("b"))).rejects.toMatchObject({ code: "store_readonly" });
    const newer = { ...tables, migrations: [...tables.migrations, "CREATE TABLE u (x)"] };
    await expect(reader.database.migrate(newer)).rejects.toMatchObject({ code: "store_readonly" });
  });

  it("is `file_not_found` where there is none, and makes none", async () => {
    await expect(open({ readonly: true })).rejects.toMatchObject({ code: "file_not_found" });
    expect(existsSync(path)).toBe(false);
  });
});

/** Runs a module script in a Node of its own, after a line of shell. */
function runScript(script: string, args: readonly string[], shell: string) {
  const hooks = join(import.meta.dirname, "__fixtures__", "source-hooks.mjs");
  const node = ["--conditions=@aiw/source", "--import", hooks, "--input-type=module", "-e", script, ...args];
  return spawnSync("sh", ["-c", `${shell}; exec "$0" "$@"`, process.execPath, ...node], { encoding: "utf8" });
}
