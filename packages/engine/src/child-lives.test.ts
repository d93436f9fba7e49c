import { AiwError, type RunQuery, type Workflow } from "@aiw/core";
import { createFakeClock, createMemoryRunStore } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createScene, play } from "./__fixtures__/scene.js";
import { approval, repeat, use, used } from "./__fixtures__/steps.js";
import { agent, createWorld, fakeAgent, origin, tool, turns, within, workflow } from "./__fixtures__/world.js";

const uses = (child: Workflow): Partial<Workflow> => ({ uses: { "./child.md": used(child) } });
const retry = { attempts: 2, backoff: "constant", delayMs: 1_000, maxDelayMs: 1_000 } as const;

describe("a sub-workflow that cannot be looked up", () => {
  it("is looked up again until the store answers", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    let failures = 0;
    const failing = {
      ...store,
      list: async (query: RunQuery) => {
        const isChild = query.runs?.length === 1 && query.runs[0]?.startsWith("r.") === true;
        if (isChild && failures < 3) {
          failures += 1;
          throw new AiwError("store_busy", "the store is busy");
        }
        return store.list(query);
      },
    };
    const flow = workflow([use("sub", "./child.md")], uses(workflow([tool("x", "ok")], { name: "child" })));
    const { engine } = createWorld({ clock, store: failing, operations: { ok: () => 1 } });
    const { done } = await within(clock, engine.start({ workflow: flow, origin, run: "r" }));
    expect((await within(clock, done)).status).toBe("completed");
    expect(failures).toBe(3);
    await engine.close();
  });
});

describe("a sub-workflow that was told to go on when its parent's process died", () => {
  it("goes on: what it ended with before does not count again", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    let isDown = false;
    const failing = {
      ...store,
      list: async (query: RunQuery) => {
        if (isDown && query.runs?.some((run) => run.startsWith("r.")) === true) throw new Error("down");
        return store.list(query);
      },
    };
    let calls = 0;
    const operations = {
      mend: () => {
        calls += 1;
        isDown = calls === 1;
        return calls > 1 ? "mended" : { status: "failed" as const, error: { code: "tool_failed", message: "no" } };
      },
    };
    const child = workflow([tool("x", "mend")], { name: "child", outputs: { x: "steps.x.output" } });
    const flow = workflow([use("sub", "./child.md", { retry })], {
      ...uses(child),
      outputs: { x: "steps.sub.output.x" },
    });
    const first = createWorld({ clock, store: failing, operations });
    const { done } = await within(clock, first.engine.start({ workflow: flow, origin, run: "r" }));
    const lost = done.catch(() => undefined);
    for (let seconds = 0; seconds < 10; seconds += 1) {
      await turns();
      clock.advance(1_000);
    }
    await within(clock, first.engine.close());
    await lost;
    expect(calls).toBe(1);
    expect((await first.events("r")).filter((event) => event.type === "step.started")).toHaveLength(2);
    isDown = false;
    const second = createWorld({ clock, store: failing, operations });
    const again = await within(clock, second.engine.resume("r"));
    expect(await within(clock, again.done)).toMatchObject({ status: "completed", outputs: { x: "mended" } });
    await second.engine.close();
  });
});

describe("a sub-workflow whose end was lost", () => {
  const child = workflow([approval("ask")], { name: "child", outputs: { by: "steps.ask.output.by[0]" } });
  const two = workflow([use("one", "./child.md"), use("two", "./child.md"), tool("after", "ok", { needs: ["two"] })], {
    ...uses(child),
    outputs: { by: "steps.two.output.by" },
  });

  it("tells it again when its parent is taken up", async () => {
    let hasTool = true;
    const known = { name: "test", inProcess: true, operations: [{ name: "ok", parameters: { type: "object" } }] };
    const test = { ...known, call: async () => ({ status: "completed", output: 1, text: "1" }) as const };
    const scene = createScene(two, {
      worker: { claim: "any" },
      engine: { tools: async (name) => (hasTool && name === "test" ? test : undefined) },
    });
    expect((await scene.run()).status).toBe("suspended");
    const [one, other] = [await scene.childOf("one"), await scene.childOf("two")];
    await scene.pass(60_000);
    hasTool = false;
    await scene.answer("ask", "ann", { run: one });
    await scene.pass(5_000);
    // What it needs is missing here, so the parent ends while a step of it still waits.
    expect(await scene.settle(scene.engine.get("r"))).toMatchObject({ status: "failed" });
    await scene.answer("ask", "bob", { run: other });
    await scene.pass(5_000);
    expect((await scene.settle(scene.engine.get(other))).status).toBe("completed");
    hasTool = true;
    expect(await scene.resume()).toMatchObject({ status: "completed", outputs: { by: "bob" } });
    await scene.close();
  });
});

describe("what a sub-workflow costs", () => {
  const failed = { code: "agent_failed", message: "no", retryable: false };
  it("counts once, also when it is retried", async () => {
    const child = workflow([agent("a", "x"), agent("b", "x", { needs: ["a"] })], { name: "child" });
    let calls = 0;
    const costs = fakeAgent("one", () => {
      calls += 1;
      if (calls === 2) return { status: "failed", error: failed, costUsd: 4 };
      return { status: "completed", text: "done", output: null, costUsd: 1 };
    });
    const flow = workflow([use("sub", "./child.md", { retry })], uses(child));
    const { summary } = await play(flow, { agents: [costs] });
    expect(summary).toMatchObject({ status: "completed", costUsd: 6 });
    expect(calls).toBe(3);
  });

  it("counts that of each round", async () => {
    const child = workflow([agent("a", "x")], { name: "child" });
    const costs = fakeAgent("one", () => ({ status: "completed", text: "done", output: null, costUsd: 1.5 }));
    const flow = workflow([use("sub", "./child.md", { repeat: repeat("false", 3), onError: "continue" })], uses(child));
    const { summary } = await play(flow, { agents: [costs] });
    expect(summary.costUsd).toBe(4.5);
  });
});
