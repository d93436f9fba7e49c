import { describe, expect, it } from "vitest";
import { createScene, play } from "./__fixtures__/scene.js";
import { approval, args, foreach } from "./__fixtures__/steps.js";
import { agent, fakeAgent, tool, workflow } from "./__fixtures__/world.js";

const listInput = { list: { schema: { type: "array" }, required: true } } as const;
const item = (name: string) => `steps.a.items.map(i, i.${name})`;

describe("foreach", () => {
  it("makes the step once for each value, and gives the results in order", async () => {
    const flow = workflow(
      [tool("a", "echo", { foreach: foreach([3, "x", { k: 1 }]), with: args({ value: "item" }) })],
      {
        outputs: {
          outputs: item("output"),
          values: item("value"),
          index: item("index"),
          status: "steps.a.status",
          text: "steps.a.text",
        },
      },
    );
    const { summary, calls } = await play(flow);
    expect(summary).toMatchObject({
      status: "completed",
      outputs: {
        outputs: [3, "x", { k: 1 }],
        values: [3, "x", { k: 1 }],
        index: [0, 1, 2],
        status: "completed",
        text: null,
      },
      steps: { a: "completed" },
    });
    expect(calls).toEqual(["echo a[0]", "echo a[1]", "echo a[2]"]);
  });

  it("goes over what an expression gives, with a name of its own for the value", async () => {
    const flow = workflow(
      [
        tool("a", "echo", {
          foreach: { over: { expr: "inputs.list.filter(x, x > 1)" }, as: "number" },
          with: args({ value: "number * 2" }),
        }),
      ],
      { inputs: listInput, outputs: { all: item("output") } },
    );
    const { summary } = await play(flow, { inputs: { list: [1, 2, 3] } });
    expect(summary.outputs.all).toEqual([4, 6]);
  });

  it("makes all combinations of a matrix, the last axis fastest, and an axis agent chooses the agent", async () => {
    const agents = ["one", "two"].map((id) =>
      fakeAgent(id, () => ({ status: "completed", text: `by ${id}`, output: null })),
    );
    const axes = { agent: { list: [literal("one"), literal("two")] }, size: { expr: "['s', 'l']" } };
    const flow = workflow([agent("a", "hello", { foreach: { over: { matrix: axes }, as: "item" } })], {
      outputs: { text: item("text"), agent: item("agent"), size: "steps.a.items.map(i, i.value.size)" },
    });
    const { summary } = await play(flow, { agents });
    expect(summary.outputs).toEqual({
      text: ["by one", "by one", "by two", "by two"],
      agent: ["one", "one", "two", "two"],
      size: ["s", "l", "s", "l"],
    });
  });

  it("completes at once over an empty list", async () => {
    const flow = workflow([tool("a", "ok", { foreach: foreach([]) }), tool("b", "ok", { needs: ["a"] })], {
      outputs: { items: "steps.a.items" },
    });
    const { summary, calls } = await play(flow);
    expect(summary).toMatchObject({
      status: "completed",
      outputs: { items: [] },
      steps: { a: "completed", b: "completed" },
    });
    expect(calls).toEqual(["ok b"]);
  });

  it("starts no more than max-parallel at once, in order", async () => {
    const scene = createScene(workflow([tool("a", "hold", { foreach: foreach([1, 2, 3, 4], { maxParallel: 2 }) })]));
    const { done } = await scene.start();
    await scene.pass(500);
    expect(scene.calls).toEqual(["hold a[0]", "hold a[1]"]);
    scene.release("a[1]", "second");
    await scene.pass(500);
    expect(scene.calls).toEqual(["hold a[0]", "hold a[1]", "hold a[2]"]);
    for (const path of ["a[2]", "a[0]"]) scene.release(path);
    await scene.pass(500);
    scene.release("a[3]");
    expect((await scene.settle(done)).status).toBe("completed");
    await scene.close();
  });

  it("keeps the order of the results, whatever the order in which they came", async () => {
    const scene = createScene(
      workflow([tool("a", "hold", { foreach: foreach(["x", "y", "z"]) })], { outputs: { all: item("output") } }),
    );
    const { done } = await scene.start();
    await scene.pass(500);
    for (const index of [2, 0, 1]) {
      scene.release(`a[${index}]`, index);
      await scene.pass(250);
    }
    expect((await scene.settle(done)).outputs.all).toEqual([0, 1, 2]);
    await scene.close();
  });

  it("starts no further item after a failed one, lets running ones end, and fails with its error", async () => {
    const scene = createScene(
      workflow([
        tool("a", "hold", { foreach: foreach([1, 2, 3], { maxParallel: 2 }) }),
        tool("b", "ok", { needs: ["a"] }),
      ]),
    );
    const { done } = await scene.start();
    await scene.pass(500);
    scene.release("a[1]", { status: "failed", error: { code: "tool_failed", message: "no" } });
    await scene.pass(500);
    scene.release("a[0]", 1);
    const summary = await scene.settle(done);
    expect(summary).toMatchObject({
      status: "failed",
      step: "a",
      error: { code: "tool_failed", message: "no" },
      steps: { a: "failed", "a[1]": "failed", b: "skipped" },
    });
    expect(scene.calls).toEqual(["hold a[0]", "hold a[1]"]);
    await scene.close();
  });

  it("goes on after failed items with on-error: continue", async () => {
    const flow = workflow(
      [
        tool("a", "pick", {
          foreach: foreach(["ok", "bad", "ok"]),
          with: args({ value: "item" }),
          onError: "continue",
        }),
        tool("b", "ok", { needs: ["a"] }),
      ],
      { outputs: { status: item("status"), code: "steps.a.items.map(i, i.error.code)", a: "steps.a.status" } },
    );
    const { summary } = await play(flow, {
      operations: {
        pick: ({ value }) =>
          value === "bad" ? { status: "failed", error: { code: "tool_failed", message: "no" } } : "fine",
      },
    });
    expect(summary).toMatchObject({
      status: "completed",
      outputs: { status: ["completed", "failed", "completed"], code: [null, "tool_failed", null], a: "completed" },
      steps: { a: "completed", "a[1]": "failed", b: "completed" },
    });
  });

  it("retries each item by itself, with its own key", async () => {
    const retry = { attempts: 1, backoff: "constant", delayMs: 500, maxDelayMs: 500 } as const;
    const { summary, events, calls } = await play(workflow([tool("a", "flaky", { foreach: foreach([1, 2]), retry })]));
    expect(summary.status).toBe("completed");
    expect([...calls].sort()).toEqual(["flaky a[0]", "flaky a[0] 2", "flaky a[1]", "flaky a[1] 2"]);
    const keys = events.flatMap((event) => (event.type === "step.started" ? [`${event.step} ${event.data.key}`] : []));
    expect(new Set(keys).size).toBe(2);
  });

  it("asks if once, before it expands, and skips the whole step", async () => {
    const flow = workflow([tool("a", "ok", { foreach: foreach([1, 2]), if: "1 > 2" })], {
      outputs: { items: "steps.a.items" },
    });
    const { summary, calls } = await play(flow);
    expect(summary).toMatchObject({ status: "completed", steps: { a: "skipped" }, outputs: { items: null } });
    expect(calls).toEqual([]);
  });

  it("takes 10,000 items and refuses 10,001", async () => {
    const flow = workflow(
      [tool("a", "ok", { foreach: { over: { expr: "inputs.list" }, as: "item", maxParallel: 500 } })],
      {
        inputs: listInput,
        outputs: { count: "steps.a.items.size()" },
      },
    );
    const most = await play(flow, { inputs: { list: new Array(10_000).fill(0) } });
    expect(most.summary).toMatchObject({ status: "completed", outputs: { count: 10_000 } });
    const over = await play(flow, { inputs: { list: new Array(10_001).fill(0) } });
    expect(over.summary).toMatchObject({ status: "failed", error: { code: "foreach_too_large" } });
    expect(over.calls).toEqual([]);
  });

  it("fails when the list is none", async () => {
    const flow = workflow([tool("a", "ok", { foreach: { over: { expr: "inputs.list" }, as: "item" } })], {
      inputs: { list: { schema: {}, required: false } },
    });
    expect((await play(flow)).summary.error).toMatchObject({ code: "expression_failed" });
  });

  it("goes on after the process died: no finished item is made again", async () => {
    const scene = createScene(
      workflow([tool("a", "hold", { foreach: foreach([1, 2, 3, 4], { maxParallel: 2 }) })], {
        outputs: { all: item("output") },
      }),
    );
    await scene.start();
    await scene.pass(500);
    scene.release("a[0]", "first");
    await scene.pass(500);
    await scene.crash();
    const { done } = await scene.settle(scene.engine.resume("r"));
    await scene.pass(500);
    for (const path of ["a[1]", "a[2]"]) scene.release(path, path);
    await scene.pass(500);
    scene.release("a[3]", "last");
    expect((await scene.settle(done)).outputs.all).toEqual(["first", "a[1]", "a[2]", "last"]);
    expect(scene.calls.filter((call) => call.startsWith("hold a[0]"))).toEqual(["hold a[0]"]);
    await scene.close();
  });

  it("is not complete when the run stops before all its items are, and asks those again", async () => {
    let isMended = false;
    const flow = workflow(
      [approval("each", { foreach: foreach([1, 2]) }), tool("other", "mend", { if: "inputs.go" })],
      { inputs: { go: { schema: { type: "boolean" }, required: true } } },
    );
    const scene = createScene(flow, {
      inputs: { go: true },
      operations: { mend: () => (isMended ? 1 : { status: "failed", error: { code: "tool_failed", message: "no" } }) },
    });
    expect(await scene.run()).toMatchObject({ status: "failed", step: "other", steps: { each: "failed" } });
    isMended = true;
    expect((await scene.resume()).waits?.map(({ step }) => step)).toEqual(["each[0]", "each[1]"]);
    await scene.answer("each[0]", "ann");
    await scene.answer("each[1]", "ann");
    expect((await scene.resume()).status).toBe("completed");
    await scene.close();
  });

  it("makes only failed and missing items again when the run is resumed", async () => {
    let isMended = false;
    const scene = createScene(
      workflow(
        [tool("a", "pick", { foreach: foreach([0, 1, 2, 3], { maxParallel: 1 }), with: args({ value: "item" }) })],
        {
          outputs: { all: item("output") },
        },
      ),
      {
        operations: {
          pick: ({ value }) =>
            value === 1 && !isMended
              ? { status: "failed", error: { code: "tool_failed", message: "no" } }
              : `made ${value}`,
        },
      },
    );
    expect((await scene.run()).status).toBe("failed");
    isMended = true;
    expect(await scene.resume()).toMatchObject({
      status: "completed",
      outputs: { all: ["made 0", "made 1", "made 2", "made 3"] },
    });
    expect(scene.calls).toEqual(["pick a[0]", "pick a[1]", "pick a[1] 2", "pick a[2]", "pick a[3]"]);
    await scene.close();
  });
});

function literal(value: string) {
  return { t: "literal", value } as const;
}
