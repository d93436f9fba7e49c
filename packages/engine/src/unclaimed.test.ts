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
