import { expect } from "vitest";
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

/** Posting, delivering and consuming messages. */
export const inboxTests: Readonly<Record<string, RunStoreTest>> = {
  "keeps a message once and tells what became of it": async ({ store, other = store }) => {
    await appendOne(store, createItem("r", "w"));
    const answers = await other.post([message("r", "m1"), message("r", "m1"), message("nobody", "m1")]);
    expect(answers).toEqual(["posted", "duplicate", "unknown_run"]);
    expect(await store.post([message("r", "m1"), message("r", "m2")])).toEqual(["duplicate", "posted"]);
  },
  "does not touch the run when something is posted": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    const [before] = (await store.list({})).runs;
    await store.post([message("r", "m1", "cancel")]);
    expect((await store.list({})).runs).toEqual([before]);
    expect(await appendOne(store, item("r", 1, [warned()]))).toEqual({ ok: true, seq: 2 });
  },
  "delivers unread messages of held runs, oldest first, until they are consumed": async ({ store, other = store }) => {
    await store.append([createItem("a", "w"), createItem("b", "w"), createItem("c", "w")]);
    await other.post([message("b", "m1"), message("a", "m2"), message("c", "m3"), message("b", "m4", "cancel")]);
    const held = ["a", "b"];
    const first = await store.poll(beatOf("w", { held }));
    expect(first.messages).toMatchObject([message("b", "m1"), message("a", "m2"), message("b", "m4", "cancel")]);
    expect((await store.poll(beatOf("w", { held }))).messages).toEqual(first.messages);
    const consume = first.messages.filter((one) => one.run === "b").map((one) => one.pos);
    await appendOne(store, item("b", 1, [warned()], { consume }));
    expect((await store.poll(beatOf("w", { held }))).messages).toMatchObject([message("a", "m2")]);
    expect(await other.post([message("b", "m1")])).toEqual(["duplicate"]);
  },
  "does not consume when the append is refused": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    await store.post([message("r", "m1")]);
    const { messages } = await store.poll(beatOf("w", { held: ["r"] }));
    const consume = messages.map((one) => one.pos);
    expect(await appendOne(store, item("r", 5, [warned()], { consume }))).toMatchObject({ ok: false });
    expect((await store.poll(beatOf("w", { held: ["r"] }))).messages).toEqual(messages);
  },
  "answers messages to an ended run with `ended` and keeps them not": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    await appendOne(store, item("r", 1, [runCompleted], { release: {} }));
    expect(await store.post([message("r", "m1", "cancel"), message("r", "m2")])).toEqual(["ended", "ended"]);
    expect((await store.poll(claiming("w2"))).claimed).toEqual([]);
  },
  "keeps a resume for an ended run, which wakes it": async ({ store, other = store }) => {
    await appendOne(store, createItem("r", "w"));
    await appendOne(store, item("r", 1, [runCompleted], { release: {} }));
    expect(await other.post([message("r", "m1", "resume")])).toEqual(["posted"]);
    const polled = await store.poll(claiming("w2"));
    expect(polled.claimed).toEqual([{ run: "r", fence: 2, seq: 2, cause: "inbox" }]);
    expect(polled.messages).toMatchObject([message("r", "m1", "resume")]);
    expect((await store.list({})).runs).toMatchObject([{ status: "completed", worker: "w2" }]);
    const consume = polled.messages.map((one) => one.pos);
    expect(await appendOne(store, item("r", 2, [warned()], { fence: 2, consume }))).toMatchObject({ ok: true });
    expect(await appendOne(store, item("r", 3, [], { fence: 2, release: {} }))).toMatchObject({ ok: true });
    expect((await store.list({})).runs).toMatchObject([{ status: "completed", seq: 3 }]);
    expect((await store.poll(claiming("w3"))).claimed).toEqual([]);
  },
  "keeps an undo for an ended run, which wakes it": async ({ store, other = store }) => {
    await appendOne(store, createItem("r", "w"));
    await store.post([message("r", "m1", "undo"), message("r", "m2", "signal")]);
    await appendOne(store, item("r", 1, [runCompleted]));
    expect(await other.post([message("r", "m3", "undo"), message("r", "m4", "signal")])).toEqual(["posted", "ended"]);
    const polled = await store.poll(claiming("w2"));
    expect(polled.claimed).toEqual([{ run: "r", fence: 2, seq: 2, cause: "inbox" }]);
    expect(polled.messages).toMatchObject([message("r", "m1", "undo"), message("r", "m3", "undo")]);
  },
  "delivers messages of every type": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    const types = ["cancel", "resume", "answer", "signal", "child", "undo"] as const;
    await store.post(types.map((type) => message("r", type, type)));
    const { messages } = await store.poll(beatOf("w", { held: ["r"] }));
    expect(messages.map(({ type }) => type)).toEqual(types);
  },
  "a message that arrived too late does not wake the ended run": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    await store.post([message("r", "m1", "cancel")]);
    await appendOne(store, item("r", 1, [runCompleted]));
    expect((await store.poll(claiming("w2"))).claimed).toEqual([]);
    expect(await store.post([message("r", "m1", "cancel")])).toEqual(["duplicate"]);
  },
  "wakes listeners when something is posted, until they are stopped": async ({ store, other }, clock) => {
    if (store.onWake === undefined) return;
    await appendOne(store, createItem("r", "w"));
    let calls = 0;
    const stop = store.onWake(() => {
      calls += 1;
    });
    clock.advance(100);
    await Promise.resolve();
    calls = 0;
    await (other ?? store).post([message("r", "m1")]);
    await Promise.resolve();
    clock.advance(100);
    expect(calls).toBeGreaterThan(0);
    stop();
    await Promise.resolve();
    calls = 0;
    await (other ?? store).post([message("r", "m2")]);
    await Promise.resolve();
    clock.advance(1_000);
    expect([calls, clock.pending()]).toEqual([0, 0]);
  },
};
