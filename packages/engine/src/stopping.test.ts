import type { Workflow } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { createScene, type Scene } from "./__fixtures__/scene.js";
import { foreach, signalWait, undoBy, use, used } from "./__fixtures__/steps.js";
import { tool, workflow } from "./__fixtures__/world.js";

const target = "./child.md";
const broken = { status: "failed", error: { code: "tool_failed", message: "no" } };

function parent(child: Workflow, steps: Workflow["steps"], more: Partial<Workflow> = {}): Workflow {
  return workflow(steps, { uses: { [target]: used({ ...child, name: "child" }) }, ...more });
}

/** Time of the run's last event, ms since its first. */
async function lasted(scene: Scene, run = "r"): Promise<number> {
  const events = await scene.events(run);
  return (events.at(-1)?.at ?? 0) - (events[0]?.at ?? 0);
}

describe("a stop that gets harder", () => {
  const slow = workflow([tool("slow", "hold")]);
  const beside = [use("sub", target), tool("bad", "hold")];
  /** The neighbour fails while the sub-workflow does its step. */
  const failBeside = async (scene: Scene) => {
    await scene.pass(2_000);
    scene.release("bad", broken);
    await scene.pass(1_000);
    expect(scene.calls).toEqual(["hold bad", "hold slow"]);
  };

  it("reaches a sub-workflow that was let run to its end: the run is cancelled", async () => {
    const scene = createScene(parent(slow, beside));
    const { done } = await scene.start();
    await failBeside(scene);
    await scene.settle(scene.engine.cancel("r", "me"));
    expect(await scene.settle(done)).toMatchObject({ status: "failed", step: "bad", steps: { sub: "failed" } });
    expect(await lasted(scene)).toBeLessThan(10_000);
    await scene.close();
  });

  it("reaches a sub-workflow that was let run to its end: the total time of the run is over", async () => {
    const scene = createScene(parent(slow, beside, { timeoutMs: 10_000 }));
    const { done } = await scene.start();
    await failBeside(scene);
    expect(await scene.settle(done)).toMatchObject({ status: "failed", step: "bad", steps: { sub: "failed" } });
    const ms = await lasted(scene);
    expect(ms).toBeGreaterThanOrEqual(10_000);
    expect(ms).toBeLessThan(15_000);
    await scene.close();
  });

  it("cuts short what follows the steps of a sub-workflow when it is asked for twice", async () => {
    const child = workflow([tool("slow", "hold")], { finally: [tool("clean", "hold"), tool("clean2", "ok")] });
    const scene = createScene(parent(child, [use("sub", target)]));
    const { done } = await scene.start();
    await scene.pass(2_000);
    await scene.settle(scene.engine.cancel("r", "me"));
    await scene.pass(3_000);
    expect(scene.calls).toEqual(["hold slow", "hold clean"]);
    await scene.settle(scene.engine.cancel("r", "me"));
    expect(await scene.settle(done)).toMatchObject({ status: "cancelled" });
    expect(scene.calls).toEqual(["hold slow", "hold clean"]);
    expect(await lasted(scene)).toBeLessThan(15_000);
    await scene.close();
  });

  it("ends at its deadline a run that failed and lets a step end by itself", async () => {
    const scene = createScene(workflow([tool("slow", "hold"), tool("bad", "fail")], { timeoutMs: 10_000 }));
    const { done } = await scene.start();
    expect(await scene.settle(done)).toMatchObject({ status: "failed", step: "bad", steps: { slow: "failed" } });
    const ms = await lasted(scene);
    expect(ms).toBeGreaterThanOrEqual(10_000);
    expect(ms).toBeLessThan(12_000);
    await scene.close();
  });
});

describe("a stop that lets what runs end by itself", () => {
  it("does not cut short the Finally of a sub-workflow, and has its steps undone once", async () => {
    const child = workflow([tool("eff", "ok", { undo: undoBy("eff") })], {
      finally: [tool("clean", "hold"), tool("clean2", "ok")],
    });
    const scene = createScene(parent(child, [use("sub", target), tool("bad", "hold")]));
    const { done } = await scene.start();
    await scene.pass(2_000);
    expect(scene.calls).toContain("hold clean");
    scene.release("bad", broken);
    await scene.pass(5_000);
    scene.release("clean", "cleaned");
    expect(await scene.settle(done)).toMatchObject({ status: "failed", step: "bad" });
    const run = await scene.childOf("sub");
    expect(await scene.settle(scene.engine.get(run))).toMatchObject({
      undone: ["eff"],
      steps: { eff: "completed", clean: "completed", clean2: "completed" },
    });
    expect(scene.calls.filter((call) => call === "ok eff!undo")).toHaveLength(1);
    expect(scene.calls.filter((call) => call === "ok clean2")).toHaveLength(1);
    await scene.close();
  });

  it("does not cut short the Finally of a run that is cancelled to be undone", async () => {
    const flow = workflow([tool("eff", "ok", { undo: undoBy("eff") })], {
      finally: [tool("clean", "hold"), tool("clean2", "ok")],
    });
    const scene = createScene(flow);
    const { done } = await scene.start();
    await scene.pass(2_000);
    await scene.settle(scene.engine.cancel("r", "me", { undo: true }));
    await scene.pass(2_000);
    scene.release("clean", "cleaned");
    expect(await scene.settle(done)).toMatchObject({
      status: "cancelled",
      undone: ["eff"],
      steps: { clean: "completed", clean2: "completed" },
    });
    expect(scene.calls.filter((call) => call === "ok eff!undo")).toHaveLength(1);
    await scene.close();
  });
});

