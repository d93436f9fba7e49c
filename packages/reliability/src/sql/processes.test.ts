import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  closeStore,
  createItem,
  everything,
  openStore,
  type WorkerMode,
  workerArguments,
} from "../__fixtures__/test-store.js";
import { currentOwner } from "./process-identity.js";

const rounds = process.env.AIW_TEST_FULL === "1" ? 30 : 3;
let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-processes-"));
  path = join(folder, "aiw.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

it("lets processes share one database without losing or doubling work", async () => {
  const opened = await openStore(path);
  const ids = Array.from({ length: 60 }, (_, index) => `r${index}`);
  await opened.store.append(ids.map((id) => createItem(id)));
  const outputs = await Promise.all(["w1", "w2", "w3"].map((name) => outputOf(start(name, "claim"))));
  const claimed = outputs.flatMap((output): string[] => JSON.parse(output));
  expect([...claimed].sort()).toEqual([...ids].sort());
  const { runs, perRun } = await everything(opened.store);
  expect(new Set(runs.map((run) => `${run.status} ${run.seq} ${run.fence}`))).toEqual(new Set(["completed 7 1"]));
  expect(perRun.map((events) => events.length)).toEqual(ids.map(() => 7));
  expect(await opened.database.check()).toEqual([]);
  await closeStore(opened);
});

it("keeps what it acknowledged when a process is killed, and frees its runs at once", async () => {
  const opened = await openStore(path);
  await opened.store.append([createItem("r")]);
  for (let round = 1; round <= rounds; round += 1) {
    const child = start(`w${round}`, "write");
    const acknowledged = await killAfter(child, 5 + 20 * round);
    const { runs, events } = await everything(opened.store);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    // At most the append under way when the process died was committed and not acknowledged.
    expect(events.length - acknowledged).toBeGreaterThanOrEqual(0);
    expect(events.length - acknowledged).toBeLessThanOrEqual(1);
    expect(runs).toMatchObject([{ seq: events.length, fence: round }]);
    expect(await opened.database.check()).toEqual([]);
  }
  const lease = { ttlMs: 60_000, graceMs: 60_000, now: 1, held: [] };
  const claim = { max: 1, formats: [1] };
  const { claimed } = await opened.store.poll({ worker: "me", owner: currentOwner(), ...lease, claim });
  expect(claimed).toMatchObject([{ run: "r", fence: rounds + 1, cause: "takeover", from: { worker: `w${rounds}` } }]);
  await closeStore(opened);
});

it("keeps the children and messages of exactly the appends that it kept when a process is killed", async () => {
  const opened = await openStore(path);
  await opened.store.append([createItem("r"), createItem("q", "me")]);
  for (let round = 1; round <= rounds; round += 1) {
    await killAfter(start(`w${round}`, "spawn"), 5 + 10 * round);
    const { events } = await opened.store.read({ run: "r", afterSeq: 1 });
    const numbers = events.map((event) => event.seq - 1);
    const { runs } = await opened.store.list({ parent: "r", limit: 1_000 });
    expect(runs.map((run) => run.run).reverse()).toEqual(numbers.map((number) => `c${number}`));
    const children = await Promise.all(runs.map(({ run }) => opened.store.read({ run, afterSeq: 0 })));
    expect(new Set(children.map((page) => page.events.length))).toEqual(new Set([1]));
    const beat = { worker: "me", owner: currentOwner(), now: 1, ttlMs: 60_000, graceMs: 0, held: ["q"] };
    const { messages } = await opened.store.poll(beat);
    expect(messages.map((message) => message.data)).toEqual(numbers);
  }
  expect(await opened.database.check()).toEqual([]);
  await closeStore(opened);
});

function start(worker: string, mode: WorkerMode): ChildProcess {
  return spawn(process.execPath, workerArguments(path, worker, mode), { stdio: ["ignore", "pipe", "inherit"] });
}

async function outputOf(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, "close");
  expect(code).toBe(0);
  return text;
}

/** Kills the process after some appends; returns the number of the last event that it saw acknowledged. */
async function killAfter(child: ChildProcess, appends: number): Promise<number> {
  let count = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    count += chunk.length;
    if (count >= appends) child.kill("SIGKILL");
  });
  await once(child, "close");
  const lines = readFileSync(`${path}.acknowledged`, "utf8").trim().split("\n");
  return Number(lines.at(-1));
}
