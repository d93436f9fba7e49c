import type { RunQuery } from "@aiw/core";
import { createFakeClock, createMemoryRunStore } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createScene, play } from "./__fixtures__/scene.js";
import { approval, repeat, undoBy, use, used } from "./__fixtures__/steps.js";
import { createWorld, origin, tool, within, workflow } from "./__fixtures__/world.js";

describe("the Undo of a sub-workflow", () => {
  it("undoes its steps in reverse, unless the step has an Undo of its own", async () => {
    const child = workflow(
      [tool("x", "ok", { undo: undoBy("x") }), tool("y", "ok", { needs: ["x"], undo: undoBy("y") })],
      { name: "child" },
    );
    const flow = (own: boolean) =>
      workflow(
        [use("sub", "./child.md", own ? { undo: undoBy("sub") } : {}), tool("bad", "fail", { needs: ["sub"] })],
        { uses: { "./child.md": used(child) } },
      );
    const inner = await play(flow(false));
    expect(inner.summary).toMatchObject({ status: "failed", step: "bad", undone: ["sub"] });
    expect(inner.calls).toEqual(["ok x", "ok y", "fail bad", "ok y!undo", "ok x!undo"]);
    const own = await play(flow(true));
    expect(own.summary.undone).toEqual(["sub"]);
    expect(own.calls).toEqual(["ok x", "ok y", "fail bad", "ok sub!undo"]);
  });

  it("says what stands when it is cut short", async () => {
    const hold = (id: string) => undoBy(id, "hold");
    const child = workflow([tool("x", "ok", { undo: hold("x") }), tool("y", "ok", { needs: ["x"], undo: hold("y") })], {
      name: "child",
    });
    const flow = workflow([use("sub", "./child.md"), tool("bad", "fail", { needs: ["sub"] })], {
      uses: { "./child.md": used(child) },
    });
    const scene = createScene(flow);
    const { done } = await scene.start();
    await scene.pass(2_000);
    await scene.settle(scene.engine.cancel("r", "me"));
    expect(await scene.settle(done)).toMatchObject({
      status: "failed",
      step: "bad",
      notUndone: [{ step: "sub", error: { code: "child_failed", message: expect.stringContaining("y, x could not") } }],
    });
    await scene.close();
  });

  it("does not ask its if again", async () => {
    const child = workflow([tool("x", "ok", { undo: undoBy("x") })], { name: "child" });
    const flow = workflow(
      [
        tool("begin", "ok"),
        use("sub", "./child.md", { needs: ["begin"], if: "steps.end.output == null" }),
        tool("end", "ok", { needs: ["sub"], repeat: repeat("true", 2, { from: "begin" }) }),
        tool("bad", "fail", { needs: ["end"] }),
      ],
      { uses: { "./child.md": used(child) } },
    );
    const { summary, calls } = await play(flow);
    expect(summary).toMatchObject({ status: "failed", step: "bad", undone: ["sub"] });
    expect(calls.at(-1)).toBe("ok x!undo");
  });
});

