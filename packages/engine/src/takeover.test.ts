import { createFakeClock, createMemoryRunStore } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createWorld, origin, tool, turns, within, workflow } from "./__fixtures__/world.js";

describe("two engines", () => {
  const flow = workflow([tool("a", "work"), tool("b", "work", { needs: ["a"] })]);

  it("given one run id at once, one drives and the other sees the same end", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    const calls: string[] = [];
    const operations = {
      work: (_: unknown, { step }: { step: string }) => {
        calls.push(step);
        return step;
      },
    };
    const one = createWorld({ clock, store, operations });
    const two = createWorld({ clock, store: store.handle(), operations });
    const request = { workflow: flow, origin, run: "same" };
    const handles = await within(clock, Promise.all([one.engine.start(request), two.engine.start(request)]));
    expect(handles.map((handle) => handle.created).sort()).toEqual([false, true]);
    const [a, b] = await within(clock, Promise.all(handles.map((handle) => handle.done)));
    expect(a).toEqual(b);
    expect(a?.status).toBe("completed");
    expect(calls).toEqual(["a", "b"]);
    await expect(one.engine.start({ ...request, workflow: workflow([]) })).rejects.toMatchObject({
      code: "run_conflict",
    });
    const late = await within(clock, two.engine.start(request));
    expect(late.created).toBe(false);
    expect((await within(clock, late.done)).status).toBe("completed");
    await Promise.all([one.engine.close(), two.engine.close()]);
  });

  it("given one run id twice in one engine, starts it once and attaches the other call", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    const append: typeof store.append = async (items) => {
      await turns();
      return store.append(items);
    };
    const { engine, events } = createWorld({ clock, store: { ...store, append }, operations: { work: () => 1 } });
    const request = { workflow: flow, origin, run: "twice" };
    const handles = await within(clock, Promise.all([engine.start(request), engine.start(request)]));
    expect(handles.map((handle) => handle.created)).toEqual([true, false]);
    const other = engine.start({ ...request, workflow: workflow([]) });
    await expect(within(clock, other)).rejects.toMatchObject({ code: "run_conflict" });
    for (const { done } of handles) expect(await within(clock, done)).toMatchObject({ status: "completed" });
    expect((await events("twice")).filter((event) => event.type === "run.created")).toHaveLength(1);
    await engine.close();
  });

  it("a driver that lost its lease writes nothing more and its attempts are aborted", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    let thaw: (() => void) | undefined;
    let frozen: Promise<void> | undefined;
    const slow = {
      ...store,
      poll: async (beat: Parameters<typeof store.poll>[0]) => {
        await frozen;
        return store.poll(beat);
      },
    };
    let wasAborted = false;
    const one = createWorld({
      clock,
      store: slow,
      operations: {
        work: (_, { signal }) =>
          new Promise((resolve) => {
            signal.addEventListener("abort", () => {
              wasAborted = true;
              resolve("late");
            });
          }),
      },
    });
    const two = createWorld({ clock, store: store.handle(), operations: { work: () => "second" } });
    const first = await within(clock, one.engine.start({ workflow: flow, origin, run: "r" }));
    await turns();
    frozen = new Promise((resolve) => {
      thaw = resolve;
    });
    const handle = await within(clock, two.engine.start({ workflow: flow, origin, run: "r" }));
    const summary = await within(clock, handle.done, { stepMs: 1_000 });
    expect(summary.status).toBe("completed");
    expect(two.spawner.swept).toHaveLength(1);
    expect(wasAborted).toBe(false);
    const before = await two.events("r");
    const taken = before.find((event) => event.type === "run.claimed" && event.data.cause === "takeover");
    expect(taken?.data).toMatchObject({ fence: 2, interrupted: ["a"] });
    thaw?.();
    expect(await within(clock, first.done)).toEqual(summary);
    expect(wasAborted).toBe(true);
    expect(await two.events("r")).toEqual(before);
    await Promise.all([one.engine.close(), two.engine.close()]);
    expect(await two.events("r")).toEqual(before);
  });

  it("gives a run up as poison after five takeovers without progress", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    const engines: ReturnType<typeof createWorld>[] = [];
    const dead = new Set<number>();
    const lifeline = (index: number) => {
      const handle = store.handle();
      return {
        ...handle,
        poll: (beat: Parameters<typeof handle.poll>[0]) =>
          dead.has(index) ? new Promise<never>(() => {}) : handle.poll(beat),
        onWake: undefined,
      };
    };
    for (let index = 0; index < 7; index += 1) {
      const { onWake: _, ...store } = lifeline(index);
      engines.push(
        createWorld({
          clock,
          store,
          operations: {
            work: () => {
              dead.add(index);
              return new Promise(() => {});
            },
          },
          worker: { claim: "any", ttlMs: 2_000, graceMs: 500 },
        }),
      );
    }
    const { engine } = engines[0] ?? createWorld();
    await within(clock, engine.start({ workflow: workflow([tool("a", "work")]), origin, run: "p" }));
    let summary = await engine.get("p");
    for (let step = 0; step < 400 && summary.status === "running"; step += 1) {
      clock.advance(250);
      await turns();
      summary = await engine.get("p");
    }
    expect(summary).toMatchObject({ status: "failed", reason: "poison", error: { code: "poison" } });
    expect(dead.size).toBe(5);
  });
});
