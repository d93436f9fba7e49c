import { describe, expect, it } from "vitest";
import { createScene } from "./__fixtures__/scene.js";
import { foreach, signalWait, wait } from "./__fixtures__/steps.js";
import { tool, workflow } from "./__fixtures__/world.js";

const minute = 60_000;
const after = tool("b", "ok", { needs: ["a"] });

describe("wait", () => {
  it("for a time holds nothing in memory, over a restart, and ends no earlier", async () => {
    const scene = createScene(
      workflow([wait("a", { for: 10 * minute }), after], {
        outputs: { text: "steps.a.text", output: "steps.a.output" },
      }),
      {
        stepMs: 5_000,
      },
    );
    const began = scene.clock.now();
    await scene.start();
    await scene.pass(minute);
    const [row] = (await scene.store.list({ runs: ["r"] })).runs;
    expect(row).toMatchObject({ status: "suspended", dueAt: began + 10 * minute });
    expect(row?.worker).toBeUndefined();
    await scene.crash();
    expect(await scene.resume()).toMatchObject({ status: "completed", outputs: { text: null, output: null } });
    const done = (await scene.events()).find((event) => event.type === "step.completed" && event.step === "a");
    expect(done?.at).toBeGreaterThanOrEqual(began + 10 * minute);
    expect(done?.at).toBeLessThan(began + 11 * minute);
    await scene.close();
  });

  it("until a time given as text or number, at once when it is past, and fails for what is none", async () => {
    for (const [until, afterMs] of [
      ["'2026-01-01T00:05:00Z'", 5 * minute],
      [`${Date.UTC(2026, 0, 1, 0, 7)}`, 7 * minute],
      ["'2020-01-01T00:00:00Z'", 0],
    ] as const) {
      const scene = createScene(workflow([wait("a", { until })]), { stepMs: 5_000 });
      const began = scene.clock.now();
      expect((await scene.run()).status).toBe("completed");
      expect(scene.clock.now() - began).toBeGreaterThanOrEqual(afterMs);
      await scene.close();
    }
    for (const until of ["'soon'", "true", "9999999999999999"]) {
      const scene = createScene(workflow([wait("a", { until })]));
      expect(await scene.run()).toMatchObject({ status: "failed", error: { code: "expression_failed" } });
      await scene.close();
    }
  });

  it("for a signal takes its data, and any worker goes on", async () => {
    const scene = createScene(workflow([signalWait("a", "go"), after], { outputs: { data: "steps.a.output" } }));
    expect(await scene.run()).toMatchObject({
      status: "suspended",
      waits: [{ step: "a", waits: "signal", name: "go" }],
    });
    const engine = scene.another({ claim: "any" });
    await scene.send("go", { n: 1 });
    await scene.pass(3_000);
    expect(await scene.settle(engine.get("r"))).toMatchObject({ status: "completed", outputs: { data: { n: 1 } } });
    await scene.close();
  });

  it("takes a name that is made of expressions", async () => {
    const flow = workflow([wait("a", { signal: ["deploy-", { expr: "item" }] }, { foreach: foreach(["x", "y"]) })], {
      outputs: { all: "steps.a.items.map(i, i.output)" },
    });
    const scene = createScene(flow);
    expect((await scene.run()).waits?.map(({ name }) => name)).toEqual(["deploy-x", "deploy-y"]);
    await expect(scene.send("deploy-z", 1)).rejects.toMatchObject({ code: "signal_refused" });
    await scene.send("deploy-y", 2);
    await scene.send("deploy-x", 1);
    expect((await scene.resume()).outputs.all).toEqual([1, 2]);
    await scene.close();
  });

  it("keeps a signal that comes early, and gives several in order to those that wait longest", async () => {
    const flow = workflow(
      [tool("first", "hold"), signalWait("a", "go", { needs: ["first"] }), signalWait("c", "go", { needs: ["a"] })],
      { outputs: { a: "steps.a.output", c: "steps.c.output" } },
    );
    const scene = createScene(flow);
    const { done } = await scene.start();
    await scene.pass(500);
    await scene.send("go", 1);
    await scene.send("go", 2);
    await scene.pass(500);
    scene.release("first");
    expect(await scene.settle(done)).toMatchObject({ status: "completed", outputs: { a: 1, c: 2 } });
    await scene.close();
  });

  it("gives one signal to exactly one of two that wait, the longer waiting first", async () => {
    const flow = workflow([signalWait("a", "go"), tool("t", "hold"), signalWait("b", "go", { needs: ["t"] })], {
      outputs: { a: "steps.a.output", b: "steps.b.output" },
    });
    const scene = createScene(flow);
    const { done } = await scene.start();
    await scene.pass(500);
    scene.release("t");
    expect((await scene.settle(done)).waits).toHaveLength(2);
    await scene.send("go", "one");
    expect(await scene.resume()).toMatchObject({ status: "suspended", steps: { a: "completed", b: "suspended" } });
    await scene.send("go", "two");
    expect((await scene.resume()).outputs).toEqual({ a: "one", b: "two" });
    await scene.close();
  });

  it("refuses a name that nobody waits for, data that do not fit, and what comes too late", async () => {
    const schema = {
      type: "object",
      properties: { n: { type: "integer" } },
      required: ["n"],
      additionalProperties: false,
    };
    const flow = workflow([wait("a", { signal: ["go"], schema }), signalWait("c", "other", { needs: ["a"] })]);
    const scene = createScene(flow);
    await scene.run();
    await expect(scene.send("nope")).rejects.toMatchObject({
      code: "signal_refused",
      details: { reason: "not_awaited" },
    });
    await expect(scene.send("go", { n: "x" })).rejects.toMatchObject({ details: { reason: "misfit" } });
    await expect(scene.send("go", 1, "none")).rejects.toMatchObject({ code: "run_not_found" });
    await scene.send("go", { n: 1 });
    expect((await scene.resume()).steps).toEqual({ a: "completed", c: "suspended" });
    await expect(scene.send("go", { n: 2 })).rejects.toMatchObject({ details: { reason: "not_awaited" } });
    await scene.send("other");
    await scene.resume();
    await expect(scene.send("other")).rejects.toMatchObject({ code: "run_ended" });
    await scene.close();
  });

  it("takes one of two signals where only one is waited for, and journals that the other was not", async () => {
    const scene = createScene(
      workflow([signalWait("a", "go"), signalWait("b", "stop")], { outputs: { a: "steps.a.output" } }),
    );
    await scene.run();
    // Both are taken as they are sent: the run waits for this name.
    await scene.send("go", 1);
    await scene.send("go", 2);
    await scene.resume();
    await scene.send("stop");
    expect((await scene.resume()).outputs.a).toBe(1);
    const received = (await scene.events()).flatMap((event) => (event.type === "signal.received" ? [event.data] : []));
    expect(received.filter(({ name }) => name === "go")).toHaveLength(2);
    await scene.close();
  });

  it("fails with timeout when the signal does not come, and goes on with on-error: continue", async () => {
    const scene = createScene(workflow([signalWait("a", "go", { timeoutMs: 2 * minute }), after]), { stepMs: 5_000 });
    expect((await scene.run()).status).toBe("suspended");
    await scene.pass(2 * minute);
    expect(await scene.resume()).toMatchObject({
      status: "failed",
      reason: "step",
      step: "a",
      error: { code: "timeout" },
    });
    await scene.close();
    const goes = createScene(workflow([signalWait("a", "go", { timeoutMs: 2 * minute, onError: "continue" }), after]), {
      stepMs: 5_000,
    });
    await goes.run();
    await goes.pass(2 * minute);
    expect(await goes.resume()).toMatchObject({ status: "completed", steps: { a: "failed", b: "completed" } });
    await goes.close();
  });

  it("ends at once when the run is cancelled while nobody drives it", async () => {
    const scene = createScene(workflow([signalWait("a", "go"), wait("t", { for: 60 * minute })]));
    await scene.start();
    await scene.pass(minute);
    expect(await scene.settle(scene.engine.cancel("r", "me"))).toBe("requested");
    await scene.pass(1_000);
    expect(await scene.settle(scene.engine.get("r"))).toMatchObject({
      status: "cancelled",
      steps: { a: "skipped", t: "skipped" },
    });
    await scene.close();
  });
});
