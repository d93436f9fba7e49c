import { createMemoryStepCache } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createScene, play } from "./__fixtures__/scene.js";
import { args, foreach, repeat, undoBy } from "./__fixtures__/steps.js";
import { tool, workflow } from "./__fixtures__/world.js";

const undone = (calls: readonly string[]) =>
  calls.filter((call) => call.includes("!undo")).map((call) => call.split(" ")[1]);

describe("Undo", () => {
  it("undoes completed steps in reverse order of completion, and no others", async () => {
    const flow = workflow([
      tool("a", "hold", { undo: undoBy("a") }),
      tool("b", "hold", { undo: undoBy("b") }),
      tool("none", "ok"),
      tool("bad", "hold", { undo: undoBy("bad") }),
      tool("never", "ok", { needs: ["bad"], undo: undoBy("never") }),
    ]);
    const scene = createScene(flow);
    const { done } = await scene.start();
    for (const path of ["b", "a"]) {
      await scene.pass(500);
      scene.release(path);
    }
    await scene.pass(500);
    scene.release("bad", { status: "failed", error: { code: "tool_failed", message: "no" } });
    const summary = await scene.settle(done);
    expect(summary).toMatchObject({ status: "failed", step: "bad", undone: ["a", "b"] });
    expect(summary.notUndone).toBeUndefined();
    expect(undone(scene.calls)).toEqual(["a!undo", "b!undo"]);
    expect(await scene.paths("step.compensated")).toEqual(["a!undo", "b!undo"]);
    await scene.close();
  });

  it("undoes each item and each round, with its own value and result", async () => {
    const undo = tool("each", "note", { with: args({ value: "[item, steps.each.output, steps.loop.output]" }) });
    const seen: unknown[] = [];
    const flow = workflow([
      tool("loop", "round", {
        repeat: repeat("output == 2", 3),
        undo: tool("loop", "note", { with: args({ value: "steps.loop.output" }) }),
      }),
      tool("each", "echo", {
        needs: ["loop"],
        foreach: foreach(["x", "y"], { maxParallel: 1 }),
        with: args({ value: "item + '!'" }),
        undo,
      }),
      tool("bad", "fail", { needs: ["each"] }),
    ]);
    const { summary } = await play(flow, {
      operations: {
        round: (_, { step }) => (step === "loop" ? 1 : 2),
        note: ({ value }) => {
          seen.push(value);
          return null;
        },
      },
    });
    expect(summary.undone).toEqual(["each[1]", "each[0]", "loop#2", "loop"]);
    expect(seen).toEqual([["y", "y!", 2], ["x", "x!", 2], 2, 1]);
  });

  it("undoes the completed items of a foreach that failed", async () => {
    const flow = workflow([
      tool("each", "pick", {
        foreach: foreach([1, 2, 3], { maxParallel: 1 }),
        with: args({ value: "item" }),
        undo: undoBy("each"),
      }),
    ]);
    const { summary, calls } = await play(flow, {
      operations: {
        pick: ({ value }) => (value === 3 ? { status: "failed", error: { code: "tool_failed", message: "no" } } : 1),
      },
    });
    expect(summary.undone).toEqual(["each[1]", "each[0]"]);
    expect(undone(calls)).toEqual(["each[1]!undo", "each[0]!undo"]);
  });

  it("says what could not be undone, and undoes the rest", async () => {
    const flow = workflow([
      tool("a", "ok", { undo: undoBy("a") }),
      tool("b", "ok", { needs: ["a"], undo: undoBy("b", "fail") }),
      tool("c", "ok", { needs: ["b"], undo: undoBy("c") }),
      tool("bad", "fail", { needs: ["c"] }),
    ]);
    const { summary, calls } = await play(flow);
    expect(summary).toMatchObject({
      status: "failed",
      step: "bad",
      error: { message: "bad failed" },
      undone: ["c", "a"],
      notUndone: [{ step: "b", error: { code: "tool_failed" } }],
    });
    expect(undone(calls)).toEqual(["c!undo", "b!undo", "a!undo"]);
  });

  it("retries an Undo that says so", async () => {
    const retry = { attempts: 1, backoff: "constant", delayMs: 1_000, maxDelayMs: 1_000 } as const;
    const undo = { ...tool("a", "flaky"), retry };
    const { summary, calls } = await play(workflow([tool("a", "ok", { undo }), tool("bad", "fail", { needs: ["a"] })]));
    expect(summary.undone).toEqual(["a"]);
    expect(calls.slice(-2)).toEqual(["flaky a!undo", "flaky a!undo 2"]);
  });

  it("leaves results from the cache alone: their effect is another run's", async () => {
    const cache = createMemoryStepCache();
    const flow = workflow([
      tool("a", "ok", { undo: undoBy("a"), cache: { forMs: 600_000, files: [] } }),
      tool("bad", "fail", { needs: ["a"] }),
    ]);
    const first = await play(flow, { engine: { cache } });
    expect(first.summary.undone).toEqual(["a"]);
    const second = await play(flow, { engine: { cache } });
    const isCached = second.events.some((event) => event.type === "step.completed" && event.data.cached !== undefined);
    expect(second.summary.undone).toEqual(isCached ? undefined : ["a"]);
  });

  it("undoes nothing of a cancelled run, unless it is asked to", async () => {
    for (const undo of [false, true]) {
      const scene = createScene(
        workflow([tool("a", "ok", { undo: undoBy("a") }), tool("b", "hold", { needs: ["a"] })]),
      );
      const { done } = await scene.start();
      await scene.pass(1_000);
      await scene.settle(scene.engine.cancel("r", "me", { undo }));
      const summary = await scene.settle(done);
      expect(summary.status).toBe("cancelled");
      expect(summary.undone).toEqual(undo ? ["a"] : undefined);
      await scene.close();
    }
  });

  it("goes on after the process died in the middle: nothing is undone twice", async () => {
    const scene = createScene(
      workflow([
        tool("a", "ok", { undo: undoBy("a", "hold") }),
        tool("b", "ok", { needs: ["a"], undo: undoBy("b", "hold") }),
        tool("bad", "fail", { needs: ["b"] }),
      ]),
    );
    await scene.start();
    await scene.pass(1_000);
    scene.release("b!undo");
    await scene.pass(1_000);
    await scene.crash();
    const { done } = await scene.settle(scene.engine.resume("r"));
    await scene.pass(1_000);
    scene.release("a!undo");
    expect(await scene.settle(done)).toMatchObject({ status: "failed", undone: ["b", "a"] });
    expect(undone(scene.calls)).toEqual(["b!undo", "a!undo", "a!undo"]);
    await scene.close();
  });

  it("makes undone steps again when the run is resumed, with new keys, and undoes them again", async () => {
    let failures = 0;
    const flow = workflow(
      [
        tool("kept", "ok"),
        tool("a", "ok", { needs: ["kept"], undo: undoBy("a") }),
        tool("b", "ok", { needs: ["a"], undo: undoBy("b", "fail") }),
        tool("last", "mend", { needs: ["b"] }),
      ],
      { outputs: { last: "steps.last.output" } },
    );
    const scene = createScene(flow, {
      operations: {
        mend: () => {
          failures += 1;
          return failures < 3 ? { status: "failed", error: { code: "tool_failed", message: "no" } } : "at last";
        },
      },
    });
    expect(await scene.run()).toMatchObject({ status: "failed", undone: ["a"], notUndone: [{ step: "b" }] });
    // What could not be undone still stands, so it is not made again.
    expect(await scene.resume()).toMatchObject({ status: "failed", undone: ["a"], notUndone: [{ step: "b" }] });
    expect(await scene.resume()).toMatchObject({ status: "completed", outputs: { last: "at last" } });
    const made = scene.calls
      .map((call) => call.split(" ")[1])
      .filter((path) => path === "a" || path === "b" || path === "kept");
    expect(made).toEqual(["kept", "a", "b", "a", "a"]);
    const keys = (await scene.events()).flatMap((event) =>
      event.type === "step.started" && event.step === "a" ? [event.data.key] : [],
    );
    expect(new Set(keys).size).toBe(3);
    await scene.close();
  });

  it("makes what was undone again before the items behind it go on", async () => {
    let isMended = false;
    const flow = workflow([
      tool("a", "ok", { undo: undoBy("a") }),
      tool("each", "pick", {
        needs: ["a"],
        foreach: foreach([1, 2, 3], { maxParallel: 1 }),
        with: args({ value: "item" }),
      }),
    ]);
    const scene = createScene(flow, {
      operations: {
        pick: ({ value }) =>
          value === 2 && !isMended ? { status: "failed", error: { code: "tool_failed", message: "no" } } : "made",
      },
    });
    expect(await scene.run()).toMatchObject({ status: "failed", undone: ["a"] });
    isMended = true;
    expect((await scene.resume()).status).toBe("completed");
    expect(scene.calls).toEqual([
      ...["ok a", "pick each[0]", "pick each[1]", "ok a!undo"],
      ...["ok a 2", "pick each[1] 2", "pick each[2]"],
    ]);
    await scene.close();
  });
});
