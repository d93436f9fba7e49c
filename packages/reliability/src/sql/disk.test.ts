import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeTestDisk, type TestDisk, whyNoDisks } from "../__fixtures__/test-disk.js";
import {
  closeStore,
  createItem,
  everything,
  openStore,
  resultsItem,
  spawnItem,
  startItem,
} from "../__fixtures__/test-store.js";

const why = whyNoDisks();
if (why !== undefined) process.stdout.write(`skipping tests of full and read-only disks: ${why}\n`);

let disk: TestDisk;
let folder = "";
beforeEach(() => {
  disk = makeTestDisk();
  folder = disk.folder;
});
afterEach(() => disk.close());

describe.skipIf(why !== undefined)("a full disk", () => {
  it("refuses new work with `disk_full`, keeps room for results, and goes on when there is space", async () => {
    disk.limit("6m");
    const path = join(folder, "aiw.db");
    const opened = await openStore(path);
    await opened.store.append([createItem("r", "w"), createItem("q", "w")]);
    expect(readdirSync(folder)).toContain("aiw.db.reserve");
    writeFileSync(join(folder, "filler"), Buffer.alloc(disk.freeBytes() - 8_192));

    const big = "x".repeat(20_000);
    let seq = 1;
    const start = async () =>
      opened.store.append([{ ...startItem("r", seq), id: `s${seq}` }, resultsItem("q", seq, [big])]);
    const full = await attempt(async () => {
      for (; seq < 100; seq += 1) await start();
    });
    expect(full).toMatchObject({ code: "disk_full", hint: expect.stringContaining("free space") });
    const before = await everything(opened.store);
    expect(before.runs.map((run) => run.seq)).toEqual([seq, seq]);

    expect(await opened.store.append([resultsItem("r", seq, [big])])).toEqual([{ ok: true, seq: seq + 1 }]);
    expect(readdirSync(folder)).not.toContain("aiw.db.reserve");
    expect(await attempt(start)).toMatchObject({ code: "disk_full" });
    expect(await attempt(() => opened.store.append([spawnItem("q", seq)]))).toMatchObject({ code: "disk_full" });
    expect(await opened.store.post([{ run: "r", id: "m", type: "cancel", data: null, at: 1 }])).toEqual(["posted"]);

    rmSync(join(folder, "filler"));
    seq += 1;
    expect(await opened.store.append([startItem("r", seq)])).toEqual([{ ok: true, seq: seq + 1 }]);
    expect(readdirSync(folder)).toContain("aiw.db.reserve");
    expect(await opened.database.check()).toEqual([]);
    await closeStore(opened);
  });

  it("starts nothing in the space that another process gave free, and keeps results there", async () => {
    disk.limit("6m");
    const path = join(folder, "aiw.db");
    const [a, b] = [await openStore(path), await openStore(path)];
    await a.store.append([createItem("r", "w"), createItem("q", "w")]);
    writeFileSync(join(folder, "filler"), Buffer.alloc(disk.freeBytes() - 8_192));
    let seq = 1;
    await attempt(async () => {
      for (; existsSync(`${path}.reserve`); seq += 1)
        await a.store.append([resultsItem("r", seq, ["x".repeat(20_000)])]);
    });
    expect(await attempt(() => b.store.append([startItem("q", 1)]))).toMatchObject({ code: "disk_full" });
    expect(await b.store.append([resultsItem("q", 1, ["ok"])])).toEqual([{ ok: true, seq: 2 }]);
    rmSync(join(folder, "filler"));
    expect(await b.store.append([startItem("q", 2)])).toEqual([{ ok: true, seq: 3 }]);
    await closeStore(a);
    await closeStore(b);
  });

  it("ends in `disk_full` when the reserve is used up too, and loses nothing that was acknowledged", async () => {
    disk.limit("6m");
    const path = join(folder, "aiw.db");
    const opened = await openStore(path);
    await opened.store.append([createItem("r", "w")]);
    writeFileSync(join(folder, "filler"), Buffer.alloc(disk.freeBytes() - 65_536));
    let seq = 1;
    const full = await attempt(async () => {
      for (; seq < 1_000; seq += 1) await opened.store.append([resultsItem("r", seq, ["y".repeat(10_000)])]);
    });
    expect(full).toMatchObject({ code: "disk_full" });
    expect(seq).toBeGreaterThan(30);
    expect((await everything(opened.store)).events).toHaveLength(seq);
    rmSync(join(folder, "filler"));
    await closeStore(opened);
    const again = await openStore(path);
    expect((await everything(again.store)).events).toHaveLength(seq);
    expect(await again.database.check()).toEqual([]);
    await closeStore(again);
  });

  it("is told when a database cannot even be made", async () => {
    disk.limit("64k");
    writeFileSync(join(folder, "filler"), Buffer.alloc(disk.freeBytes()));
    expect(await attempt(() => openStore(join(folder, "aiw.db")))).toMatchObject({ code: "disk_full" });
  });
});

describe.skipIf(why !== undefined)("a read-only disk", () => {
  it("refuses to write with `store_readonly` and can still be read", async () => {
    const state = join(folder, "state");
    mkdirSync(state);
    const path = join(state, "aiw.db");
    const opened = await openStore(path);
    await opened.store.append([createItem("r", "w")]);
    const before = await everything(opened.store);
    await closeStore(opened);
    disk.lock();
    expect(await attempt(() => openStore(path))).toMatchObject({ code: "store_readonly", hint: expect.any(String) });
    expect(await attempt(() => openStore(join(state, "new.db")))).toMatchObject({ code: "store_readonly" });
    const reader = await openStore(path, { readonly: true });
    expect(await everything(reader.store)).toEqual(before);
    expect(await attempt(() => reader.store.append([createItem("q")]))).toMatchObject({ code: "store_readonly" });
    await closeStore(reader);
  });
});

async function attempt(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}
