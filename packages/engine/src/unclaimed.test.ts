import { AiwError, type Spawner } from "@aiw/core";
import { createFakeClock, createMemoryRunStore } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createWorld, origin, tool, turns, untilAborted, within, workflow } from "./__fixtures__/world.js";

const flow = workflow([tool("a", "work")]);

describe("an engine that is closing", () => {
  it("claims nothing and starts nothing, also of what a heartbeat under way has claimed", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    let end = () => {};
    const started: string[] = [];
    const stubborn = () =>
      new Promise<number>((resolve) => {
        end = () => resolve(1);
      });
    const work = (_: unknown, { step, signal }: { step: string; signal: AbortSignal }) => {
      started.push(step);
      return untilAborted(signal).then(() => 1);
    };
    let isSlow = false;
    const poll: typeof store.poll = async (beat) => {
      const polled = await store.poll(beat);
      if (isSlow) await turns();
      return polled;
    };
    const { engine } = createWorld({
      clock,
      store: { ...store, poll },
      operations: { stubborn, work },
      worker: { claim: "any" },
    });
    await within(clock, engine.start({ workflow: workflow([tool("z", "stubborn")]), origin, run: "x" }));
    const queue = async (run: string) => {
      const data = { workflow: flow, hash: "h", inputs: {}, origin, trigger: "manual" };
      const create = { request: "r", name: run, format: 1 };
      const events = [{ type: "run.created", data }] as const;
      await store.append([{ run, id: run, expect: 0, fence: 0, events, at: clock.now(), create }]);
    };
    isSlow = true;
    await queue("claimed");
    clock.advance(1_000);
    await turns(1);
    const closing = engine.close();
    isSlow = false;
    await turns();
    await queue("later");
    for (let second = 0; second < 5; second += 1) {
      clock.advance(1_000);
      await turns();
    }
    end();
    await within(clock, closing, { steps: 50 });
    expect(started).toEqual([]);
    const other = createWorld({
      clock,
      store: store.handle(),
      operations: { work: () => 1 },
      worker: { claim: "any" },
    });
    for (let second = 0; second < 3; second += 1) {
      clock.advance(1_000);
      await turns(10);
    }
    for (const run of ["claimed", "later"]) expect((await other.engine.get(run)).status).toBe("completed");
  });
});

describe("an ended run", () => {
  it("is given back after a message that came too late, so that anybody can take it up again", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    const failed = () => ({ status: "failed" as const, error: { code: "exit", message: "no" } });
    const one = createWorld({ clock, store, operations: { work: failed } });
    const { done } = await within(clock, one.engine.start({ workflow: flow, origin, run: "x" }));
    expect((await within(clock, done)).status).toBe("failed");
    const data = { by: "ann", reopen: false, interrupted: "retry" };
    await store.post([{ run: "x", id: "late", type: "resume", data, at: clock.now() }]);
    const server = createWorld({ clock, store: store.handle(), operations: {}, worker: { claim: "any" } });
    for (let second = 0; second < 5; second += 1) {
      clock.advance(1_000);
      await turns();
    }
    const row = (await store.list({ runs: ["x"] })).runs[0];
    expect(row?.fence).toBe(2);
    expect(row?.worker).toBeUndefined();
    await within(clock, server.engine.close());
    const other = createWorld({ clock, store: store.handle(), operations: { work: () => 1 } });
    const again = await within(clock, other.engine.resume("x"));
    expect(await within(clock, again.done)).toMatchObject({ status: "completed" });
  });
});

/** A run `x` in step `a` whose driver fell silent, and a handle for the next one. */
async function silent() {
  const clock = createFakeClock();
  const store = createMemoryRunStore({ clock });
  let isSilent = false;
  const poll: typeof store.poll = (beat) => (isSilent ? new Promise<never>(() => {}) : store.poll(beat));
  const operations = { work: () => new Promise<never>(() => {}) };
  const first = createWorld({ clock, store: { ...store, poll }, operations });
  await within(clock, first.engine.start({ workflow: flow, origin, run: "x" }));
  await turns();
  isSilent = true;
  return { clock, store, handle: store.handle() };
}

describe("a run that was claimed and could not be driven", () => {
  it("is given back when its journal could not be read, and any worker goes on with it", async () => {
    const { clock, store, handle } = await silent();
    let isBusy = true;
    const read: typeof handle.read = async (from, limit) => {
      if (isBusy) throw new AiwError("store_busy", "busy", { retryable: true });
      return handle.read(from, limit);
    };
    createWorld({ clock, store: { ...handle, read }, operations: { work: () => 1 }, worker: { claim: "any" } });
    for (let second = 0; second < 22; second += 1) {
      clock.advance(1_000);
      await turns();
    }
    expect((await store.list({ runs: ["x"] })).runs[0]?.fence).toBe(2);
    expect((await store.list({ runs: ["x"] })).runs[0]?.worker).toBeUndefined();
    const third = createWorld({ clock, store: store.handle(), operations: { work: () => 1 } });
    const { done } = await within(clock, third.engine.resume("x"));
    isBusy = false;
    expect(await within(clock, done)).toMatchObject({ status: "completed" });
  });

  it("is tried again for who waits for it, also when giving it back fails at first", async () => {
    const { clock, handle } = await silent();
    let failures = 0;
    const fail = () => {
      failures += 1;
      throw new AiwError("store_busy", "busy", { retryable: true });
    };
    const store: typeof handle = {
      ...handle,
      read: (from, limit) => (failures === 1 ? fail() : handle.read(from, limit)),
      append: (items) => (failures === 2 && items[0]?.release !== undefined ? fail() : handle.append(items)),
    };
    const poll: typeof handle.poll = async (beat) => {
      const polled = await handle.poll(beat);
      if (polled.claimed.length > 0 && failures === 0) failures = 1;
      return polled;
    };
    const { engine } = createWorld({ clock, store: { ...store, poll }, operations: { work: () => 1 } });
    const { done } = await within(clock, engine.resume("x"));
    expect(await within(clock, done)).toMatchObject({ status: "completed" });
    expect(failures).toBe(3);
  });

  it("starts nothing anew while something of its interrupted attempt resists being killed", async () => {
    const { clock, store, handle } = await silent();
    let alive = 3;
    const calls: number[] = [];
    const spawner: Spawner = {
      containment: "group",
      run: () => Promise.reject(new Error("no program")),
      // Each sweep says how many it has found.
      sweep: async () => {
        alive -= 1;
        return Math.max(0, alive);
      },
      close: async () => {},
    };
    const work = () => calls.push(alive);
    const { engine } = createWorld({ clock, store: handle, operations: { work }, engine: { spawner } });
    const { done } = await within(clock, engine.resume("x"));
    expect(await within(clock, done)).toMatchObject({ status: "completed" });
    expect(calls).toEqual([0]);
    const claims = (await store.read({ run: "x", afterSeq: 0 })).events.filter((event) => event.type === "run.claimed");
    expect(claims.map((event) => event.data.fence)).toEqual([1, 3]);
  });
});
