import { createFakeClock, createMemoryRunStore } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createWorld, origin, tool, turns, within, workflow } from "./__fixtures__/world.js";
import { Slots } from "./slots.js";

const never = () => new Promise<never>(() => {});

describe("places of what the store refused", () => {
  it("are given back by the loser of a create race, which can start everything when it takes over", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    const limits = { inProcess: 2 };
    let isDead = false;
    const poll: typeof store.poll = (beat) => (isDead ? never() : store.poll(beat));
    const first = createWorld({ clock, store: { ...store, poll }, operations: { work: never }, engine: { limits } });
    const calls: string[] = [];
    const work = (_: unknown, { step }: { step: string }) => calls.push(step);
    const second = createWorld({ clock, store: store.handle(), operations: { work }, engine: { limits } });
    const flow = workflow([tool("a", "work"), tool("b", "work"), tool("c", "work", { needs: ["a"] })]);
    const request = { workflow: flow, origin, run: "x" };
    const starts = Promise.all([first.engine.start(request), second.engine.start(request)]);
    const [winner, loser] = await within(clock, starts);
    expect([winner.created, loser.created]).toEqual([true, false]);
    isDead = true;
    expect(await within(clock, loser.done, { stepMs: 1_000 })).toMatchObject({ status: "completed" });
    expect(calls.sort()).toEqual(["a", "b", "c"]);
  });

  it("are free for other runs after a run was fenced", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    let isFenced = false;
    const append: typeof store.append = async (items) =>
      isFenced && items.some((item) => item.run === "x")
        ? items.map(() => ({ ok: false, why: "fenced" }))
        : store.append(items);
    const operations = {
      work: () => {
        isFenced = true;
        return 1;
      },
      later: () => 2,
    };
    const { engine } = createWorld({
      clock,
      store: { ...store, append },
      operations,
      engine: { limits: { inProcess: 1 } },
    });
    const flow = workflow([tool("a", "work"), tool("b", "later", { needs: ["a"] })]);
    await within(clock, engine.start({ workflow: flow, origin, run: "x" }));
    await turns(10);
    const other = await within(clock, engine.start({ workflow: workflow([tool("y", "later")]), origin, run: "y" }));
    expect(await within(clock, other.done)).toMatchObject({ status: "completed" });
  });
});

describe("a place that came free", () => {
  it("goes on to the next run when the one that was woken for it skips its step", async () => {
    const clock = createFakeClock();
    const ends: (() => void)[] = [];
    const slow = () => new Promise<number>((resolve) => ends.push(() => resolve(1)));
    const { engine } = createWorld({
      clock,
      operations: { slow, work: () => 1 },
      engine: { limits: { inProcess: 1 } },
    });
    const steps = [tool("z", "slow"), tool("x", "work", { if: "1 == 2" }), tool("y", "work")];
    const handles: Awaited<ReturnType<typeof engine.start>>[] = [];
    for (const step of steps) {
      handles.push(await within(clock, engine.start({ workflow: workflow([step]), origin, run: step.id })));
      await turns();
    }
    for (const end of ends) end();
    for (const { done } of handles) expect(await within(clock, done)).toMatchObject({ status: "completed" });
  });

  it("is counted for its own pool: who waits for another kind does not stand in the way", () => {
    const slots = new Slots<string>({ processes: 1, inProcess: 1, agents: 1 });
    for (const pool of ["processes", "inProcess", "agents"] as const) slots.wait(`waits for ${pool}`, pool);
    expect([...slots.wake()]).toEqual(["waits for processes", "waits for inProcess", "waits for agents"]);
    expect(slots.hasMatch).toBe(false);
  });
});

describe("an attempt that cannot be started", () => {
  it("ends its step and gives its place back, and the others of its tick start", async () => {
    const clock = createFakeClock();
    const broken = {
      ...clock,
      after: (ms: number, call: () => void, hold?: boolean) => {
        if (ms === 7) throw new Error("no timer");
        return clock.after(ms, call, hold);
      },
    };
    const { engine } = createWorld({
      clock: broken,
      operations: { work: () => 1 },
      engine: { limits: { inProcess: 2 } },
    });
    const steps = [tool("a", "work", { timeoutMs: 7, onError: "continue" }), tool("b", "work"), tool("c", "work")];
    const { done } = await within(clock, engine.start({ workflow: workflow(steps), origin }));
    const summary = await within(clock, done);
    expect(summary).toMatchObject({ status: "completed", steps: { a: "failed", b: "completed", c: "completed" } });
  });
});
