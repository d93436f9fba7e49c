import { describe, expect, it } from "vitest";
import { createScene } from "./__fixtures__/scene.js";
import { approval, wait } from "./__fixtures__/steps.js";
import { tool, workflow } from "./__fixtures__/world.js";

const minute = 60_000;
const asking = workflow([approval("ask", { timeoutMs: minute }), tool("after", "ok", { needs: ["ask"] })]);
const listening = workflow([
  wait("go", { signal: ["go"] }, { timeoutMs: minute }),
  tool("after", "ok", { needs: ["go"] }),
]);

describe("an answer to a run that nobody drives", () => {
  it("is refused after the time to answer", async () => {
    const scene = createScene(asking);
    expect((await scene.run()).status).toBe("suspended");
    await scene.pass(61_000);
    await expect(scene.answer("ask", "ann")).rejects.toMatchObject({
      code: "signal_refused",
      details: { reason: "not_awaited" },
    });
    expect(await scene.resume()).toMatchObject({ status: "failed", reason: "expired" });
    expect(await scene.paths("step.completed")).toEqual([]);
    await scene.close();
  });

  it("is taken when it came in time, however late it is read", async () => {
    const scene = createScene(asking);
    await scene.run();
    await scene.pass(50_000);
    await scene.answer("ask", "ann");
    await scene.crash();
    await scene.pass(10 * minute);
    expect(await scene.resume()).toMatchObject({
      status: "completed",
      steps: { ask: "completed", after: "completed" },
    });
    await scene.close();
  });

  it("is not taken by whoever drives the run later when it was posted too late", async () => {
    const scene = createScene(asking);
    await scene.run();
    await scene.pass(61_000);
    const data = { type: "approval", step: "ask", by: "ann", approved: true };
    await scene.store.post([{ run: "r", id: "answer:late", type: "signal", data, at: scene.clock.now() }]);
    await scene.pass(minute);
    expect(await scene.resume()).toMatchObject({ status: "failed", reason: "expired" });
    expect(scene.calls).toEqual([]);
    await scene.close();
  });
});

describe("a signal to a run that nobody drives", () => {
  it("is refused after the step's time is over", async () => {
    const scene = createScene(listening);
    expect((await scene.run()).status).toBe("suspended");
    await scene.pass(61_000);
    await expect(scene.send("go", 1)).rejects.toMatchObject({ code: "signal_refused" });
    expect(await scene.resume()).toMatchObject({ status: "failed", step: "go", error: { code: "timeout" } });
    await scene.close();
  });

  it("is taken when it came in time, however late it is read", async () => {
    const scene = createScene(listening);
    await scene.run();
    await scene.pass(50_000);
    await scene.send("go", 1);
    await scene.crash();
    await scene.pass(10 * minute);
    expect(await scene.resume()).toMatchObject({ status: "completed", steps: { go: "completed", after: "completed" } });
    await scene.close();
  });
});
