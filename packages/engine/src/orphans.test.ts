import { createFakeClock, createMemoryRunStore } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createWorld, origin, tool, turns, untilAborted, within, workflow } from "./__fixtures__/world.js";

const never = () => new Promise<never>(() => {});

/** A run `x` whose driver was killed in the middle of step `a`. */
async function orphaned(flow = workflow([tool("a", "work"), tool("b", "work", { needs: ["a"] })])) {
  const clock = createFakeClock();
  const dead = new Set<number>();
  const store = createMemoryRunStore({ clock, isDead: ({ pid }) => dead.has(pid) });
  const append: typeof store.append = (items) => (dead.size > 0 ? never() : store.append(items));
  const poll: typeof store.poll = (beat) => (dead.size > 0 ? never() : store.poll(beat));
  const owner = { host: "here", boot: "b", pid: 4_711, startedAt: "0" };
  const secrets = { TOKEN: "a secret of the driver" };
  const driver = createWorld({
    clock,
    store: { ...store, append, poll },
    operations: { work: never },
    worker: { owner },
    secrets,
  });
  await within(clock, driver.engine.start({ workflow: flow, origin, run: "x" }));
  await turns();
  dead.add(owner.pid);
  return { clock, store };
}

describe("cancel of a run that nobody drives", () => {
  it("takes it over from a driver that was killed, and resolves at its end", async () => {
    const { clock, store } = await orphaned();
    const { engine, spawner } = createWorld({ clock, store: store.handle(), operations: { work: () => 1 } });
    expect(await within(clock, engine.cancel("x", "ann"))).toBe("requested");
    expect(await engine.get("x")).toMatchObject({ status: "cancelled", steps: { a: "failed", b: "skipped" } });
    expect(spawner.swept).toHaveLength(1);
    await within(clock, engine.close());
  });

  it("needs nothing of what the run needs to go on", async () => {
    const { clock, store } = await orphaned(workflow([tool("a", "work")], { secrets: ["TOKEN"] }));
    const { engine } = createWorld({ clock, store: store.handle(), operations: { work: () => 1 } });
    await within(clock, engine.cancel("x", "ann"));
    expect(await engine.get("x")).toMatchObject({ status: "cancelled" });
  });

  it("ends a suspended run before the engine that asked for it has closed", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    const failed = () => ({ status: "failed" as const, error: { code: "exit", message: "no" } });
    const first = createWorld({ clock, store, operations: { work: failed } });
    const retry = { attempts: 3, delayMs: 600_000, maxDelayMs: 600_000, backoff: "constant" } as const;
    await within(clock, first.engine.start({ workflow: workflow([tool("a", "work", { retry })]), origin, run: "x" }));
    await turns(20);
    await within(clock, first.engine.close());
    expect((await store.list({ runs: ["x"] })).runs[0]).toMatchObject({ status: "suspended" });
    const other = store.handle();
    const second = createWorld({
      clock,
      store: { ...other, read: async (from, limit) => turns().then(() => other.read(from, limit)) },
      operations: { work: () => 1 },
    });
    const asked = second.engine.cancel("x", "ann");
    // Claimed, and its journal not read yet.
    while ((await store.list({ runs: ["x"] })).runs[0]?.worker === undefined) await turns(1);
    await within(clock, second.engine.close());
    expect(await asked).toBe("requested");
    expect(await first.engine.get("x")).toMatchObject({ status: "cancelled" });
  });

  it("leaves a run to the living worker that drives it", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    const work = (_: unknown, { signal }: { signal: AbortSignal }) => untilAborted(signal).then(() => 1);
    const one = createWorld({ clock, store, operations: { work } });
    const two = createWorld({ clock, store: store.handle(), operations: { work } });
    const { done } = await within(
      clock,
      one.engine.start({ workflow: workflow([tool("a", "work")]), origin, run: "x" }),
    );
    await turns();
    expect(await within(clock, two.engine.cancel("x", "ann"))).toBe("requested");
    expect(await within(clock, done)).toMatchObject({ status: "cancelled" });
    expect((await one.events("x")).filter((event) => event.type === "run.claimed")).toHaveLength(1);
    await Promise.all([one.engine.close(), two.engine.close()]);
  });
});

describe("a run that is taken over after its total time", () => {
  it("fails because of that, not because of the step that was interrupted", async () => {
    const { clock, store } = await orphaned(workflow([tool("a", "work")], { timeoutMs: 5_000 }));
    clock.advance(10_000);
    const { engine } = createWorld({ clock, store: store.handle(), operations: { work: () => 1 } });
    const { done } = await within(clock, engine.resume("x"));
    const summary = await within(clock, done);
    expect(summary).toMatchObject({ status: "failed", reason: "timeout", error: { code: "timeout" } });
    // With a new total time it can go on.
    const again = await within(clock, engine.resume("x"));
    expect(await within(clock, again.done)).toMatchObject({ status: "completed" });
  });
});
