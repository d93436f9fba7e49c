import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CacheEntry } from "@aiw/core";
import { createFakeClock, describeStepCache } from "@aiw/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileStepCache } from "./step-cache.js";

let parent = "";
let folder = "";
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "aiw-cache-"));
  folder = join(parent, "cache");
});
afterEach(() => rmSync(parent, { recursive: true }));

const clock = createFakeClock(5_000);
const entry: CacheEntry = { at: 1_000, output: { a: 1 }, text: "one" };

function fileOf(key: string): string {
  return join(folder, createHash("sha256").update(JSON.stringify(key)).digest("hex"));
}

/** A file as the cache writes it, with any content. */
function forge(key: string, content: unknown): void {
  const body = JSON.stringify(content);
  const sum = createHash("sha256").update(body).digest("hex");
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(key), `aiw-step-cache 1 sha256-${sum}\n${body}`, { mode: 0o600 });
}

describeStepCache("files", () => ({
  cache: createFileStepCache({ folder, clock }),
  other: createFileStepCache({ folder, clock }),
  damage: (key, change) => writeFileSync(fileOf(key), change(readFileSync(fileOf(key)))),
  rename: (from, to) => {
    writeFileSync(`${fileOf(from)}.copy`, readFileSync(fileOf(from)), { mode: 0o600 });
    renameSync(`${fileOf(from)}.copy`, fileOf(to));
  },
  close: async () => undefined,
}));

describe("results in files", () => {
  it("takes what fits its hash, key and shape, and nothing else", async () => {
    const cache = createFileStepCache({ folder, clock });
    forge("k", { key: "k", entry: { ...entry, later: "a field of a newer version" } });
    expect(await cache.get("k")).toEqual(entry);
    const wrong = [
      [],
      null,
      { ...entry, at: "now" },
      { at: 1, text: null },
      { ...entry, text: 7 },
      { ...entry, agent: 7 },
      { ...entry, model: null },
      { ...entry, exitCode: "0" },
      { ...entry, artifacts: {} },
      { ...entry, artifacts: [{ path: "a", hash: "b" }] },
      { ...entry, artifacts: ["a"] },
    ];
    for (const one of wrong) {
      forge("k", { key: "k", entry: one });
      expect(await cache.get("k"), JSON.stringify(one)).toBeUndefined();
    }
    forge("k", { key: "other", entry });
    expect(await cache.get("k")).toBeUndefined();
    forge("k", { entry });
    expect(await cache.get("k")).toBeUndefined();
  });

  it("takes no entry of a later time than now", async () => {
    const cache = createFileStepCache({ folder, clock });
    await cache.put("k", { ...entry, at: 5_000 });
    expect(await cache.get("k")).toMatchObject({ at: 5_000 });
    await cache.put("k", { ...entry, at: 5_001 });
    expect(await cache.get("k")).toBeUndefined();
  });

  it("keeps no entry that is too large, and reads none", async () => {
    const cache = createFileStepCache({ folder, clock });
    await cache.put("k", entry);
    await cache.put("k", { ...entry, text: "x".repeat(17 * 1024 * 1024) });
    expect(await cache.get("k")).toBeUndefined();
    expect(existsSync(fileOf("k"))).toBe(false);
    forge("k", { key: "k", entry: { ...entry, text: "x".repeat(17 * 1024 * 1024) } });
    expect(await cache.get("k")).toBeUndefined();
    await cache.put("k", { ...entry, text: "\u0000".repeat(1024 * 1024) });
    expect((await cache.get("k"))?.text).toHaveLength(1024 * 1024);
  });

  it("lets their owner alone read them, and trusts no file that others could have written", async () => {
    const cache = createFileStepCache({ folder, clock });
    await cache.put("k", entry);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(fileOf("k")).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toHaveLength(1);
    chmodSync(fileOf("k"), 0o620);
    expect(await cache.get("k")).toBeUndefined();
    await cache.put("k", entry);
    expect(await cache.get("k")).toEqual(entry);
  });

  it("follows no link, waits for no pipe, and overwrites neither's target", async () => {
    const cache = createFileStepCache({ folder, clock });
    await cache.put("k", entry);
    const elsewhere = join(parent, "elsewhere");
    renameSync(fileOf("k"), elsewhere);
    const before = readFileSync(elsewhere, "utf8");
    symlinkSync(elsewhere, fileOf("k"));
    expect(await cache.get("k")).toBeUndefined();
    await cache.put("k", { ...entry, text: "two" });
    expect(await cache.get("k")).toMatchObject({ text: "two" });
    expect(readFileSync(elsewhere, "utf8")).toBe(before);
    execFileSync("mkfifo", [fileOf("p")]);
    expect(await cache.get("p")).toBeUndefined();
    mkdirSync(fileOf("d"));
    expect(await cache.get("d")).toBeUndefined();
  });

  it("tells in a typed error that it cannot write, and has nothing then", async () => {
    writeFileSync(folder, "a file");
    const cache = createFileStepCache({ folder, clock });
    await expect(cache.put("k", entry)).rejects.toMatchObject({ code: "store_io" });
    expect(await cache.get("k")).toBeUndefined();
  });
});
