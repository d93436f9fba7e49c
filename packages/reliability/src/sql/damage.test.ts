import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAiwError } from "@aiw/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeStore, createItem, everything, openStore, resultsItem } from "../__fixtures__/test-store.js";

const places = 50;
let folder = "";
let good = "";
let goodState: Awaited<ReturnType<typeof everything>>;
let live = "";

/** A cleanly closed database of some size, and the copy of one whose process has not closed it. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "aiw-damage-"));
  good = join(folder, "good.db");
  const opened = await openStore(good, { synchronous: "normal" });
  await opened.store.append(Array.from({ length: 20 }, (_, index) => createItem(`r${index}`, "w")));
  for (let round = 0; round < 40; round += 1) {
    const outputs = Array.from({ length: 5 }, (_, index) => `${round} ${index} `.repeat(30));
    await opened.store.append([resultsItem(`r${round % 20}`, 1 + 5 * Math.floor(round / 20), outputs)]);
  }
  goodState = await everything(opened.store);
  live = join(folder, "live.db");
  copyFileSync(good, live);
  copyFileSync(`${good}-wal`, `${live}-wal`);
  await closeStore(opened);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a damaged database", () => {
  it("cut off anywhere is a typed error", async () => {
    const { size } = statSync(good);
    for (let place = 1; place < places; place += 1) {
      const path = copyOf(good, `cut-${place}`);
      truncateSync(path, Math.floor((size * place) / places));
      expect(await outcomeOf(path), `cut at ${place}/${places}`).toBe("error");
    }
  });

  it("with a flipped bit anywhere is a typed error or shows what was written", async () => {
    const outcomes = { error: 0, same: 0, different: 0 };
    for (let place = 0; place < places; place += 1) {
      const path = copyOf(good, `flip-${place}`);
      flip(path, place);
      outcomes[await outcomeOf(path)] += 1;
    }
    expect(outcomes.different).toBe(0);
    expect(outcomes.error).toBeGreaterThan(places / 4);
  });

  it("with a damaged log falls back to what was committed before the damage", async () => {
    for (let place = 0; place < places; place += 5) {
      const path = copyOf(live, `log-${place}`);
      copyFileSync(`${live}-wal`, `${path}-wal`);
      flip(`${path}-wal`, place);
      const state = await stateOf(path);
      if (state === undefined) continue;
      expect(state.events).toEqual(goodState.events.slice(0, state.events.length));
    }
  });

  it("reads the log of a process that did not close it", async () => {
    const path = copyOf(live, "log");
    copyFileSync(`${live}-wal`, `${path}-wal`);
    expect(await stateOf(path)).toEqual(goodState);
  });
});

function copyOf(path: string, name: string): string {
  const copy = join(folder, `${name}.db`);
  copyFileSync(path, copy);
  return copy;
}

function flip(path: string, place: number): void {
  const content = readFileSync(path);
  const index = Math.floor((content.length * (place + 0.37)) / places);
  content[index] = (content[index] ?? 0) ^ (1 << (place % 8));
  writeFileSync(path, content);
}

async function outcomeOf(path: string): Promise<"error" | "same" | "different"> {
  const state = await stateOf(path);
  if (state === undefined) return "error";
  return JSON.stringify(state) === JSON.stringify(goodState) ? "same" : "different";
}

/** What the store shows; undefined for a typed error. */
async function stateOf(path: string) {
  try {
    const opened = await openStore(path);
    try {
      return await everything(opened.store);
    } finally {
      await closeStore(opened);
    }
  } catch (error) {
    if (!isAiwError(error, "store_corrupt")) throw error;
    return undefined;
  }
}
