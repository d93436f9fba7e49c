import type { ConcurrencySpec, Workflow } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { createScene } from "./__fixtures__/scene.js";
import { approval, use, used } from "./__fixtures__/steps.js";
import { origin, tool, workflow } from "./__fixtures__/world.js";

const flow = (busy: ConcurrencySpec["busy"]): Workflow =>
  workflow([approval("ask"), tool("after", "ok", { needs: ["ask"] })], {
    concurrency: { key: ["deploy"], busy },
    finally: [tool("clean", "ok")],
  });

describe("a run whose turn it is not", () => {
  it("cancels the sub-workflow that another run waits for, and that waits for a person", async () => {
    const child = { ...flow("queue"), name: "child" };
    const parent = workflow([use("sub", "./child.md")], { uses: { "./child.md": used(child) } });
    const scene = createScene(parent, { tellRuns: true });
    expect((await scene.run()).status).toBe("suspended");
    const two = await scene.settle(scene.engine.start({ workflow: flow("cancel"), origin, run: "two" }));
    expect((await scene.settle(two.done)).status).toBe("suspended");
    expect(await scene.settle(scene.engine.get(await scene.childOf("sub")))).toMatchObject({ status: "cancelled" });
    expect(await scene.resume()).toMatchObject({ status: "failed", step: "sub" });
    await scene.close();
  });

  it("cancels a run that waits for a person and that nobody drives, and goes", async () => {
    const made = flow("cancel");
    const scene = createScene(made, { tellRuns: true });
    expect((await scene.run()).status).toBe("suspended");
    const two = await scene.settle(scene.engine.start({ workflow: made, origin, run: "two" }));
    expect((await scene.settle(two.done)).status).toBe("suspended");
    expect(await scene.settle(scene.engine.get("r"))).toMatchObject({ status: "cancelled" });
    expect(scene.calls).toEqual(["ok r clean"]);
    await scene.answer("ask", "ann", { run: "two" });
    expect((await scene.resume({}, "two")).status).toBe("completed");
    await scene.close();
  });

  it("does so too when its process died meanwhile", async () => {
    const made = flow("cancel");
    const scene = createScene(made, { tellRuns: true });
    await scene.run();
    await scene.settle(scene.engine.start({ workflow: made, origin, run: "two" }));
    await scene.crash();
    expect((await scene.resume({}, "two")).status).toBe("suspended");
    expect(await scene.settle(scene.engine.get("r"))).toMatchObject({ status: "cancelled" });
    await scene.close();
  });

  it("lets the run before it go on where an engine takes on no more runs", async () => {
    const made = workflow([tool("slow", "hold")], { concurrency: { key: ["deploy"], busy: "queue" } });
    const scene = createScene(made, { tellRuns: true, worker: { claim: "any" }, engine: { limits: { runs: 1 } } });
    await scene.start();
    await scene.pass(1_500);
    const two = await scene.settle(scene.engine.start({ workflow: made, origin, run: "two" }));
    await scene.pass(1_500);
    await scene.crash();
    const again = await scene.settle(scene.engine.resume("two"));
    void two.done.catch(() => undefined);
    await scene.pass(30_000);
    scene.release("r slow");
    await scene.pass(5_000);
    scene.release("two slow");
    expect((await scene.settle(again.done)).status).toBe("completed");
    await scene.close();
  });
});
