import type { Json, Step, Workflow } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { createScene, play } from "./__fixtures__/scene.js";
import { approval, args, foreach, signalWait, use, used } from "./__fixtures__/steps.js";
import { tool, workflow } from "./__fixtures__/world.js";

const number = { schema: { type: "integer" }, required: true } as const;

function parent(step: Step, child: Workflow, more: Partial<Workflow> = {}): Workflow {
  return workflow([step, tool("after", "ok", { needs: [step.id] })], {
    uses: { "./child.md": used(child) },
    outputs: { child: `steps.${step.id}.output`, text: `steps.${step.id}.text` },
    ...more,
  });
}

const doubling = workflow([tool("double", "echo", { with: args({ value: "inputs.n * 2" }) })], {
  name: "child",
  inputs: { n: number },
  outputs: { twice: "steps.double.output" },
});

describe("use", () => {
  it("makes a sub-workflow as a run of its own, gives it inputs and takes its outputs", async () => {
    const scene = createScene(parent(use("sub", "./child.md", { with: args({ n: "20 + 1" }) }), doubling));
    const summary = await scene.run();
    expect(summary).toMatchObject({
      status: "completed",
      outputs: { child: { twice: 42 }, text: null },
      steps: { sub: "completed", after: "completed" },
    });
    const child = await scene.childOf("sub");
    const { runs } = await scene.store.list({ parent: "r" });
    expect(runs.map(({ run }) => run)).toEqual([child]);
    const [created] = await scene.events(child);
    expect(created).toMatchObject({
      type: "run.created",
      data: { parent: { run: "r", step: "sub" }, trigger: "use", inputs: { n: 21 } },
    });
    await scene.close();
  });

  it("fails with the child's first error, and before it starts when the inputs do not fit", async () => {
    const failing = workflow([tool("bad", "fail")], { name: "child" });
    const { summary } = await play(parent(use("sub", "./child.md"), failing));
    expect(summary).toMatchObject({
      status: "failed",
      step: "sub",
      error: { code: "tool_failed", message: "sub-workflow of step sub: bad failed" },
      steps: { sub: "failed", after: "skipped" },
    });
    const misfit = await play(parent(use("sub", "./child.md", { with: args({ n: "'x'" }) }), doubling));
    expect(misfit.summary).toMatchObject({ status: "failed", step: "sub", error: { code: "input_invalid" } });
    expect(misfit.calls).toEqual([]);
  });

  it("retries with the same child: what it has completed is not repeated", async () => {
    const child = workflow([tool("first", "ok"), tool("second", "twice", { needs: ["first"] })], { name: "child" });
    const retry = { attempts: 2, backoff: "constant", delayMs: 1_000, maxDelayMs: 1_000 } as const;
    let calls = 0;
    const scene = createScene(parent(use("sub", "./child.md", { retry }), child), {
      operations: {
        twice: () => {
          calls += 1;
          return calls < 3 ? { status: "failed", error: { code: "tool_failed", message: "no" } } : "yes";
        },
      },
    });
    expect((await scene.run()).status).toBe("completed");
    expect(scene.calls.map((call) => call.split(" ").slice(0, 2).join(" "))).toEqual([
      "ok first",
      "twice second",
      "twice second",
      "twice second",
      "ok after",
    ]);
    expect((await scene.store.list({ parent: "r" })).runs).toHaveLength(1);
    await scene.close();
  });

  it("goes on with the same child when the failed parent is resumed", async () => {
    let isMended = false;
    const child = workflow([tool("first", "ok"), tool("second", "mend", { needs: ["first"] })], {
      name: "child",
      outputs: { second: "steps.second.output" },
    });
    const scene = createScene(parent(use("sub", "./child.md"), child), {
      operations: {
        mend: () => (isMended ? "mended" : { status: "failed", error: { code: "tool_failed", message: "no" } }),
      },
    });
    expect((await scene.run()).status).toBe("failed");
    isMended = true;
    expect(await scene.resume()).toMatchObject({ status: "completed", outputs: { child: { second: "mended" } } });
    expect(scene.calls.filter((call) => call.startsWith("ok first"))).toHaveLength(1);
    expect((await scene.store.list({ parent: "r" })).runs).toHaveLength(1);
    await scene.close();
  });

  it("waits for people inside the child, with nothing held in memory, over a restart", async () => {
    const child = workflow([approval("ask"), signalWait("go", "go", { needs: ["ask"] })], {
      name: "child",
      outputs: { by: "steps.ask.output.by[0]", go: "steps.go.output" },
    });
    const scene = createScene(parent(use("sub", "./child.md"), child));
    const waiting = await scene.run();
    const run = await scene.childOf("sub");
    expect(waiting).toMatchObject({ status: "suspended", waits: [{ step: "sub", waits: "children", child: run }] });
    await scene.pass(1_000);
    for (const row of (await scene.store.list({ runs: ["r", run] })).runs) {
      expect(row).toMatchObject({ status: "suspended" });
      expect(row.worker).toBeUndefined();
    }
    await scene.crash();
    await scene.answer("ask", "ann", { run });
    expect(await scene.resume()).toMatchObject({ status: "suspended" });
    await scene.crash();
    await scene.send("go", 7, run);
    expect(await scene.resume()).toMatchObject({ status: "completed", outputs: { child: { by: "ann", go: 7 } } });
    await scene.close();
  });

  it("is driven by whoever comes, parent and child by different engines", async () => {
    const child = workflow([tool("slow", "hold")], { name: "child", outputs: { slow: "steps.slow.output" } });
    const scene = createScene(parent(use("sub", "./child.md"), child), { worker: { claim: "any" } });
    scene.another({ claim: "any" });
    const { done } = await scene.start();
    await scene.pass(5_000);
    scene.release("slow", "done");
    expect(await scene.settle(done)).toMatchObject({ status: "completed", outputs: { child: { slow: "done" } } });
    expect(scene.calls).toEqual(["hold slow", "ok after"]);
    await scene.close();
  });

  it("goes on when another engine drives the child to its end", async () => {
    const child = workflow([approval("ask")], { name: "child", outputs: { by: "steps.ask.output.by[0]" } });
    const scene = createScene(parent(use("sub", "./child.md"), child));
    await scene.run();
    const run = await scene.childOf("sub");
    scene.another();
    await scene.answer("ask", "ann", { run });
    expect(await scene.resume({}, run)).toMatchObject({ status: "completed", outputs: { by: "ann" } });
    expect((await scene.settle(scene.engine.get("r"))).status).toBe("suspended");
    expect(await scene.resume()).toMatchObject({ status: "completed", outputs: { child: { by: "ann" } } });
    await scene.close();
  });

  it("passes a cancel on to the child", async () => {
    const child = workflow([tool("slow", "hold"), tool("never", "ok", { needs: ["slow"] })], {
      name: "child",
      finally: [tool("clean", "ok")],
    });
    const scene = createScene(parent(use("sub", "./child.md"), child));
    const { done } = await scene.start();
    await scene.pass(1_000);
    await scene.settle(scene.engine.cancel("r", "me"));
    expect(await scene.settle(done)).toMatchObject({ status: "cancelled", steps: { sub: "failed", after: "skipped" } });
    const run = await scene.childOf("sub");
    expect(await scene.settle(scene.engine.get(run))).toMatchObject({
      status: "cancelled",
      steps: { never: "skipped", clean: "completed" },
    });
    expect(scene.calls).toEqual(["hold slow", "ok clean"]);
    await scene.close();
  });

  it("passes a cancel on to a child that waits for a person", async () => {
    const child = workflow([approval("ask")], { name: "child" });
    const scene = createScene(parent(use("sub", "./child.md"), child));
    await scene.run();
    await scene.crash();
    await scene.settle(scene.engine.cancel("r", "me"));
    await scene.pass(2_000);
    expect(await scene.settle(scene.engine.get("r"))).toMatchObject({ status: "cancelled" });
    expect(await scene.settle(scene.engine.get(await scene.childOf("sub")))).toMatchObject({ status: "cancelled" });
    await scene.close();
  });

  it("stops the child when it takes longer than the step's time-out, and fails", async () => {
    const child = workflow([approval("ask")], { name: "child" });
    const scene = createScene(parent(use("sub", "./child.md", { timeoutMs: 60_000 }), child), { stepMs: 1_000 });
    await scene.run();
    await scene.pass(60_000);
    expect(await scene.resume()).toMatchObject({ status: "failed", step: "sub", error: { code: "timeout" } });
    await scene.pass(5_000);
    const run = await scene.childOf("sub");
    const { status } = await scene.settle(scene.engine.get(run));
    if (status !== "cancelled") expect((await scene.resume({}, run)).status).toBe("cancelled");
    await scene.close();
  });

  it("lets the child end when a neighbour fails, then fails", async () => {
    const child = workflow([tool("slow", "hold"), tool("next", "ok", { needs: ["slow"] })], { name: "child" });
    const flow = workflow([use("sub", "./child.md"), tool("bad", "hold")], { uses: { "./child.md": used(child) } });
    const scene = createScene(flow);
    const { done } = await scene.start();
    await scene.pass(1_000);
    scene.release("bad", { status: "failed", error: { code: "tool_failed", message: "no" } } satisfies Json);
    await scene.pass(1_000);
    scene.release("slow", 1);
    expect(await scene.settle(done)).toMatchObject({ status: "failed", step: "bad" });
    // Running steps finish, what had not started does not start.
    expect([...scene.calls].sort()).toEqual(["hold bad", "hold slow"]);
    await scene.close();
  });

  it("works nested and over items: each item has its own child", async () => {
    const middle = workflow(
      [use("inner", "./leaf.md", { foreach: foreach([1, 2]), with: args({ n: "item + inputs.n" }) })],
      {
        name: "middle",
        inputs: { n: number },
        uses: { "./leaf.md": used(doubling) },
        outputs: { all: "steps.inner.items.map(i, i.output.twice)" },
      },
    );
    const flow = workflow([use("sub", "./middle.md", { foreach: foreach([10, 20]), with: args({ n: "item" }) })], {
      uses: { "./middle.md": used(middle) },
      outputs: { all: "steps.sub.items.map(i, i.output.all)" },
    });
    const { summary } = await play(flow);
    expect(summary).toMatchObject({
      status: "completed",
      outputs: {
        all: [
          [22, 24],
          [42, 44],
        ],
      },
    });
  });
});
