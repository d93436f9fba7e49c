import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqlite } from "@aiw/storage";
import { afterEach, beforeEach, expect, it } from "vitest";
import { closeStore, createItem, openStore, resultsItem, spawnItem } from "../__fixtures__/test-store.js";
import { checksum, eventHead } from "./codec.js";
import { runStoreTables } from "./schema.js";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-upgrade-"));
  path = join(folder, "aiw.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A database as the first version of the tables had it: one run with an event and an unread message. */
async function makeFirstVersion(): Promise<void> {
  const database = await openSqlite(path);
  await database.migrate({ namespace: "runs", migrations: runStoreTables.migrations.slice(0, 1) });
  const run = database.prepare(`
    INSERT INTO runs (id, request, format, name, status, seq, fence, last_append, held, cost_usd, created_at, updated_at)
    VALUES ('old', 'h', 1, 't', 'suspended', 1, 1, 'create', 0, 0.5, 1, 1)`);
  const event = database.prepare(
    "INSERT INTO journal (run, seq, at, v, type, data, checksum) VALUES (1, 1, 1, 1, 'run.created', ?, ?)",
  );
  const message = database.prepare(
    "INSERT INTO inbox (run, id, type, data, at, checksum) VALUES (1, 'm', 'answer', 'null', 1, ?)",
  );
  const [created] = createItem("old").events;
  const data = JSON.stringify(created?.data);
  await database.write(() => {
    run.run();
    event.run(data, checksum(eventHead(1, 1, "run.created", undefined), data));
    message.run(checksum("m answer 1", "null"));
  });
  await database.close();
}

it("goes on with the runs of a database of the first version", async () => {
  await makeFirstVersion();
  const opened = await openStore(path);
  const { store } = opened;
  expect((await store.list({ parent: null })).runs).toMatchObject([{ run: "old", status: "suspended", costUsd: 0.5 }]);
  expect((await store.read({ run: "old", afterSeq: 0 })).events).toMatchObject([{ type: "run.created", seq: 1 }]);
  const owner = { host: "h", boot: "b", pid: 1, startedAt: "1" };
  const beat = { worker: "w", owner, now: 1, ttlMs: 1_000, graceMs: 0, held: [] };
  const { claimed, messages } = await store.poll({ ...beat, claim: { max: 1, formats: [1] } });
  expect(claimed).toMatchObject([{ run: "old", fence: 2, cause: "inbox" }]);
  expect(messages).toMatchObject([{ id: "m" }]);
  expect(await store.lock("k", "old")).toEqual([]);
  expect(await store.append([{ ...resultsItem("old", 1, ["x"]), fence: 2 }])).toEqual([{ ok: true, seq: 2 }]);
  expect(await opened.database.check()).toEqual([]);
  await closeStore(opened);
  await closeStore(await openStore(path, { readonly: true }));
});

it("tells that tables of the first version cannot be upgraded when they are only read", async () => {
  await makeFirstVersion();
  await expect(openStore(path, { readonly: true })).rejects.toMatchObject({ code: "store_readonly" });
});

it("undoes children, messages and the rest of a call when one append of it breaks the database's rules", async () => {
  const opened = await openStore(path);
  await opened.store.append([createItem("r", "w"), createItem("q", "w")]);
  const post = [{ run: "q", id: "m", type: "child", data: 1, at: 1 } as const];
  const good = { ...spawnItem("r", 1), ...resultsItem("r", 1, ["x"]), post };
  const neighbour = opened.store.post([{ run: "q", id: "other", type: "signal", data: 1, at: 1 }]);
  await expect(opened.store.append([good, { ...resultsItem("q", 1, ["x"]), at: Number.NaN }])).rejects.toThrow();
  expect(await neighbour).toEqual(["posted"]);
  expect((await opened.store.list({})).runs.map(({ run, seq }) => [run, seq])).toEqual([
    ["q", 1],
    ["r", 1],
  ]);
  expect(await opened.store.post(post)).toEqual(["posted"]);
  expect(await opened.store.append([good])).toEqual([{ ok: true, seq: 2 }]);
  expect((await opened.store.read({ run: "r-child", afterSeq: 0 })).events).toHaveLength(1);
  await closeStore(opened);
});
