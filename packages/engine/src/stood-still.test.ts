import { createFakeClock, createMemoryRunStore, type FakeClock } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createWorld, origin, script, tool, turns, within, workflow } from "./__fixtures__/world.js";

const flow = workflow([tool("a", "work")]);
const never = () => new Promise<never>(() => {});

/** A store handle that stands still, as that of a stopped process does. */
function freezable(clock: FakeClock) {
  const store = createMemoryRunStore({ clock });
  let frozen: Promise<void> | undefined;
  let thaw = () => {};
  const freeze = () => {
    frozen = new Promise((resolve) => {
      thaw = resolve;
    });
  };
  const handle: typeof store = {
    ...store,
    poll: async (beat) => {
      await frozen;
      return store.poll(beat);
    },
    append: async (items) => {
      const answers = await store.append(items);
      await frozen;
      return answers;
    },
  };
  return {
    store,
    handle,
    freeze,
    thaw: () => {
      frozen = undefined;
      thaw();
    },
  };
}

async function pass(clock: FakeClock, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    clock.advance(1_000);
    await turns();
  }
}

describe("a driver that stood still for longer than its lease", () => {
  it("starts nothing of what it had just committed when another has taken the run over", async () => {
    const clock = createFakeClock();
    const { store, handle, freeze, thaw } = freezable(clock);
    const log: string[] = [];
    const work = (name: string) => () => {
      log.push(name);
      return never();
    };
    const one = createWorld({ clock, store: handle, operations: { work: work("one starts") } });
    const two = createWorld({ clock, store: store.handle(), operations: { work: work("two starts") } });
    const starting = one.engine.start({ workflow: flow, origin, run: "x" });
    // Its heartbeat was before: what stands still is the answer to its first append.
    await turns(1);
    freeze();
    await turns(10);
    await within(clock, two.engine.resume("x"));
    await pass(clock, 30);
    thaw();
    await starting;
    await pass(clock, 3);
    expect(log).toEqual(["two starts"]);
  });

  it("starts it after a heartbeat when nobody has", async () => {
    const clock = createFakeClock();
    const { handle, freeze, thaw } = freezable(clock);
    const { engine, events } = createWorld({ clock, store: handle, operations: { work: () => 1 } });
    const starting = engine.start({ workflow: flow, origin, run: "x" });
    await turns(1);
    freeze();
    await turns(10);
    await pass(clock, 30);
    expect((await events("x")).map((event) => event.type)).toContain("step.started");
    thaw();
    const { done } = await starting;
    expect(await within(clock, done)).toMatchObject({ status: "completed" });
    expect((await events("x")).filter((event) => event.type === "step.started")).toHaveLength(1);
  });

  it("journals what it had not started yet as interrupted when it closes", async () => {
    const clock = createFakeClock();
    const { handle, freeze, thaw } = freezable(clock);
    const poll: typeof handle.poll = async (beat) => {
      const polled = await handle.poll(beat);
      // The heartbeat that is to prove the claim finds the engine closing.
      if (clock.monotonic() >= 30_000) closing ??= world.engine.close();
      return polled;
    };
    let closing: Promise<void> | undefined;
    const calls: string[] = [];
    const work = () => calls.push("a");
    const world = createWorld({ clock, store: { ...handle, poll }, operations: { work } });
    const starting = world.engine.start({ workflow: flow, origin, run: "x" });
    await turns(1);
    freeze();
    await turns(10);
    await pass(clock, 30);
    thaw();
    await expect((await starting).done).rejects.toMatchObject({ code: "closed" });
    await closing;
    expect(calls).toEqual([]);
    const last = (await world.events("x")).at(-1);
    expect(last).toMatchObject({ type: "step.attempt_failed", data: { interrupted: true, next: { do: "retry" } } });
  });

  it("starts no program of an attempt that was under way when the run was lost", async () => {
    const clock = createFakeClock();
    const { store, handle, freeze, thaw } = freezable(clock);
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const one = createWorld({
      clock,
      store: handle,
      operations: {
        work: async (_, { spawner, cwd, signal }) => {
          await gate;
          await spawner.run({ command: "true", cwd }, signal);
          return 1;
        },
      },
    });
    const two = createWorld({ clock, store: store.handle(), operations: { work: () => 2 } });
    const { done } = await within(clock, one.engine.start({ workflow: flow, origin, run: "x" }));
    await turns();
    freeze();
    await within(clock, two.engine.resume("x"));
    await pass(clock, 30);
    go();
    await turns();
    thaw();
    expect(await within(clock, done)).toMatchObject({ status: "completed" });
    expect(one.spawner.specs).toEqual([]);
  });
});

describe("a program that its keeper ended while the driver stood still", () => {
  const killed = { exitCode: null, signal: "SIGKILL", ended: "exit" } as const;

  async function standStill(onInterrupt: "retry" | "fail", order: "exit first" | "heartbeat first") {
    const clock = createFakeClock();
    const { handle, freeze, thaw } = freezable(clock);
    let kill = () => {};
    const gate = new Promise<void>((resolve) => {
      kill = resolve;
    });
    let count = 0;
    const scripts = async () => {
      count += 1;
      if (count > 1) return {};
      await gate;
      return killed;
    };
    const { engine, events } = createWorld({ clock, store: handle, scripts });
    const steps = [script("a", "sleep 60", { onInterrupt })];
    const { done } = await within(clock, engine.start({ workflow: workflow(steps), origin, run: "x" }));
    while (count === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    freeze();
    await pass(clock, 20);
    if (order === "exit first") kill();
    await turns();
    thaw();
    await pass(clock, 2);
    kill();
    const summary = await within(clock, done);
    const ends = (await events("x")).filter((event) => event.type === "step.attempt_failed");
    return { summary, ends };
  }

  it.each(["exit first", "heartbeat first"] as const)("was interrupted: it is made again (%s)", async (order) => {
    const { summary, ends } = await standStill("retry", order);
    expect(summary).toMatchObject({ status: "completed" });
    expect(ends.map((event) => event.data)).toMatchObject([{ interrupted: true, next: { do: "retry" } }]);
  });

  it("was interrupted: `on-interrupt` says what follows", async () => {
    const { summary } = await standStill("fail", "heartbeat first");
    expect(summary).toMatchObject({ status: "failed", error: { code: "interrupted" } });
  });

  it("was killed by somebody else when the driver did not stand still", async () => {
    const clock = createFakeClock();
    const { engine } = createWorld({ clock, scripts: () => killed });
    const { done } = await within(clock, engine.start({ workflow: workflow([script("a", "a")]), origin }));
    expect(await within(clock, done)).toMatchObject({ status: "failed", error: { code: "killed" } });
  });
});
