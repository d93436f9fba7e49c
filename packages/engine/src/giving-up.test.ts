import { createFakeClock } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createWorld, fakeAgent, origin, tool, turns, within, workflow } from "./__fixtures__/world.js";

/** A tool and an agent that do not look at their signal; `end` lets them all come to their end. */
function deafWorld(giveUpMs?: number) {
  const clock = createFakeClock();
  const ends: (() => void)[] = [];
  const wait = () => new Promise<void>((resolve) => ends.push(resolve));
  const agent = fakeAgent("deaf", async () => {
    await wait();
    return { status: "completed", text: "late" };
  });
  const operations = {
    deaf: async () => {
      await wait();
      return "late";
    },
  };
  const world = createWorld({
    clock,
    operations,
    agents: [agent],
    engine: giveUpMs === undefined ? {} : { giveUpMs },
  });
  return {
    ...world,
    clock,
    starts: () => ends.length,
    end: async () => {
      for (const end of ends) end();
      await turns();
    },
  };
}

describe("an attempt that ignores that it was told to stop", () => {
  it("is given up after a while: cancel ends the run, and what comes late is dropped", async () => {
    const { engine, clock, events, end } = deafWorld();
    const { run, done } = await within(clock, engine.start({ workflow: workflow([tool("a", "deaf")]), origin }));
    await within(clock, engine.cancel(run, "ann"));
    clock.advance(9_900);
    await turns();
    expect((await engine.get(run)).status).toBe("running");
    const summary = await within(clock, done);
    expect(summary).toMatchObject({ status: "cancelled", steps: { a: "failed" } });
    const before = await events(run);
    await end();
    expect(await events(run)).toEqual(before);
    await engine.close();
  });

  it("ends its step as timed out and is not tried again while it may be alive", async () => {
    const { engine, clock, events, starts, end } = deafWorld(2_000);
    const retry = { attempts: 3, backoff: "constant", delayMs: 10, maxDelayMs: 10 } as const;
    const flow = workflow([tool("a", "deaf", { timeoutMs: 1_000, retry })]);
    const { run, done } = await within(clock, engine.start({ workflow: flow, origin }));
    const summary = await within(clock, done);
    expect(summary).toMatchObject({ status: "failed", error: { code: "timeout", details: { abandoned: true } } });
    await end();
    expect(starts()).toBe(1);
    expect((await events(run)).filter((event) => event.type === "step.completed")).toEqual([]);
    await engine.close();
  });

  it("does not keep the engine from closing, an agent neither", async () => {
    const { engine, clock, events } = deafWorld(500);
    const steps = [
      tool("a", "deaf"),
      { ...tool("b", "deaf"), kind: "agent" as const, prompt: ["do"], agent: [{ agent: "deaf" }] },
    ];
    const { run, done } = await within(clock, engine.start({ workflow: workflow(steps), origin }));
    await turns();
    const closed = within(clock, engine.close());
    await expect(done).rejects.toMatchObject({ code: "closed" });
    await closed;
    const interrupted = (await events(run)).filter((event) => event.type === "step.attempt_failed");
    expect(interrupted.map((event) => event.step).sort()).toEqual(["a", "b"]);
  });
});
