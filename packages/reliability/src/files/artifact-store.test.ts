import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFakeClock, describeArtifactStore } from "@aiw/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileArtifactStore } from "./artifact-store.js";

let parent = "";
let folder = "";
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "aiw-artifacts-"));
  folder = join(parent, "state", "artifacts");
});
afterEach(() => rmSync(parent, { recursive: true }));

describeArtifactStore("files", () => ({
  store: createFileArtifactStore({ folder }),
  other: createFileArtifactStore({ folder }),
  damage: (hash, change) => writeFileSync(join(folder, hash), change(readFileSync(join(folder, hash)))),
  close: async () => undefined,
}));

describe("artifacts in files", () => {
  it("makes nothing before something is kept", async () => {
    expect(await createFileArtifactStore({ folder }).get(`sha256-${"0".repeat(64)}`)).toBeUndefined();
    expect(readdirSync(parent)).toEqual([]);
  });

  it("lets their owner alone read them, also in a folder that others could read", async () => {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    chmodSync(folder, 0o755);
    const { hash } = await createFileArtifactStore({ folder }).put(Buffer.from("x"));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, hash)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual([hash]);
  });

  it("follows no link, and puts the file in its place", async () => {
    const store = createFileArtifactStore({ folder });
    const { hash } = await store.put(Buffer.from("hello"));
    const secret = join(parent, "hello.txt");
    writeFileSync(secret, "hello");
    rmSync(join(folder, hash));
    symlinkSync(secret, join(folder, hash));
    await expect(store.get(hash)).rejects.toMatchObject({ code: "store_corrupt" });
    await store.put(Buffer.from("hello"));
    expect(Buffer.from((await store.get(hash)) ?? []).toString()).toBe("hello");
    rmSync(join(folder, hash));
    mkdirSync(join(folder, hash));
    await expect(store.get(hash)).rejects.toMatchObject({ code: "store_corrupt" });
  });

  it("leaves nothing behind when its source fails, and removes what killed processes left", async () => {
    const clock = createFakeClock(Date.now());
    const store = createFileArtifactStore({ folder, clock });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, ".new-old"), "x");
    writeFileSync(join(folder, ".new-young"), "x");
    utimesSync(join(folder, ".new-old"), new Date(0), new Date(clock.now() - 2 * 3_600_000));
    await expect(
      store.put(
        (async function* () {
          yield Buffer.from("part");
          throw new Error("broken");
        })(),
      ),
    ).rejects.toThrow("broken");
    expect(readdirSync(folder)).toEqual([".new-young"]);
  });

  it("tells in a typed error that it cannot write, and works once it can", async () => {
    mkdirSync(join(parent, "state"));
    writeFileSync(folder, "a file");
    const store = createFileArtifactStore({ folder });
    const failed = { code: "store_io", message: expect.stringContaining(folder), hint: expect.any(String) };
    await expect(store.put(Buffer.from("x"))).rejects.toMatchObject(failed);
    rmSync(folder);
    expect(await store.put(Buffer.from("x"))).toMatchObject({ bytes: 1 });
  });
});
