import { expect } from "vitest";
import {
  appendOne,
  beatOf,
  claiming,
  createItem,
  farOwner,
  item,
  lease,
  message,
  type RunStoreTest,
  runCompleted,
  warned,
} from "./run-store-fixture.js";

const expired = lease.ttlMs + lease.graceMs;

/** Claims and leases. */
export const claimTests: Readonly<Record<string, RunStoreTest>> = {
  "hands a queued run to one worker with fence 1": async ({ store, other = store }) => {
    await appendOne(store, createItem("r"));
    const [a, b] = await Promise.all([store.poll(claiming("w1")), other.poll(claiming("w2"))]);
    expect([...a.claimed, ...b.claimed]).toEqual([{ run: "r", fence: 1, seq: 1, cause: "start" }]);
  },
  "shares many runs out without giving one twice": async ({ store, other = store }) => {
    const ids = Array.from({ length: 60 }, (_, index) => `r${index}`);
    await store.append(ids.map((id) => createItem(id)));
    const polls = Array.from({ length: 20 }, (_, index) => {
      const handle = index % 2 === 0 ? store : other;
      return handle.poll(claiming(`w${index % 4}`, {}, 5));
    });
    const claimed = (await Promise.all(polls)).flatMap((polled) => polled.claimed.map((claim) => claim.run));
    expect([...claimed].sort()).toEqual([...ids].sort());
  },
  "claims at most as many as asked, of known formats and of the runs asked for": async ({ store }) => {
    await store.append(["a", "b", "c"].map((id) => createItem(id)));
    const strange = createItem("d");
    await appendOne(store, { ...strange, create: { request: "h", name: "n", format: 2 } });
    expect((await store.poll(beatOf("w"))).claimed).toEqual([]);
    expect((await store.poll(claiming("w", {}, 1))).claimed.map((claim) => claim.run)).toEqual(["a"]);
    const named = { max: 5, formats: [1], runs: ["c", "d", "a"] };
    const only = await store.poll(beatOf("w", { held: ["a"], claim: named }));
    expect(only.claimed.map((claim) => claim.run)).toEqual(["c"]);
    expect((await store.poll(claiming("w"))).claimed.map((claim) => claim.run)).toEqual(["b"]);
    const both = await store.poll(beatOf("w", { claim: { max: 5, formats: [1, 2] } }));
    expect(both.claimed.map((claim) => claim.run)).toEqual(["d"]);
  },
  "a run claimed at its creation belongs to its creator": async ({ store, other = store }) => {
    await store.poll(beatOf("w1"));
    await appendOne(store, createItem("r", "w1"));
    expect((await other.poll(claiming("w2"))).claimed).toEqual([]);
    expect((await store.poll(beatOf("w1", { held: ["r"] }))).lost).toEqual([]);
    expect(await appendOne(store, item("r", 1, [warned()]))).toEqual({ ok: true, seq: 2 });
  },
  "gives a released run out when it is due, never before": async ({ store }) => {
    await appendOne(store, createItem("r", "w1"));
    await appendOne(store, item("r", 1, [warned()], { release: { dueAt: 5_000 } }));
    expect((await store.poll(claiming("w2", { now: 4_999 }))).claimed).toEqual([]);
    const { claimed } = await store.poll(claiming("w2", { now: 5_000 }));
    expect(claimed).toEqual([{ run: "r", fence: 2, seq: 2, cause: "due" }]);
  },
  "gives a released run out when it gets a message, with the message": async ({ store, other = store }) => {
    await appendOne(store, createItem("r", "w1"));
    await appendOne(store, item("r", 1, [warned()], { release: {} }));
    expect((await store.poll(claiming("w2"))).claimed).toEqual([]);
    await other.post([message("r", "m1")]);
    const polled = await store.poll(claiming("w2"));
    expect(polled.claimed).toEqual([{ run: "r", fence: 2, seq: 2, cause: "inbox" }]);
    expect(polled.messages).toMatchObject([message("r", "m1")]);
  },
  "never gives out an ended run": async ({ store }, clock) => {
    await appendOne(store, createItem("r", "w1"));
    await appendOne(store, item("r", 1, [runCompleted]));
    expect(await appendOne(store, item("r", 2, [warned()]))).toEqual({ ok: false, why: "fenced" });
    await store.poll(claiming("w2"));
    clock.advance(expired);
    expect((await store.poll(claiming("w2"))).claimed).toEqual([]);
  },
  "takes over from a worker that was silent for its lease and the grace": async ({ store, other = store }, clock) => {
    const { claimed } = await setUp(store);
    expect(claimed).toHaveLength(1);
    await other.poll(claiming("w2"));
    clock.advance(expired - 1);
    expect((await other.poll(claiming("w2"))).claimed).toEqual([]);
    clock.advance(1);
    const taken = await other.poll(claiming("w2"));
    expect(taken.claimed).toEqual([
      { run: "r", fence: 2, seq: 1, cause: "takeover", from: { worker: "w1", owner: farOwner } },
    ]);
    const back = await store.poll(beatOf("w1", { held: ["r"] }));
    expect(back.lost).toEqual(["r"]);
    expect(await appendOne(store, item("r", 1, [warned()]))).toEqual({ ok: false, why: "fenced" });
    expect(await appendOne(other, item("r", 1, [warned()], { fence: 2, id: "w2" }))).toEqual({ ok: true, seq: 2 });
  },
  "tells a silent worker of a run that another took over and gave back": async ({ store, other = store }, clock) => {
    await setUp(store);
    await other.poll(claiming("w2"));
    clock.advance(expired);
    expect((await other.poll(claiming("w2"))).claimed).toHaveLength(1);
    await appendOne(other, item("r", 1, [runCompleted], { fence: 2 }));
    expect((await store.poll(beatOf("w1", { held: ["r"] }))).lost).toEqual(["r"]);
  },
  "a beat renews the lease": async ({ store, other = store }, clock) => {
    await setUp(store);
    for (let round = 0; round < 5; round += 1) {
      expect((await other.poll(claiming("w2"))).claimed).toEqual([]);
      clock.advance(lease.ttlMs);
      await store.poll(beatOf("w1", { held: ["r"] }));
    }
    expect((await other.poll(claiming("w2"))).claimed).toEqual([]);
  },
  "jumps of the wall clock steal nothing": async ({ store, other = store }, clock) => {
    await setUp(store);
    await other.poll(claiming("w2", { now: clock.now() }));
    for (const jump of [86_400_000, -172_800_000, 31_536_000_000]) {
      clock.jump(jump);
      expect((await other.poll(claiming("w2", { now: clock.now() }))).claimed).toEqual([]);
    }
    expect((await store.poll(beatOf("w1", { held: ["r"], now: clock.now() }))).lost).toEqual([]);
  },
  "a claim at creation by a worker without a beat expires too": async ({ store }, clock) => {
    await appendOne(store, createItem("r", "ghost"));
    expect((await store.poll(claiming("w2"))).claimed).toEqual([]);
    clock.advance(expired);
    expect((await store.poll(claiming("w2"))).claimed).toMatchObject([
      { cause: "takeover", from: { worker: "ghost" } },
    ]);
  },
  "gives back what a leaving worker held: waiting, and due at once": async ({ store, other = store }) => {
    await setUp(store);
    expect((await other.poll(claiming("w2"))).claimed).toEqual([]);
    const left = await store.poll(claiming("w1", { held: ["r"], leave: true }));
    expect(left).toEqual({ lost: [], claimed: [], messages: [] });
    const [row] = (await other.list({})).runs;
    expect(row).toMatchObject({ status: "suspended", dueAt: 1_000 });
    expect(row?.worker).toBeUndefined();
    expect(await appendOne(store, item("r", 1, [warned()]))).toEqual({ ok: false, why: "fenced" });
    const { claimed } = await other.poll(claiming("w2"));
    expect(claimed).toEqual([{ run: "r", fence: 2, seq: 1, cause: "due" }]);
  },
  "gives back ended runs of a leaving worker for good": async ({ store, other = store }) => {
    await appendOne(store, createItem("r", "w1"));
    await appendOne(store, item("r", 1, [runCompleted]));
    await store.post([message("r", "m1", "resume")]);
    expect((await store.poll(claiming("w1"))).claimed).toMatchObject([{ cause: "inbox" }]);
    await appendOne(store, item("r", 2, [], { fence: 2, consume: await unreadOf(store, "w1") }));
    await store.poll(beatOf("w1", { held: ["r"], leave: true }));
    const [row] = (await other.list({})).runs;
    expect(row).toMatchObject({ status: "completed" });
    expect(row?.dueAt ?? row?.worker).toBeUndefined();
    expect((await other.poll(claiming("w2"))).claimed).toEqual([]);
  },
  "gives back what its worker has not named for its lease": async ({ store, other = store }, clock) => {
    await setUp(store);
    for (let round = 0; round < 3; round += 1) {
      await store.poll(beatOf("w1"));
      clock.advance(lease.ttlMs - 1);
      // Named once, it is held as before: a claim may be younger than the list of an overtaken beat.
      await store.poll(beatOf("w1", { held: ["r"] }));
    }
    await store.poll(beatOf("w1"));
    clock.advance(lease.ttlMs - 1);
    await store.poll(beatOf("w1"));
    expect((await other.poll(claiming("w2"))).claimed).toEqual([]);
    clock.advance(1);
    await store.poll(beatOf("w1"));
    expect((await other.poll(claiming("w2"))).claimed).toEqual([{ run: "r", fence: 2, seq: 1, cause: "due" }]);
  },
  "gives a run again to its own worker that dropped it and asks for it by name": async ({ store, other = store }) => {
    await setUp(store);
    const named = { claim: { max: 1, formats: [1], runs: ["r"] } };
    expect((await other.poll(beatOf("w2", named))).claimed).toEqual([]);
    expect((await store.poll(beatOf("w1", { ...named, held: ["r"] }))).claimed).toEqual([]);
    expect((await store.poll(beatOf("w1", named))).claimed).toMatchObject([{ run: "r", fence: 2, cause: "takeover" }]);
    expect(await appendOne(store, item("r", 1, [warned()]))).toEqual({ ok: false, why: "fenced" });
  },
  "a worker that idled, was forgotten and comes back keeps its runs": async ({ store, other = store }, clock) => {
    await store.poll(beatOf("w1"));
    for (let passed = 0; passed <= expired; passed += 1_000) {
      await other.poll(claiming("w2"));
      clock.advance(1_000);
    }
    await store.poll(beatOf("w1"));
    await appendOne(store, createItem("r", "w1"));
    expect((await other.poll(claiming("w2"))).claimed).toEqual([]);
  },
  "frees at once what a dead process of this host held": async ({ store, other = store, deadOwner }) => {
    if (deadOwner === undefined) return;
    await appendOne(store, createItem("r"));
    await store.poll(claiming("w1", { owner: deadOwner }));
    const { claimed } = await other.poll(claiming("w2", { owner: { ...deadOwner, pid: 1 } }));
    expect(claimed).toMatchObject([{ run: "r", cause: "takeover", from: { worker: "w1", owner: deadOwner } }]);
  },
  "takes over one by one as far as asked": async ({ store, other = store }, clock) => {
    await store.append(["a", "b", "c"].map((id) => createItem(id)));
    await store.poll(claiming("w1"));
    await other.poll(claiming("w2"));
    clock.advance(expired);
    const first = await other.poll(claiming("w2", {}, 2));
    expect(first.claimed.map((claim) => claim.run)).toEqual(["a", "b"]);
    const back = await store.poll(beatOf("w1", { held: ["a", "b", "c"] }));
    expect(back.lost).toEqual(["a", "b"]);
    const held = { held: ["a", "b"] };
    expect((await other.poll(claiming("w2", held))).claimed).toEqual([]);
  },
};

/** Positions of the messages that wait for this worker's run `r`. */
async function unreadOf(store: Parameters<RunStoreTest>[0]["store"], worker: string): Promise<readonly number[]> {
  const { messages } = await store.poll(beatOf(worker, { held: ["r"] }));
  return messages.map((one) => one.pos);
}

/** Worker `w1` holds run `r`. */
async function setUp(store: Parameters<RunStoreTest>[0]["store"]) {
  await appendOne(store, createItem("r"));
  return store.poll(claiming("w1"));
}
