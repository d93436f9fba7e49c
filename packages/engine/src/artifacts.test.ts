import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ArtifactStore, createMasker, Secret } from "@aiw/core";
import { createMemoryArtifactStore } from "@aiw/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collectArtifacts } from "./artifacts.js";

const masker = createMasker([new Secret("TOKEN", "s3cret-value-1")]);
let cwd: string;
let store: ArtifactStore;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "aiw-artifacts-"));
  store = createMemoryArtifactStore();
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(join(cwd, path, ".."), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

function collect(...patterns: string[]) {
  return collectArtifacts({ patterns, cwd, store, step: "build", signal: new AbortController().signal, masker });
}

describe("artifacts of a step", () => {
  it("are the files that its globs match, in order, by their content", async () => {
    for (const path of ["out/b.txt", "out/a.txt", "out/.hidden", "src/c.txt"]) write(path, path);
    const hash = `sha256-${createHash("sha256").update("out/a.txt").digest("hex")}`;
    const kept = await collect("out/**", "!out/b.txt");
    expect(kept.map((file) => file.path)).toEqual(["out/.hidden", "out/a.txt"]);
    expect(kept[1]).toEqual({ path: "out/a.txt", hash, bytes: 9 });
    expect(Buffer.from((await store.get(hash)) ?? []).toString()).toBe("out/a.txt");
  });

  it("may name a folder, and may be none", async () => {
    write("out/deep/a.txt", "x");
    expect((await collect("out")).map((file) => file.path)).toEqual(["out/deep/a.txt"]);
    expect(await collect("nothing/**")).toEqual([]);
  });

  it("hold no secret: such a file is not kept", async () => {
    write("leak.txt", `the token is s3cret-value-1\n`);
    await expect(collect("leak.txt")).rejects.toMatchObject({ code: "permission_denied" });
    const hash = `sha256-${createHash("sha256").update("the token is s3cret-value-1\n").digest("hex")}`;
    expect(await store.get(hash)).toBeUndefined();
    write("masked.txt", "the token is [redacted]\n");
    expect((await collect("masked.txt")).map((file) => file.path)).toEqual(["masked.txt"]);
  });

  it("are no files of git or of AIW", async () => {
    for (const path of [".git/config", ".aiw/aiw.db", "sub/.git/config", "a.txt"]) write(path, "x");
    expect((await collect("**")).map((file) => file.path)).toEqual(["a.txt"]);
  });

  it("follow a link inside the folder and refuse one that leads out", async () => {
    write("a.txt", "x");
    symlinkSync("a.txt", join(cwd, "inside.txt"));
    symlinkSync(".", join(cwd, "self"));
    symlinkSync("gone.txt", join(cwd, "broken.txt"));
    expect((await collect("**")).map((file) => file.path)).toEqual(["a.txt", "inside.txt"]);
    symlinkSync("/etc/hosts", join(cwd, "outside.txt"));
    await expect(collect("*.txt")).rejects.toMatchObject({ code: "permission_denied" });
    symlinkSync("/etc", join(cwd, "etc"));
    await expect(collect("etc")).rejects.toMatchObject({ code: "permission_denied" });
    await expect(collect("etc/hosts")).rejects.toMatchObject({ code: "permission_denied" });
  });

  it.each(["../*.txt", "a/../../b", "/etc/hosts", "!../x"])("refuse the glob %s", async (pattern) => {
    await expect(collect(pattern)).rejects.toMatchObject({ code: "permission_denied" });
  });

  it("are at most 1,000 files of 100 MiB", async () => {
    write("big.bin", "");
    truncateSync(join(cwd, "big.bin"), 100 * 1024 * 1024 + 1);
    await expect(collect("big.bin")).rejects.toMatchObject({ code: "output_too_large" });
    for (let index = 0; index < 1_001; index += 1) write(`many/${index}`, "");
    await expect(collect("many")).rejects.toMatchObject({ code: "file_too_large" });
  });
});
