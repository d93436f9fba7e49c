import type { ConcurrencySpec, RunHandle, Workflow } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { createScene, type Scene } from "./__fixtures__/scene.js";
import { undoBy } from "./__fixtures__/steps.js";
import { origin, tool, workflow } from "./__fixtures__/world.js";

function flow(busy: ConcurrencySpec["busy"]): Workflow {
  return workflow([tool("a", "hold", { undo: undoBy("a") })], {
    inputs: { place: { schema: { type: "string" }, required: true } },
    concurrency: { key: ["deploy-", { expr: "inputs.place" }], busy },
    finally: [tool("z", "ok")],
  });
}

/** Starts a run of the group, and gives it the time to begin. */
async function enter(scene: Scene, made: Workflow, run: string, place = "here"): Promise<RunHandle> {
  const handle = await scene.settle(scene.engine.start({ workflow: made, origin, inputs: { place }, run }));
  await scene.pass(1_500);
  return handle;
}

describe("concurrency", () => {
  it("queues runs of the same group in the order in which they came, and lets others pass", async () => {
    const made = flow("queue");
    const scene = createScene(made, { tellRuns: true });
    const one = await enter(scene, made, "one");
    const two = await enter(scene, made, "two");
    const three = await enter(scene, made, "three");
    const other = await enter(scene, made, "other", "there");
    expect(scene.calls).toEqual(["hold one a", "hold other a"]);
    expect((await scene.events("two")).find((event) => event.type === "run.warned")).toMatchObject({
      data: { code: "concurrency_busy" },
    });
    for (const handle of [other, one, two, three]) {
      scene.release(`${handle.run} a`);
      expect((await scene.settle(handle.done)).status).toBe("completed");
      await scene.pass(2_000);
    }
    expect(scene.calls.filter((call) => call.startsWith("hold"))).toEqual([
      ...["hold one a", "hold other a", "hold two a", "hold three a"],
    ]);
    await scene.close();
  });

  it("skips a run while another is under way: it ends as cancelled at once and makes nothing", async () => {
    const made = flow("skip");
    const scene = createScene(made, { tellRuns: true });
    await enter(scene, made, "one");
    const two = await enter(scene, made, "two");
    const summary = await scene.settle(two.done);
    expect(summary).toMatchObject({ status: "cancelled", steps: { a: "skipped" } });
    expect(scene.calls.filter((call) => call.startsWith("hold"))).toEqual(["hold one a"]);
    await scene.close();
  });

  it("cancels the runs before it, waits for their end, and goes", async () => {
    const made = flow("cancel");
    const scene = createScene(made, { tellRuns: true });
    const one = await enter(scene, made, "one");
    const two = await enter(scene, made, "two");
    expect(await scene.settle(one.done)).toMatchObject({ status: "cancelled", steps: { z: "completed" } });
    await scene.pass(1_500);
    scene.release("two a");
    expect((await scene.settle(two.done)).status).toBe("completed");
    expect(scene.calls).toEqual(["hold one a", "ok one z", "hold two a", "ok two z"]);
    await scene.close();
  });

  it("keeps its place over the death of the process, and gives it up at its end", async () => {
    const made = flow("queue");
    const scene = createScene(made, { tellRuns: true });
    await enter(scene, made, "one");
    await enter(scene, made, "two");
    await scene.crash();
    const two = await scene.settle(scene.engine.resume("two"));
    await scene.pass(2_000);
    expect(scene.calls).toEqual(["hold one a"]);
    const one = await scene.settle(scene.engine.resume("one"));
    await scene.pass(1_000);
    scene.release("one a");
    expect((await scene.settle(one.done)).status).toBe("completed");
    await scene.pass(2_000);
    scene.release("two a");
    expect((await scene.settle(two.done)).status).toBe("completed");
    await scene.close();
  });
});
