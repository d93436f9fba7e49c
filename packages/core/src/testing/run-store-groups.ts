import { expect } from "vitest";
import type { NewEvent } from "../events/event.js";
import {
  appendOne,
  beatOf,
  claiming,
  createItem,
  item,
  message,
  type RunStoreTest,
  runCompleted,
  warned,
} from "./run-store-fixture.js";

const cancelled: NewEvent = { type: "run.cancelled", data: { by: "ann", ms: 1 } };

/** Concurrency groups; nothing to test in a store without them. */
export const groupTests: Readonly<Record<string, RunStoreTest>> = {
  "lets runs into a group in order; who is first holds it": async ({ store, other = store }) => {
    if (store.lock === undefined || other.lock === undefined) return;
    await store.append(["a", "b", "c"].map((run) => createItem(run, "w")));
    expect(await store.lock("deploy", "b")).toEqual([]);
    expect(await other.lock("deploy", "a")).toEqual(["b"]);
    expect(await store.lock("deploy", "c")).toEqual(["b", "a"]);
    expect(await store.lock("deploy", "a")).toEqual(["b"]);
    expect(await other.lock("deploy", "b")).toEqual([]);
  },
  "keeps groups apart, whatever their keys": async ({ store }) => {
    if (store.lock === undefined) return;
    await store.append(["a", "b"].map((run) => createItem(run, "w")));
    for (const key of ["deploy", "Deploy", "", "__proto__", "x\u0000y", "x"]) {
      expect(await store.lock(key, "a")).toEqual([]);
      expect(await store.lock(key, "b")).toEqual(["a"]);
    }
  },
  "takes a run out of its groups when it ends": async ({ store, other = store }) => {
    if (store.lock === undefined || other.lock === undefined) return;
    await store.append(["a", "b", "c"].map((run) => createItem(run, "w")));
    for (const key of ["k1", "k2"]) for (const run of ["a", "b", "c"]) await store.lock(key, run);
    await appendOne(store, item("b", 1, [cancelled]));
    expect(await other.lock("k1", "c")).toEqual(["a"]);
    await appendOne(store, item("a", 1, [runCompleted]));
    expect(await other.lock("k1", "c")).toEqual([]);
    expect(await other.lock("k2", "c")).toEqual([]);
  },
  "keeps a run in its groups while it is suspended, and when its end is refused": async ({ store, other = store }) => {
    if (store.lock === undefined || other.lock === undefined) return;
    await store.append([createItem("a", "w"), createItem("b", "w")]);
    await store.lock("k", "a");
    expect(await appendOne(store, item("a", 9, [runCompleted]))).toMatchObject({ ok: false });
    expect(await other.lock("k", "b")).toEqual(["a"]);
    await appendOne(store, item("a", 1, [warned()], { release: { dueAt: 5 } }));
    expect(await other.lock("k", "b")).toEqual(["a"]);
  },
  "lets nobody in that does not exist or has ended": async ({ store }) => {
    if (store.lock === undefined) return;
    await store.append(["a", "b"].map((run) => createItem(run, "w")));
    await appendOne(store, item("a", 1, [runCompleted]));
    expect(await store.lock("k", "a")).toEqual([]);
    expect(await store.lock("k", "nobody")).toEqual([]);
    expect(await store.lock("k", "b")).toEqual([]);
    expect(await store.lock("k", "a")).toEqual(["b"]);
  },
  "a run that was opened again enters its group at the end": async ({ store }) => {
    if (store.lock === undefined) return;
    await store.append(["a", "b"].map((run) => createItem(run, "w")));
    for (const run of ["a", "b"]) await store.lock("k", run);
    await appendOne(store, item("a", 1, [cancelled]));
    await store.post([message("a", "m", "resume")]);
    await store.poll(claiming("w"));
    const reopened: NewEvent = { type: "run.reopened", data: { by: "ann", reset: [], epoch: 1 } };
    await appendOne(store, item("a", 2, [reopened], { fence: 2 }));
    expect(await store.lock("k", "b")).toEqual([]);
    expect(await store.lock("k", "a")).toEqual(["b"]);
    expect((await store.poll(beatOf("w", { held: ["a", "b"] }))).lost).toEqual([]);
  },
  "lets one alone hold a group that many enter at once": async ({ store, other = store }) => {
    if (store.lock === undefined || other.lock === undefined) return;
    const ids = Array.from({ length: 20 }, (_, index) => `r${index}`);
    await store.append(ids.map((run) => createItem(run, "w")));
    const enter = async (run: string, at: number) => (await (at % 2 === 0 ? store : other).lock?.("k", run)) ?? [];
    const before = await Promise.all(ids.map(enter));
    expect(before.map((runs) => runs.length).sort((a, b) => a - b)).toEqual(ids.map((_, index) => index));
  },
};