describe("a sub-workflow that was undone", () => {
  const child = workflow([tool("x", "ok", { undo: undoBy("x") })], { name: "child", outputs: { x: "steps.x.output" } });
  const failing = (calls: number) => {
    let count = 0;
    return () => {
      count += 1;
      return count < calls ? { status: "failed" as const, error: { code: "tool_failed", message: "no" } } : "well";
    };
  };

  it("is made anew by a resumed parent whose own Undo undid it as a whole", async () => {
    const flow = workflow(
      [use("sub", "./child.md", { undo: undoBy("sub") }), tool("last", "mend", { needs: ["sub"] })],
      {
        uses: { "./child.md": used(child) },
        outputs: { x: "steps.sub.output.x" },
      },
    );
    const scene = createScene(flow, { operations: { mend: failing(2) } });
    expect(await scene.run()).toMatchObject({ status: "failed", undone: ["sub"] });
    expect(await scene.resume()).toMatchObject({ status: "completed", outputs: { x: "result of x" } });
    expect(scene.calls).toEqual(["ok x", "mend last", "ok sub!undo", "ok x", "mend last 2"]);
    expect((await scene.store.list({ parent: "r" })).runs).toHaveLength(2);
    await scene.close();
  });

  it("goes on in the same run where its steps were undone one by one", async () => {
    const flow = workflow([use("sub", "./child.md"), tool("last", "mend", { needs: ["sub"] })], {
      uses: { "./child.md": used(child) },
    });
    const scene = createScene(flow, { operations: { mend: failing(3) } });
    expect(await scene.run()).toMatchObject({ status: "failed", undone: ["sub"] });
    expect(await scene.resume()).toMatchObject({ status: "failed", undone: ["sub"] });
    expect((await scene.resume()).status).toBe("completed");
    expect(scene.calls.filter((call) => call.endsWith("!undo"))).toHaveLength(2);
    expect((await scene.store.list({ parent: "r" })).runs).toHaveLength(1);
    await scene.close();
  });

  it("stays undone where it was while the rest is undone at a second attempt, and is made again as a whole", async () => {
    const both = workflow(
      [tool("x", "ok", { undo: undoBy("x") }), tool("y", "ok", { needs: ["x"], undo: undoBy("y", "stubborn") })],
      { name: "child" },
    );
    let undos = 0;
    const flow = workflow([use("sub", "./child.md"), tool("last", "mend", { needs: ["sub"] })], {
      uses: { "./child.md": used(both) },
    });
    const scene = createScene(flow, {
      operations: {
        mend: failing(3),
        stubborn: () => {
          undos += 1;
          return undos === 1 ? { status: "failed", error: { code: "tool_failed", message: "no" } } : "undone";
        },
      },
    });
    expect(await scene.run()).toMatchObject({ status: "failed", notUndone: [{ step: "sub" }] });
    expect(await scene.resume()).toMatchObject({ status: "failed", undone: ["sub"] });
    expect((await scene.resume()).status).toBe("completed");
    expect(scene.calls.map((call) => call.split(" ").slice(0, 2).join(" "))).toEqual([
      ...["ok x", "ok y", "mend last", "stubborn y!undo", "ok x!undo"],
      ...["mend last", "stubborn y!undo"],
      ...["ok x", "ok y", "mend last"],
    ]);
    await scene.close();
  });

  it("is undone at once when none of its steps was made", async () => {
    const idle = workflow([tool("x", "ok", { if: "1 > 2", undo: undoBy("x") })], { name: "child" });
    const flow = workflow([use("sub", "./child.md"), tool("bad", "fail", { needs: ["sub"] })], {
      uses: { "./child.md": used(idle) },
    });
    expect((await play(flow)).summary).toMatchObject({ status: "failed", step: "bad", undone: ["sub"] });
  });

  it("is made anew each time when it cleans up", async () => {
    const clean = workflow([tool("x", "ok")], { name: "clean" });
    const flow = workflow([tool("a", "mend")], {
      uses: { "./clean.md": used(clean) },
      finally: [use("z", "./clean.md")],
    });
    const scene = createScene(flow, { operations: { mend: failing(2) } });
    expect((await scene.run()).status).toBe("failed");
    expect((await scene.resume()).status).toBe("completed");
    expect(scene.calls).toEqual(["mend a", "ok x", "mend a 2", "ok x"]);
    await scene.close();
  });
});

describe("a child that disappears", () => {
  it("fails its step, and the run, with a word about it", async () => {
    const clock = createFakeClock();
    const store = createMemoryRunStore({ clock });
    let isHidden = false;
    const hiding = {
      ...store,
      list: async (query: RunQuery) => {
        const page = await store.list(query);
        return isHidden ? { ...page, runs: page.runs.filter(({ run }) => run === "r") } : page;
      },
    };
    const child = workflow([approval("ask")], { name: "child" });
    const flow = workflow([use("sub", "./child.md"), tool("after", "ok", { needs: ["sub"] })], {
      uses: { "./child.md": used(child) },
    });
    const operations = { ok: () => 1 };
    const first = createWorld({ clock, store: hiding, operations });
    const handle = await within(clock, first.engine.start({ workflow: flow, origin, run: "r" }));
    expect((await within(clock, handle.done)).status).toBe("suspended");
    await first.engine.close();
    isHidden = true;
    const second = createWorld({ clock, store: hiding, operations });
    const again = await within(clock, second.engine.resume("r"));
    expect(await within(clock, again.done)).toMatchObject({
      status: "failed",
      step: "sub",
      error: { code: "child_failed", message: expect.stringContaining("is gone from the store") },
    });
    await second.engine.close();
  });
});
