import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ArtifactStore } from "../ports/artifact-store.js";

/** What the suite needs of one implementation, on data of its own. Made anew for each test. */
export interface ArtifactStoreFixture {
  readonly store: ArtifactStore;
  /** A second handle on the same data, as another process would have; absent where that cannot be. */
  readonly other?: ArtifactStore;
  /** Changes what is stored under a hash, as a damaged disk would; absent where nothing can. */
  readonly damage?: (hash: string, change: (content: Uint8Array) => Uint8Array) => void | Promise<void>;
  close(): Promise<void>;
}

/** SHA-256 of "hello" and of nothing, as FIPS 180-4 gives them. */
const helloHash = "sha256-2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
const emptyHash = "sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Contract of {@link ArtifactStore}: call it at the top level of a vitest file. */
export function describeArtifactStore(
  name: string,
  create: () => ArtifactStoreFixture | Promise<ArtifactStoreFixture>,
  options: { readonly skip?: Readonly<Record<string, string>> } = {},
): void {
  describe(`artifact store: ${name}`, () => {
    let fixture: ArtifactStoreFixture;
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

const tests: Readonly<Record<string, (fixture: ArtifactStoreFixture) => Promise<void>>> = {
  "gives content back by its hash": async ({ store, other = store }) => {
    expect(await store.put(bytes("hello"))).toEqual({ hash: helloHash, bytes: 5 });
    expect(text(await store.get(helloHash))).toBe("hello");
    expect(text(await other.get(helloHash))).toBe("hello");
  },
  "keeps empty content, and every value of a byte": async ({ store }) => {
    expect(await store.put(new Uint8Array())).toEqual({ hash: emptyHash, bytes: 0 });
    expect(await store.get(emptyHash)).toEqual(new Uint8Array());
    const all = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    const { hash } = await store.put(all);
    expect(same(await store.get(hash), all)).toBe(true);
  },
  "takes content in parts, with the hash of the whole": async ({ store }) => {
    expect(await store.put(parts("he", "", "l", "lo"))).toEqual({ hash: helloHash, bytes: 5 });
    expect(await store.put(parts())).toEqual({ hash: emptyHash, bytes: 0 });
    expect(text(await store.get(helloHash))).toBe("hello");
  },
  "knows nothing of other hashes, nor of what is no hash": async ({ store }) => {
    await store.put(bytes("hello"));
    const names = [emptyHash, "", helloHash.slice(7), helloHash.toUpperCase(), `${helloHash}0`, `x/../${helloHash}`];
    for (const hash of [...names, "../../etc/passwd", "sha256-", ".", "__proto__"]) {
      expect(await store.get(hash), hash).toBeUndefined();
    }
  },
  "keeps the same content once, however often and from where it comes": async ({ store, other = store }) => {
    const calls = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? store : other).put(bytes("hello")));
    expect(await Promise.all(calls)).toEqual(calls.map(() => ({ hash: helloHash, bytes: 5 })));
    expect(text(await store.get(helloHash))).toBe("hello");
  },
  "keeps nothing when its source fails, and passes the error on": async ({ store }) => {
    await expect(store.put(failing("hel", "lo"))).rejects.toThrow("source broke");
    expect(await store.get(helloHash)).toBeUndefined();
  },
  "does not change with what the caller does to the bytes later": async ({ store }) => {
    const content = bytes("hello");
    await store.put(content);
    content.fill(0);
    const first = await store.get(helloHash);
    first?.fill(0);
    expect(text(await store.get(helloHash))).toBe("hello");
  },
  "refuses content that is not what was kept, and heals when it is put again": async ({ store, damage }) => {
    if (damage === undefined) return;
    const changes: readonly ((content: Uint8Array) => Uint8Array)[] = [
      (content) => content.map((byte, index) => (index === 2 ? byte ^ 1 : byte)),
      (content) => content.subarray(0, 3),
      () => new Uint8Array(),
      (content) => Uint8Array.from([...content, 33]),
    ];
    for (const change of changes) {
      await store.put(bytes("hello"));
      await damage(helloHash, change);
      await expect(store.get(helloHash)).rejects.toMatchObject({ code: "store_corrupt" });
    }
    await store.put(bytes("hello"));
    expect(text(await store.get(helloHash))).toBe("hello");
  },
};

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function text(content: Uint8Array | undefined): string | undefined {
  return content === undefined ? undefined : new TextDecoder().decode(content);
}

function same(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.length === b.length && a.every((byte, index) => byte === b[index]);
}

async function* parts(...contents: readonly string[]): AsyncIterable<Uint8Array> {
  for (const content of contents) yield bytes(content);
}

async function* failing(...contents: readonly string[]): AsyncIterable<Uint8Array> {
  yield* parts(...contents);
  throw new Error("source broke");
}
