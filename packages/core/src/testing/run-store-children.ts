import { expect } from "vitest";
import type { RunStore } from "../ports/run-store.js";
import {
  appendOne,
  beatOf,
  claiming,
  completed,
  created,
  createItem,
  item,
  message,
  type RunStoreTest,
  runCompleted,
  spawnOf,
  startedUse,
  typesOf,
  warned,
} from "./run-store-fixture.js";

/** Runs of sub-workflows, and messages that travel with an append. */
export const childTests: Readonly<Record<string, RunStoreTest>> = {
  "creates the runs of sub-workflows queued, in the append of their parent": async ({ store, other = store }) => {
    await appendOne(store, createItem("r", "w"));
    const spawn = [spawnOf("c1", "r"), spawnOf("c2", "r")];
    expect(await appendOne(store, item("r", 1, [startedUse("c1")], { spawn }))).toEqual({ ok: true, seq: 2 });
    const { runs } = await other.list({ parent: "r" });
    const row = { name: "child", status: "queued", seq: 1, fence: 0, request: "hash-c", costUsd: 0, parent: "r" };
    expect(runs).toEqual(["c2", "c1"].map((run) => ({ run, ...row, createdAt: 2_000, updatedAt: 2_000 })));
    expect((await other.read({ run: "c1", afterSeq: 0 })).events).toEqual([
      { v: 1, run: "c1", seq: 1, at: 2_000, ...created("child", "hash-c", "r") },
    ]);
    const { claimed } = await other.poll(claiming("w2"));
    expect(claimed).toEqual(["c1", "c2"].map((run) => ({ run, fence: 1, seq: 1, cause: "start" })));
    expect(await appendOne(other, item("c1", 1, [warned()]))).toEqual({ ok: true, seq: 2 });
  },
  "creates the child of a run that is created in the same append": async ({ store }) => {
    await appendOne(store, createItem("r", "w", { spawn: [spawnOf("c", "r")], post: [message("c", "m")] }));
    const { claimed, messages } = await store.poll(claiming("w2"));
    expect(claimed).toMatchObject([{ run: "c", cause: "start" }]);
    expect(messages).toMatchObject([message("c", "m")]);
  },
  "leaves a child that exists as it is": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    await appendOne(store, item("r", 1, [startedUse("c")], { spawn: [spawnOf("c", "r")] }));
    await store.poll(claiming("w2", { claim: { max: 1, formats: [1], runs: ["c"] } }));
    await appendOne(store, item("c", 1, [completed("x")]));
    const [before] = (await store.list({ runs: ["c"] })).runs;
    const again = { ...spawnOf("c", "r"), name: "another", request: "hash-d" };
    const twice = item("r", 2, [warned()], { spawn: [again, again, spawnOf("d", "r"), spawnOf("d", "r")] });
    expect(await appendOne(store, twice)).toEqual({ ok: true, seq: 3 });
    expect((await store.list({ runs: ["c"] })).runs).toEqual([before]);
    expect(await typesOf(store, "c")).toEqual(["run.created", "step.completed"]);
    expect(await typesOf(store, "d")).toEqual(["run.created"]);
  },
  "creates no child and posts nothing when the append is refused": async ({ store }) => {
    await store.append([createItem("r", "w"), createItem("q", "w")]);
    const more = { spawn: [spawnOf("c", "r")], post: [message("q", "m")] };
    const answers = await store.append([
      item("r", 7, [warned()], { ...more, id: "conflict" }),
      item("r", 1, [warned()], { ...more, id: "fenced", fence: 9 }),
      createItem("r", "w", { ...more, id: "exists" }),
      item("nobody", 1, [warned()], more),
    ]);
    expect(answers.map((answer) => answer.ok)).toEqual([false, false, false, false]);
    expect(await runsOf(store)).toEqual(["q", "r"]);
    expect((await store.poll(beatOf("w", { held: ["r", "q"] }))).messages).toEqual([]);
  },
  "creates no second child and posts nothing twice when an append is repeated": async ({ store }) => {
    await store.append([createItem("r", "w"), createItem("q", "w")]);
    const once = item("r", 1, [warned()], { spawn: [spawnOf("c", "r")], post: [message("q", "m")] });
    expect(await appendOne(store, once)).toEqual({ ok: true, seq: 2 });
    expect(await appendOne(store, once)).toEqual({ ok: true, seq: 2 });
    expect(await typesOf(store, "c")).toEqual(["run.created"]);
    expect((await store.poll(beatOf("w", { held: ["q"] }))).messages).toMatchObject([message("q", "m")]);
  },
  "rejects a first event of a child that does not fit the union and writes nothing of the call": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    const child = spawnOf("c", "r");
    const broken = { ...child, created: { ...child.created, data: { ...child.created.data, deadline: Number.NaN } } };
    const call = store.append([item("r", 1, [warned()], { spawn: [broken] })]);
    await expect(call).rejects.toMatchObject({ code: "internal" });
    expect(await runsOf(store)).toEqual(["r"]);
    expect(await typesOf(store, "r")).toEqual(["run.created"]);
  },
  "posts with an append; unknown and ended runs are passed over": async ({ store, other = store }) => {
    await store.append([createItem("r", "w"), createItem("q", "w"), createItem("e", "w")]);
    await appendOne(store, item("e", 1, [runCompleted]));
    const post = [message("nobody", "m"), message("e", "m", "child"), message("q", "m1", "child"), message("q", "m1")];
    expect(await appendOne(store, item("r", 1, [warned()], { post }))).toEqual({ ok: true, seq: 2 });
    const { messages } = await other.poll(beatOf("w", { held: ["r", "q", "e"] }));
    expect(messages).toMatchObject([message("q", "m1", "child")]);
    expect(await other.post([message("q", "m1", "child")])).toEqual(["duplicate"]);
  },
  "tells the parent of the end of its child in one append": async ({ store, other = store }) => {
    await store.append([createItem("r", "w"), createItem("c", "w")]);
    await appendOne(store, item("r", 1, [warned()], { release: {} }));
    await appendOne(store, item("c", 1, [runCompleted], { post: [message("r", "c", "child")] }));
    const { claimed, messages } = await other.poll(claiming("w2"));
    expect(claimed).toEqual([{ run: "r", fence: 2, seq: 2, cause: "inbox" }]);
    expect(messages).toMatchObject([message("r", "c", "child")]);
  },
  "does not keep what an append posts to its own run when it ends it": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    const post = [message("r", "m1", "child"), message("r", "m2", "undo")];
    await appendOne(store, item("r", 1, [runCompleted], { post }));
    const { claimed, messages } = await store.poll(claiming("w2"));
    expect(claimed).toMatchObject([{ cause: "inbox" }]);
    expect(messages).toMatchObject([message("r", "m2", "undo")]);
  },
  "answers what the same call posted to a run before that ended": async ({ store }) => {
    await store.append([createItem("r", "w"), createItem("q", "w")]);
    await store.append([
      item("r", 1, [warned()], { post: [message("q", "m1", "child")] }),
      item("q", 1, [runCompleted]),
      item("r", 2, [warned()], { post: [message("q", "m2", "child")] }),
    ]);
    expect((await store.poll(claiming("w2"))).claimed).toEqual([]);
    expect(await store.post([message("q", "m1"), message("q", "m2")])).toEqual(["duplicate", "ended"]);
  },
  "lists the children of a run, and runs that are no children": async ({ store }) => {
    await store.append([createItem("a", "w"), createItem("b", "w")]);
    await appendOne(store, item("a", 1, [warned()], { spawn: ["x", "y"].map((run) => spawnOf(run, "a")) }));
    await appendOne(store, createItem("z", "w", { events: [created("child", "hash-c", "b")] }));
    expect(await runsOf(store, { parent: "a" })).toEqual(["y", "x"]);
    expect(await runsOf(store, { parent: "b" })).toEqual(["z"]);
    expect(await runsOf(store, { parent: "x" })).toEqual([]);
    expect(await runsOf(store, { parent: null })).toEqual(["b", "a"]);
    expect(await runsOf(store)).toEqual(["z", "y", "x", "b", "a"]);
    expect(await runsOf(store, { parent: "a", status: ["queued"], runs: ["x", "b"] })).toEqual(["x"]);
    const first = await store.list({ parent: "a", limit: 1 });
    expect(first.runs.map((row) => [row.run, row.parent])).toEqual([["y", "a"]]);
    expect(await runsOf(store, { parent: "a", after: first.next })).toEqual(["x"]);
    expect((await store.list({ runs: ["a"] })).runs[0]).not.toHaveProperty("parent");
  },
};

async function runsOf(store: RunStore, query: Parameters<RunStore["list"]>[0] = {}): Promise<readonly string[]> {
  return (await store.list(query)).runs.map((row) => row.run);
}
