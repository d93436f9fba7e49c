import { describe, expect, it } from "vitest";
import { createScene, play } from "./__fixtures__/scene.js";
import { args, foreach, repeat } from "./__fixtures__/steps.js";
import { agent, fakeAgent, type Operation, tool, workflow } from "./__fixtures__/world.js";

/** Counts its calls by step: 1, 2, 3, … */
function counting(): Operation {
  const counts = new Map<string, number>();
  return (_, { step }) => {
    const id = step.replace(/#.*/, "");
    counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts.get(id) ?? 0;
  };
}

describe("repeat", () => {
  it("makes a step again, as rounds of its own, until the condition is true", async () => {
    const flow = workflow(
      [tool("a", "count", { repeat: repeat("output >= 3", 5) }), tool("b", "ok", { needs: ["a"] })],
      {
        outputs: { last: "steps.a.output" },
      },
    );
    const { summary, calls, events } = await play(flow, { operations: { count: counting() } });
    expect(summary).toMatchObject({
      status: "completed",
      outputs: { last: 3 },
      steps: { "a#3": "completed", b: "completed" },
    });
    expect(calls).toEqual(["count a", "count a#2", "count a#3", "ok b"]);
    const keys = events.flatMap((event) => (event.type === "step.started" ? [event.data.key] : []));
    expect(new Set(keys).size).toBe(4);
  });

  it("fails with repeat_exhausted after max rounds, and goes on with on-error: continue", async () => {
    const step = tool("a", "count", { repeat: repeat("false", 3) });
    const failed = await play(workflow([step]), { operations: { count: counting() } });
    expect(failed.summary).toMatchObject({ status: "failed", step: "a#3", error: { code: "repeat_exhausted" } });
    expect(failed.calls).toHaveLength(3);
    const flow = workflow([{ ...step, onError: "continue" }, tool("b", "ok", { needs: ["a"] })], {
      outputs: { code: "steps.a.error.code", status: "steps.a.status" },
    });
    const went = await play(flow, { operations: { count: counting() } });
    expect(went.summary).toMatchObject({
      status: "completed",
      outputs: { code: "repeat_exhausted", status: "failed" },
    });
  });

  it("pauses between rounds, without holding the run", async () => {
    const scene = createScene(
      workflow([tool("a", "count", { repeat: repeat("output == 2", 5, { everyMs: 600_000 }) })]),
      {
        operations: { count: counting() },
        stepMs: 10_000,
      },
    );
    const { done } = await scene.start();
    await scene.pass(60_000);
    expect(scene.calls).toEqual(["count a"]);
    const [row] = (await scene.store.list({ runs: ["r"] })).runs;
    expect(row).toMatchObject({ status: "suspended" });
    expect(row?.worker).toBeUndefined();
    const began = scene.clock.now();
    expect((await scene.settle(done)).status).toBe("completed");
    expect(scene.clock.now() - began).toBeGreaterThanOrEqual(500_000);
    expect(scene.calls).toEqual(["count a", "count a#2"]);
    await scene.close();
  });

  it("repeats from an earlier step: needs outside stay done, inside the latest round is read, null before the first", async () => {
    const flow = workflow(
      [
        tool("zero", "count"),
        tool("plan", "echo", { needs: ["zero"], with: args({ value: "steps.test.output ?? 'nothing'" }) }),
        tool("code", "echo", { needs: ["plan"], with: args({ value: "steps.plan.output" }) }),
        tool("test", "count", { needs: ["code"], repeat: repeat("output >= 3", 5, { from: "plan" }) }),
        tool("end", "echo", { needs: ["test"], with: args({ value: "steps.code.output" }) }),
      ],
      { outputs: { seen: "steps.end.output" } },
    );
    const { summary, calls } = await play(flow, { operations: { count: counting() } });
    expect(summary).toMatchObject({
      status: "completed",
      outputs: { seen: 2 },
      steps: {
        zero: "completed",
        "plan#3": "completed",
        "code#3": "completed",
        "test#3": "completed",
        end: "completed",
      },
    });
    expect(calls).toEqual([
      "count zero",
      ...["echo plan", "echo code", "count test"],
      ...["echo plan#2", "echo code#2", "count test#2"],
      ...["echo plan#3", "echo code#3", "count test#3"],
      "echo end",
    ]);
  });

  it("repeats parallel steps and loops over items inside, each round over a list of its own", async () => {
    const flow = workflow(
      [
        tool("list", "count"),
        tool("each", "echo", {
          needs: ["list"],
          foreach: { over: { expr: "steps.list.output == 1 ? [1, 2, 3] : [9]" }, as: "item" },
          with: args({ value: "item" }),
        }),
        tool("beside", "ok", { needs: ["list"] }),
        tool("test", "echo", {
          needs: ["each", "beside"],
          with: args({ value: "steps.each.items.map(i, i.output)" }),
          repeat: repeat("output == [9]", 3, { from: "list" }),
        }),
      ],
      { outputs: { all: "steps.test.output", items: "steps.each.items.size()" } },
    );
    const { summary, calls } = await play(flow, { operations: { count: counting() } });
    expect(summary).toMatchObject({ status: "completed", outputs: { all: [9], items: 1 } });
    expect(calls).toEqual(
      [
        ...["count list", "ok beside", "echo each[0]", "echo each[1]", "echo each[2]", "echo test"].sort(),
        ...["count list#2", "ok beside#2", "echo each[0]#2", "echo test#2"].sort(),
      ].sort((a, b) => calls.indexOf(a) - calls.indexOf(b)),
    );
  });

  it("shows the result of the round before until the step has a new one", async () => {
    const flow = workflow([
      tool("a", "ok"),
      tool("slow", "hold", { needs: ["a"] }),
      tool("look", "echo", { needs: ["a"], with: args({ value: "steps.slow.output" }) }),
      tool("end", "echo", {
        needs: ["slow", "look"],
        with: args({ value: "steps.look.output" }),
        repeat: repeat("output != null", 3, { from: "a" }),
      }),
    ]);
    const scene = createScene(flow);
    const { done } = await scene.start();
    await scene.pass(500);
    scene.release("slow", "first");
    await scene.pass(500);
    scene.release("slow#2", "second");
    expect((await scene.settle(done)).status).toBe("completed");
    const looked = (await scene.events()).flatMap((event) =>
      event.type === "step.completed" && event.step.startsWith("look") ? [event.data.output] : [],
    );
    expect(looked).toEqual([null, "first"]);
    await scene.close();
  });

  it("asks the if of a step inside each round", async () => {
    const flow = workflow([
      tool("test", "count"),
      tool("fix", "ok", { needs: ["test"], if: "steps.test.output == 2" }),
      tool("look", "ok", { needs: ["fix"], repeat: repeat("steps.test.output == 4", 9, { from: "test" }) }),
    ]);
    const { summary, calls } = await play(flow, { operations: { count: counting() } });
    expect(summary).toMatchObject({ status: "completed", steps: { "fix#4": "skipped" } });
    expect(calls.filter((call) => call.startsWith("ok fix"))).toEqual(["ok fix#2"]);
  });

  it("ends the loop when its last step is skipped, or failed with on-error: continue", async () => {
    const skipped = workflow([
      tool("a", "count"),
      tool("b", "ok", { needs: ["a"], if: "steps.a.output < 3", repeat: repeat("false", 9, { from: "a" }) }),
      tool("c", "ok", { needs: ["b"] }),
    ]);
    const first = await play(skipped, { operations: { count: counting() } });
    expect(first.summary).toMatchObject({
      status: "completed",
      steps: { "a#3": "completed", "b#3": "skipped", c: "completed" },
    });
    const failing = workflow([
      tool("a", "count"),
      tool("b", "pick", {
        needs: ["a"],
        onError: "continue",
        with: args({ value: "steps.a.output" }),
        repeat: repeat("false", 9, { from: "a" }),
      }),
      tool("c", "ok", { needs: ["b"] }),
    ]);
    const second = await play(failing, {
      operations: {
        count: counting(),
        pick: ({ value }) => (value === 2 ? { status: "failed", error: { code: "tool_failed", message: "no" } } : 1),
      },
    });
    expect(second.summary).toMatchObject({
      status: "completed",
      steps: { "a#2": "completed", "b#2": "failed", c: "completed" },
    });
  });

  it("fails the run when a step inside fails", async () => {
    const flow = workflow([
      tool("a", "ok"),
      tool("b", "fail", { needs: ["a"] }),
      tool("c", "ok", { needs: ["b"], repeat: repeat("false", 3, { from: "a" }) }),
    ]);
    expect((await play(flow)).summary).toMatchObject({ status: "failed", step: "b", steps: { c: "skipped" } });
  });

  it("goes on with the agent's session in each round", async () => {
    const claude = fakeAgent("claude", (_, __, count) => ({
      status: "completed",
      text: `turn ${count}`,
      output: null,
      session: `session-${count}`,
    }));
    const flow = workflow([agent("a", "again", { repeat: repeat("text == 'turn 3'", 5) })]);
    const { summary } = await play(flow, { agents: [claude] });
    expect(summary.status).toBe("completed");
    expect(claude.requests.map(({ resume }) => resume)).toEqual([undefined, "session-1", "session-2"]);
  });

  it("repeats each item of a foreach by itself", async () => {
    const flow = workflow(
      [
        tool("a", "round", {
          foreach: foreach([1, 3]),
          with: args({ value: "item" }),
          repeat: repeat("output >= item", 5),
        }),
      ],
      { outputs: { all: "steps.a.items.map(i, i.output)" } },
    );
    const { summary, calls } = await play(flow, {
      operations: { round: (_, { step }) => Number(/#(\d+)/.exec(step)?.[1] ?? 1) },
    });
    expect(summary).toMatchObject({ status: "completed", outputs: { all: [1, 3] } });
    expect([...calls].sort()).toEqual(["round a[0]", "round a[1]", "round a[1]#2", "round a[1]#3"]);
  });

  it("goes on with the round where the process died", async () => {
    const scene = createScene(
      workflow([
        tool("a", "ok"),
        tool("b", "hold", { needs: ["a"], repeat: repeat("output == 'done'", 5, { from: "a" }) }),
      ]),
    );
    await scene.start();
    await scene.pass(500);
    scene.release("b", "not yet");
    await scene.pass(500);
    await scene.crash();
    const { done } = await scene.settle(scene.engine.resume("r"));
    await scene.pass(1_000);
    scene.release("b#2", "done");
    expect(await scene.settle(done)).toMatchObject({
      status: "completed",
      steps: { "a#2": "completed", "b#2": "completed" },
    });
    expect(scene.calls).toEqual(["ok a", "hold b", "ok a#2", "hold b#2", "hold b#2 2"]);
    await scene.close();
  });
});
