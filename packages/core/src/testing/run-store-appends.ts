import { expect } from "vitest";
import type { NewEvent } from "../events/event.js";
import {
  appendOne,
  claiming,
  completed,
  createItem,
  item,
  type RunStoreTest,
  runCompleted,
  typesOf,
  warned,
} from "./run-store-fixture.js";

/** Appending, fencing and reading. */
export const appendTests: Readonly<Record<string, RunStoreTest>> = {
  "numbers the events of a run from 1 without gaps": async ({ store }) => {
    expect(await appendOne(store, createItem("r", "w"))).toEqual({ ok: true, seq: 1 });
    expect(await appendOne(store, item("r", 1, [completed("a"), completed("b")]))).toEqual({ ok: true, seq: 3 });
    const page = await store.read({ run: "r", afterSeq: 1 });
    expect(page.events).toMatchObject([
      { v: 1, run: "r", seq: 2, at: 2_000, ...completed("a") },
      { v: 1, run: "r", seq: 3, at: 2_000, ...completed("b") },
    ]);
    expect(page.more).toBe(false);
  },
  "gives events back as they were written": async ({ store }) => {
    const output = {
      text: 'é \u0000 \u{1F600} \\ "',
      list: [1, 1.5, null, true, { "": [] }],
      big: "x".repeat(200_000),
    };
    const event: NewEvent = {
      type: "step.completed",
      step: "翻訳[3]#2",
      data: { attempt: 1, output, text: null, ms: 0 },
    };
    await store.append([createItem("r", "w"), item("r", 1, [event])]);
    const { events } = await store.read({ run: "r", afterSeq: 1 });
    expect(events).toEqual([{ v: 1, run: "r", seq: 2, at: 2_000, ...event }]);
  },
  "rejects an event that does not fit the union and writes nothing of the call": async ({ store }) => {
    const broken: NewEvent = { type: "run.completed", data: { outputs: {}, ms: -1 } };
    const call = store.append([createItem("r", "w"), item("r", 1, [broken])]);
    await expect(call).rejects.toMatchObject({ code: "internal" });
    expect((await store.list({})).runs).toEqual([]);
  },
  "refuses a writer with an old fence and writes nothing": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    await appendOne(store, item("r", 1, [warned()], { release: { dueAt: 1 } }));
    const { claimed } = await store.poll(claiming("w2"));
    expect(claimed).toMatchObject([{ run: "r", fence: 2, seq: 2 }]);
    expect(await appendOne(store, item("r", 2, [warned()], { id: "late" }))).toEqual({ ok: false, why: "fenced" });
    expect(await typesOf(store, "r")).toEqual(["run.created", "run.warned"]);
    expect(await appendOne(store, item("r", 2, [warned()], { fence: 2 }))).toEqual({ ok: true, seq: 3 });
  },
  "refuses a writer that gave its claim back": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    await appendOne(store, item("r", 1, [warned()], { release: {} }));
    expect(await appendOne(store, item("r", 2, [warned()]))).toEqual({ ok: false, why: "fenced" });
  },
  "refuses a writer without a claim on a queued run": async ({ store }) => {
    await appendOne(store, createItem("r"));
    expect(await appendOne(store, item("r", 1, [warned()], { fence: 0 }))).toEqual({ ok: false, why: "fenced" });
  },
  "refuses an append after another last event": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    expect(await appendOne(store, item("r", 7, [warned()]))).toEqual({ ok: false, why: "conflict" });
    expect(await appendOne(store, item("nobody", 1, [warned()]))).toEqual({ ok: false, why: "conflict" });
    expect(await typesOf(store, "r")).toEqual(["run.created"]);
  },
  "tells a known run id with the same request from one with another": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    const again = createItem("r", "w2", { id: "again" });
    expect(await appendOne(store, again)).toEqual({ ok: false, why: "exists" });
    const other = { ...again, create: { request: "hash-2", name: "review", format: 1 } };
    expect(await appendOne(store, other)).toEqual({ ok: false, why: "different_request" });
    expect(await typesOf(store, "r")).toEqual(["run.created"]);
  },
  "answers a repeated append as before and writes nothing": async ({ store }) => {
    expect(await appendOne(store, createItem("r", "w"))).toEqual({ ok: true, seq: 1 });
    expect(await appendOne(store, createItem("r", "w"))).toEqual({ ok: true, seq: 1 });
    const once = item("r", 1, [completed("a")], { release: {} });
    expect(await appendOne(store, once)).toEqual({ ok: true, seq: 2 });
    expect(await appendOne(store, once)).toEqual({ ok: true, seq: 2 });
    expect(await typesOf(store, "r")).toEqual(["run.created", "step.completed"]);
  },
  "answers each item of a batch; a refused one fails no neighbour": async ({ store }) => {
    await store.append([createItem("a", "w"), createItem("b", "w"), createItem("c", "w")]);
    const answers = await store.append([
      item("a", 1, [completed("x")]),
      item("b", 9, [completed("x"), runCompleted]),
      item("c", 1, [completed("x")], { fence: 5 }),
      createItem("a", "w", { id: "other" }),
      item("a", 2, [runCompleted]),
      createItem("d", "w"),
    ]);
    expect(answers).toEqual([
      { ok: true, seq: 2 },
      { ok: false, why: "conflict" },
      { ok: false, why: "fenced" },
      { ok: false, why: "exists" },
      { ok: true, seq: 3 },
      { ok: true, seq: 1 },
    ]);
    expect(await typesOf(store, "b")).toEqual(["run.created"]);
    expect(await typesOf(store, "c")).toEqual(["run.created"]);
    const { runs } = await store.list({ runs: ["b"], steps: true });
    expect(runs).toMatchObject([{ status: "running", seq: 1 }]);
  },
  "keeps the answers of calls made in one tick apart": async ({ store }) => {
    const ids = Array.from({ length: 50 }, (_, index) => `r${index}`);
    await Promise.all(ids.map((id) => appendOne(store, createItem(id, "w"))));
    const calls = ids.map((id, index) => appendOne(store, item(id, index % 2 === 0 ? 1 : 4, [warned()])));
    const answers = await Promise.all(calls);
    expect(answers.map((answer) => answer.ok)).toEqual(ids.map((_, index) => index % 2 === 0));
  },
  "accepts an append without events": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    expect(await appendOne(store, item("r", 1, [], { release: { dueAt: 9 } }))).toEqual({ ok: true, seq: 1 });
    expect((await store.list({})).runs).toMatchObject([{ status: "suspended", dueAt: 9, seq: 1 }]);
  },
  "reads all runs in commit order from a cursor": async ({ store, other = store }) => {
    for (const [index, run] of ["a", "b", "a", "b", "a"].entries()) {
      const seq = Math.floor(index / 2);
      await appendOne(store, seq === 0 ? createItem(run, "w") : item(run, seq, [warned(`${index}`)]));
    }
    const seen: string[] = [];
    let cursor = 0;
    for (let more = true; more; ) {
      const page = await other.read({ afterPos: cursor }, 2);
      seen.push(...page.events.map((event) => `${event.run}${event.seq}`));
      cursor = page.cursor;
      more = page.more;
    }
    expect(seen).toEqual(["a1", "b1", "a2", "b2", "a3"]);
    const end = await other.read({ afterPos: cursor });
    expect(end).toEqual({ events: [], cursor: 0, more: false });
  },
  "reads a run in pages": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    await appendOne(
      store,
      item(
        "r",
        1,
        Array.from({ length: 1_200 }, (_, index) => warned(`${index}`)),
      ),
    );
    const first = await store.read({ run: "r", afterSeq: 0 });
    expect([first.events.length, first.more]).toEqual([1_000, true]);
    const rest = await store.read({ run: "r", afterSeq: 1_000 });
    expect([rest.events.length, rest.more, rest.events.at(-1)?.seq]).toEqual([201, false, 1_201]);
    expect(await store.read({ run: "nobody", afterSeq: 0 })).toEqual({ events: [], cursor: 0, more: false });
  },
};
