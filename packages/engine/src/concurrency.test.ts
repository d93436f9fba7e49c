import type { ConcurrencySpec, RunHandle, Workflow } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { createScene, type Scene } from "./__fixtures__/scene.js";
import { undoBy, use, used } from "./__fixtures__/steps.js";
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

  it("lets sub-workflows have the place of what they belong to, and those of one family go in order", async () => {
    for (const busy of ["queue", "cancel", "skip"] as const) {
      const concurrency = { key: ["deploy"], busy } as const;
      const leaf = workflow([tool("x", "hold")], { name: "leaf", concurrency });
      const made = workflow([use("sub", "./leaf.md")], {
        uses: { "./leaf.md": used(leaf) },
        concurrency: { key: ["deploy"], busy: "queue" },
      });
      const scene = createScene(made);
      const { done } = await scene.start();
      await scene.pass(1_000);
      // It entered before the sub-workflow of the first.
      const later = await scene.settle(scene.engine.start({ workflow: made, origin, run: "later" }));
      await scene.pass(3_000);
      expect(scene.calls).toEqual(["hold x"]);
      scene.release("x");
      expect((await scene.settle(done)).status).toBe("completed");
      await scene.pass(3_000);
      scene.release("x");
      expect((await scene.settle(later.done)).status).toBe("completed");
      await scene.close();
    }
  });

  it("lets sub-workflows beside each other wait for each other, before who came after what they belong to", async () => {
    const concurrency = { key: ["deploy"], busy: "queue" } as const;
    const leaf = workflow([tool("x", "hold")], { name: "leaf", concurrency });
    const steps = [use("one", "./leaf.md"), use("two", "./leaf.md")];
    const made = workflow(steps, { uses: { "./leaf.md": used(leaf) }, concurrency });
    const scene = createScene(made, { tellRuns: true });
    const { done } = await scene.start();
    await scene.settle(
      scene.engine.start({ workflow: workflow([tool("z", "ok")], { concurrency }), origin, run: "z" }),
    );
    await scene.pass(3_000);
    const [one, two] = [await scene.childOf("one"), await scene.childOf("two")];
    expect(scene.calls).toHaveLength(1);
    const isOne = scene.calls[0] === `hold ${one} x`;
    scene.release(`${isOne ? one : two} x`);
    await scene.pass(3_000);
    expect(scene.calls).toHaveLength(2);
    scene.release(`${isOne ? two : one} x`);
    expect((await scene.settle(done)).status).toBe("completed");
    await scene.pass(3_000);
    expect(scene.calls.at(-1)).toBe("ok z z");
    await scene.close();
  });

  it("undoes the steps of a sub-workflow also while another run holds its group", async () => {
    for (const busy of ["skip", "queue", "cancel"] as const) {
      const concurrency = { key: ["deploy"], busy } as const;
      const child = workflow([tool("x", "ok", { undo: undoBy("x") })], { name: "child", concurrency });
      const made = workflow([use("sub", "./child.md"), tool("bad", "hold", { needs: ["sub"] })], {
        uses: { "./child.md": used(child) },
      });
      const scene = createScene(made);
      const { done } = await scene.start();
      await scene.pass(3_000);
      const holder = workflow([tool("h", "hold")], { concurrency });
      const other = await scene.settle(scene.engine.start({ workflow: holder, origin, run: "other" }));
      await scene.pass(1_500);
      scene.release("bad", { status: "failed", error: { code: "tool_failed", message: "no" } });
      expect(await scene.settle(done)).toMatchObject({ status: "failed", undone: ["sub"] });
      expect(scene.calls.at(-1)).toBe("ok x!undo");
      scene.release("h");
      expect((await scene.settle(other.done)).status).toBe("completed");
      await scene.close();
    }
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
