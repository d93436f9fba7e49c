import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CacheEntry, StepCache } from "../ports/step-cache.js";

/** What the suite needs of one implementation, on data of its own. Made anew for each test. */
export interface StepCacheFixture {
  readonly cache: StepCache;
  /** A second handle on the same data, as another process would have; absent where that cannot be. */
  readonly other?: StepCache;
  /** Changes what is stored under a key, as a damaged disk or an attacker would; absent where nothing can. */
  readonly damage?: (key: string, change: (content: Uint8Array) => Uint8Array) => void | Promise<void>;
  /** Puts what is stored under one key in the place of another. */
  readonly rename?: (from: string, to: string) => void | Promise<void>;
  close(): Promise<void>;
}

const entry: CacheEntry = { at: 1_000, output: { score: 7, list: [1, null, "é \u{1F600}"] }, text: "seven" };
const full: CacheEntry = {
  ...entry,
  agent: "claude",
  model: "opus",
  exitCode: 0,
  artifacts: [{ path: "out/report.md", hash: `sha256-${"0".repeat(64)}`, bytes: 12 }],
  parts: { prompt: "0".repeat(64), "file src/a.ts": "1".repeat(64) },
};

/** Contract of {@link StepCache}: call it at the top level of a vitest file. Its entries were made in the first second of 1970. */
export function describeStepCache(
  name: string,
  create: () => StepCacheFixture | Promise<StepCacheFixture>,
  options: { readonly skip?: Readonly<Record<string, string>> } = {},
): void {
  describe(`step cache: ${name}`, () => {
    let fixture: StepCacheFixture;
    beforeEach(async () => {
      fixture = await create();
    });
    afterEach(async () => {
      await fixture.close();
    });
    for (const [title, test] of Object.entries(tests)) {
      const reason = options.skip?.[title];
      it.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (${reason})`, () => test(fixture));
    }
  });
}

const tests: Readonly<Record<string, (fixture: StepCacheFixture) => Promise<void>>> = {
  "gives an entry back as it was put": async ({ cache, other = cache }) => {
    await cache.put("k", entry);
    await cache.put("full", full);
    expect(await cache.get("k")).toEqual(entry);
    expect(await other.get("full")).toEqual(full);
    await cache.put("null", { at: 0, output: null, text: null });
    expect(await cache.get("null")).toEqual({ at: 0, output: null, text: null });
  },
  "has nothing for a key that was not put": async ({ cache }) => {
    await cache.put("k", entry);
    for (const key of ["", "K", "k ", "k/", "other", "__proto__", "../k"]) expect(await cache.get(key)).toBeUndefined();
  },
  "keeps keys apart, whatever they are": async ({ cache }) => {
    const keys = ["", "a", "A", "a/b", "../a", "a\u0000b", "a\nb", "é", "e\u0301", "x".repeat(10_000), "con", "."];
    for (const [at, key] of keys.entries()) await cache.put(key, { ...entry, at });
    for (const [at, key] of keys.entries()) expect(await cache.get(key), JSON.stringify(key)).toEqual({ ...entry, at });
  },
  "lets the later entry win": async ({ cache, other = cache }) => {
    await cache.put("k", full);
    await other.put("k", entry);
    expect(await cache.get("k")).toEqual(entry);
  },
  "has one whole entry when many are put at once": async ({ cache, other = cache }) => {
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    const calls = texts.map((text, index) => (index % 2 === 0 ? cache : other).put("k", { ...entry, text }));
    await Promise.all(calls);
    expect(texts).toContain((await cache.get("k"))?.text);
  },
  "does not change with what the caller does to the entry later": async ({ cache }) => {
    const list = [1, 2];
    await cache.put("k", { ...entry, output: { list } });
    list.push(3);
    expect(await cache.get("k")).toMatchObject({ output: { list: [1, 2] } });
  },
  "rejects an entry in which a byte is another, wherever": async ({ cache, damage }) => {
    if (damage === undefined) return;
    for (let place = 0; place < 40; place += 1) {
      await cache.put("k", full);
      await damage("k", (content) => flipped(content, Math.floor((content.length * place) / 40)));
      expect(await cache.get("k"), `at ${place}/40`).toBeUndefined();
    }
    await cache.put("k", full);
    expect(await cache.get("k")).toEqual(full);
  },
  "rejects an entry that was cut off, or that is longer than it was": async ({ cache, damage }) => {
    if (damage === undefined) return;
    const changes: readonly ((content: Uint8Array) => Uint8Array)[] = [
      () => new Uint8Array(),
      (content) => content.subarray(0, 10),
      (content) => content.subarray(0, Math.floor(content.length / 2)),
      (content) => content.subarray(0, content.length - 1),
      (content) => Uint8Array.from([...content, 10]),
      (content) => Uint8Array.from([...content, ...content]),
    ];
    for (const change of changes) {
      await cache.put("k", full);
      await damage("k", change);
      expect(await cache.get("k")).toBeUndefined();
    }
  },
  "rejects an entry that was put for another key": async ({ cache, rename }) => {
    if (rename === undefined) return;
    await cache.put("a", entry);
    await cache.put("b", full);
    await rename("a", "b");
    expect(await cache.get("b")).toBeUndefined();
    await rename("a", "c");
    expect(await cache.get("c")).toBeUndefined();
  },
};

function flipped(content: Uint8Array, place: number): Uint8Array {
  return content.map((byte, index) => (index === place ? byte ^ 4 : byte));
}