describe("a sub-workflow that takes too long", () => {
  const asking = workflow([tool("first", "ok"), signalWait("go", "go", { needs: ["first"] })], {
    outputs: { go: "steps.go.output" },
  });

  it("has ended when its step fails", async () => {
    const child = { ...asking, finally: [tool("clean", "hold")] };
    const scene = createScene(parent(child, [use("sub", target, { timeoutMs: 5_000 })]));
    const { done } = await scene.start();
    await scene.pass(10_000);
    expect(await scene.paths("step.failed")).toEqual([]);
    scene.release("clean");
    expect(await scene.settle(done)).toMatchObject({ status: "failed", step: "sub", error: { code: "timeout" } });
    const run = await scene.childOf("sub");
    const ended = (await scene.events(run)).find(({ type }) => type === "run.cancelled");
    const failed = (await scene.events()).find(({ type }) => type === "step.failed");
    expect(ended?.at).toBeGreaterThanOrEqual(5_000);
    expect(failed?.at).toBeGreaterThanOrEqual(ended?.at ?? Number.POSITIVE_INFINITY);
    await scene.close();
  });

  it("is told so after the process died, and goes on when its parent is resumed", async () => {
    const scene = createScene(
      parent(asking, [use("sub", target, { timeoutMs: 5_000 })], { outputs: { go: "steps.sub.output.go" } }),
    );
    await scene.start();
    await scene.pass(1_000);
    const run = await scene.childOf("sub");
    await scene.crash();
    await scene.pass(6_000);
    expect(await scene.resume()).toMatchObject({ status: "failed", step: "sub", error: { code: "timeout" } });
    expect((await scene.settle(scene.engine.get(run))).status).toBe("cancelled");
    await scene.crash();
    const { done } = await scene.settle(scene.engine.resume("r"));
    await scene.pass(3_000);
    await scene.send("go", 7, run);
    await scene.resume({}, run);
    expect(await scene.settle(done)).toMatchObject({ status: "completed", outputs: { go: 7 } });
    expect(scene.calls).toEqual(["ok first"]);
    await scene.close();
  });

  it("is stopped at each attempt", async () => {
    const retry = { attempts: 2, backoff: "constant", delayMs: 1_000, maxDelayMs: 1_000 } as const;
    const scene = createScene(parent(asking, [use("sub", target, { timeoutMs: 5_000, retry })]));
    expect(await scene.run()).toMatchObject({ status: "failed", step: "sub", error: { code: "timeout" } });
    expect(await scene.paths("step.started")).toEqual(["sub", "sub", "sub"]);
    expect(scene.calls).toEqual(["ok first"]);
    await scene.close();
  });

  it("is stopped at each attempt when its parent is resumed", async () => {
    const scene = createScene(parent(asking, [use("sub", target, { timeoutMs: 5_000 })]));
    expect(await scene.run()).toMatchObject({ status: "failed", error: { code: "timeout" } });
    expect(await scene.resume()).toMatchObject({ status: "failed", error: { code: "timeout" } });
    await scene.close();
  });

  const slow = workflow([tool("slow", "hold")]);

  it.each([false, true])(
    "is stopped also when its parent fails and lets it end by itself (a death between: %s)",
    async (dies) => {
      const scene = createScene(parent(slow, [use("sub", target, { timeoutMs: 20_000 }), tool("bad", "hold")]));
      const { done } = await scene.start();
      await scene.pass(2_000);
      scene.release("bad", broken);
      await scene.pass(2_000);
      if (dies) await scene.crash();
      const summary = dies ? await scene.resume() : await scene.settle(done);
      expect(summary).toMatchObject({ status: "failed", step: "bad", steps: { sub: "failed" } });
      expect(await lasted(scene)).toBeLessThan(25_000);
      await scene.close();
    },
  );

  it("is stopped also when another item has failed", async () => {
    const sub = use("sub", target, { timeoutMs: 20_000, foreach: foreach([0, 1, 2]) });
    const scene = createScene(parent(slow, [sub]), { tellRuns: true });
    const { done } = await scene.start();
    await scene.pass(2_000);
    scene.release(`${await scene.childOf("sub[1]")} slow`, broken);
    await scene.pass(5_000);
    expect(await scene.paths("step.failed")).toEqual(["sub[1]"]);
    expect(await scene.settle(done)).toMatchObject({ status: "failed", step: "sub", error: { code: "tool_failed" } });
    expect(await lasted(scene)).toBeLessThan(25_000);
    await scene.close();
  });
});
