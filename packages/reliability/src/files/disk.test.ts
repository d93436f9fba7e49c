import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeTestDisk, type TestDisk, whyNoDisks } from "../__fixtures__/test-disk.js";
import { createFileArtifactStore } from "./artifact-store.js";
import { createFileStepCache } from "./step-cache.js";

const why = whyNoDisks();
if (why !== undefined) process.stdout.write(`skipping tests of full disks: ${why}\n`);

let disk: TestDisk;
beforeEach(() => {
  disk = makeTestDisk();
});
afterEach(() => disk.close());

describe.skipIf(why !== undefined)("a full disk", () => {
  it("is told by artifacts and results, which leave nothing behind and work once there is space", async () => {
    disk.limit("1m");
    const folder = join(disk.folder, "kept");
    const store = createFileArtifactStore({ folder });
    const cache = createFileStepCache({ folder });
    await cache.put("k", { at: 1, output: 1, text: null });
    const names = readdirSync(folder);
    const big = Buffer.alloc(2 * 1024 * 1024, "x");
    const full = { code: "disk_full", hint: expect.stringContaining("free space") };
    await expect(store.put(big)).rejects.toMatchObject(full);
    expect(readdirSync(folder)).toEqual(names);
    const filler = join(disk.folder, "filler");
    writeFileSync(filler, Buffer.alloc(disk.freeBytes()));
    await expect(cache.put("k", { at: 2, output: 2, text: "x".repeat(10_000) })).rejects.toMatchObject(full);
    expect(readdirSync(folder)).toEqual(names);
    expect(await cache.get("k")).toMatchObject({ output: 1 });
    rmSync(filler);
    expect(await store.put(big.subarray(0, 10_000))).toMatchObject({ bytes: 10_000 });
  });
});
