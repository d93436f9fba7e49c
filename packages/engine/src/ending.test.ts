import { describe, expect, it } from "vitest";
import { createScene, play } from "./__fixtures__/scene.js";
import { approval, args, foreach, signalWait, undoBy, use, used, wait } from "./__fixtures__/steps.js";
import { tool, workflow } from "./__fixtures__/world.js";

const minute = 60_000;
const bad = tool("bad", "fail");
const broken = { status: "failed", error: { code: "tool_failed", message: "no" } } as const;

describe("On failure and Finally", () => {
  it("run one after another in the order of the file: Undo, On failure, Finally", async () => {
    const flow = workflow([tool("a", "ok", { undo: undoBy("a") }), tool("bad", "fail", { needs: ["a"] })], {
      onFailure: [tool("f1", "ok"), tool("f2", "ok")],
      finally: [tool("z1", "ok"), tool("z2", "ok")],
    });
    const { summary, calls } = await play(flow);
    expect(summary).toMatchObject({ status: "failed", step: "bad", error: { message: "bad failed" }, undone: ["a"] });
    expect(calls).toEqual(["ok a", "fail bad", "ok a!undo", "ok f1", "ok f2", "ok z1", "ok z2"]);
    expect(summary.steps).toMatchObject({ f1: "completed", f2: "completed", z1: "completed", z2: "completed" });
  });

  it("read the error, the status and nullable results; the error is null in Finally of a run that did not fail", async () => {
    const seen: unknown[] = [];
    const note = (id: string) =>
      tool(id, "note", {
        with: args({ value: "[run.status, error.code, error.step, error.undone, steps.never.output, steps.a.output]" }),
      });
    const make = (ending: "ok" | "fail") =>
      workflow(
        [
          tool("a", "ok", { undo: undoBy("a") }),
          tool("bad", ending, { needs: ["a"] }),
          tool("never", "ok", { needs: ["bad"] }),
        ],
        {
          onFailure: [note("f")],
          finally: [note("z")],
        },
      );
    const operations = {
      note: ({ value }: { readonly value?: unknown }) => {
        seen.push(value);
        return null;
      },
    };
    await play(make("fail"), { operations });
    const failed = ["failed", "tool_failed", "bad", ["a"], null, "result of a"];
    expect(seen.splice(0)).toEqual([failed, failed]);
    await play(make("ok"), { operations });
    expect(seen).toEqual([["completed", null, null, null, "result of never", "result of a"]]);
  });

  it("go on after a failed step there; the first error stays, and fails a run that had none", async () => {
    const flow = workflow([bad], {
      onFailure: [tool("f1", "fail"), tool("f2", "ok")],
      finally: [tool("z1", "fail"), tool("z2", "ok")],
    });
    const { summary, calls } = await play(flow);
    expect(summary).toMatchObject({ status: "failed", step: "bad", error: { message: "bad failed" } });
    expect(calls).toEqual(["fail bad", "fail f1", "ok f2", "fail z1", "ok z2"]);
    const late = await play(
      workflow([tool("a", "ok", { undo: undoBy("a") })], {
        onFailure: [tool("f", "ok")],
        finally: [tool("z1", "fail"), tool("z2", "ok")],
      }),
    );
    expect(late.summary).toMatchObject({
      status: "failed",
      reason: "step",
      step: "z1",
      error: { message: "z1 failed" },
    });
    expect(late.calls).toEqual(["ok a", "fail z1", "ok z2"]);
    const forgiven = await play(
      workflow([tool("a", "ok")], { finally: [tool("z1", "fail", { onError: "continue" })] }),
    );
    expect(forgiven.summary.status).toBe("completed");
  });

  it("loop, wait, ask and use there as anywhere", async () => {
    const child = workflow([tool("c", "ok")], { name: "child" });
    const flow = workflow([bad], {
      uses: { "./c.md": used(child) },
      onFailure: [
        tool("each", "ok", { foreach: foreach([1, 2]) }),
        approval("ask"),
        tool("skipped", "ok", { if: "steps.ask.output.approved == false" }),
      ],
      finally: [wait("pause", { for: minute }), use("sub", "./c.md"), tool("last", "ok")],
    });
    const scene = createScene(flow, { stepMs: 1_000 });
    expect(await scene.run()).toMatchObject({ status: "suspended", waits: [{ step: "ask", waits: "approval" }] });
    await scene.crash();
    await scene.answer("ask", "ann");
    expect(await scene.resume()).toMatchObject({
      status: "failed",
      step: "bad",
      steps: {
        each: "completed",
        ask: "completed",
        skipped: "skipped",
        pause: "completed",
        sub: "completed",
        last: "completed",
      },
    });
    expect(scene.calls).toEqual(["fail bad", "ok each[0]", "ok each[1]", "ok c", "ok last"]);
    await scene.close();
  });

  it("run after a rejection and after an expiry as after any failure", async () => {
    const flow = workflow([tool("a", "ok", { undo: undoBy("a") }), approval("ask", { needs: ["a"] })], {
      onFailure: [tool("f", "echo", { with: args({ value: "error.code" }) })],
      outputs: {},
    });
    const scene = createScene(flow);
    await scene.run();
    await scene.answer("ask", "ann", { approved: false });
    expect(await scene.resume()).toMatchObject({ status: "failed", reason: "rejected", undone: ["a"] });
    expect(scene.calls).toEqual(["ok a", "ok a!undo", "echo f"]);
    await scene.close();
  });

  it("only Finally runs after a cancel, and a second cancel cuts it short", async () => {
    const flow = workflow([tool("a", "ok", { undo: undoBy("a") }), tool("b", "hold", { needs: ["a"] })], {
      onFailure: [tool("f", "ok")],
      finally: [tool("z1", "hold"), tool("z2", "ok")],
    });
    const scene = createScene(flow);
    const { done } = await scene.start();
    await scene.pass(1_000);
    await scene.settle(scene.engine.cancel("r", "me", { reason: "enough" }));
    await scene.pass(1_000);
    expect(scene.calls).toEqual(["ok a", "hold b", "hold z1"]);
    await scene.settle(scene.engine.cancel("r", "me"));
    expect(await scene.settle(done)).toMatchObject({
      status: "cancelled",
      reason: "enough",
      steps: { z1: "failed" },
    });
    expect(scene.calls).toEqual(["ok a", "hold b", "hold z1"]);
    await scene.close();
  });

  it("ends as failed when it is cancelled while it cleans up after a failure", async () => {
    const flow = workflow([bad], { onFailure: [tool("f", "hold")], finally: [tool("z", "ok")] });
    const scene = createScene(flow);
    const { done } = await scene.start();
    await scene.pass(1_000);
    await scene.settle(scene.engine.cancel("r", "me"));
    expect(await scene.settle(done)).toMatchObject({ status: "failed", step: "bad" });
    expect(scene.calls).toEqual(["fail bad", "hold f"]);
    await scene.close();
  });

  it("have at least ten minutes after the total time is over, and no more", async () => {
    const make = (waitMs: number) =>
      workflow([tool("a", "ok", { undo: undoBy("a") }), tool("slow", "hold", { needs: ["a"] })], {
        timeoutMs: 20 * minute,
        finally: [wait("pause", { for: waitMs }), tool("last", "ok")],
      });
    const within = createScene(make(9 * minute), { stepMs: 5_000 });
    expect(await within.run()).toMatchObject({
      status: "failed",
      reason: "timeout",
      undone: ["a"],
      steps: { last: "completed" },
    });
    await within.close();
    const over = createScene(make(11 * minute), { stepMs: 5_000 });
    const summary = await over.run();
    expect(summary).toMatchObject({ status: "failed", reason: "timeout", steps: { pause: "failed" } });
    expect(over.calls).not.toContain("ok last");
    await over.close();
  });

  it("are made again when the failed run is resumed and fails again", async () => {
    let failures = 0;
    const flow = workflow([tool("a", "mend")], {
      onFailure: [tool("f", "ok")],
      finally: [tool("z", "ok")],
      outputs: { a: "steps.a.output" },
    });
    const scene = createScene(flow, {
      operations: {
        mend: () => {
          failures += 1;
          return failures < 3 ? broken : "well";
        },
      },
    });
    expect((await scene.run()).status).toBe("failed");
    expect((await scene.resume()).status).toBe("failed");
    expect(await scene.resume()).toMatchObject({ status: "completed", outputs: { a: "well" } });
    const names = scene.calls.map((call) => call.split(" ").slice(0, 2).join(" "));
    expect(names).toEqual(["mend a", "ok f", "ok z", "mend a", "ok f", "ok z", "mend a", "ok z"]);
    await scene.close();
  });

  it("do not go over their items before the run has failed again", async () => {
    let failures = 0;
    const flow = workflow([tool("a", "mend")], { onFailure: [tool("f", "ok", { foreach: foreach([1, 2]) })] });
    const scene = createScene(flow, {
      operations: {
        mend: () => {
          failures += 1;
          return failures < 3 ? broken : "well";
        },
      },
    });
    expect((await scene.run()).status).toBe("failed");
    expect((await scene.resume()).status).toBe("failed");
    expect((await scene.resume()).status).toBe("completed");
    const names = scene.calls.map((call) => call.split(" ").slice(0, 2).join(" "));
    expect(names).toEqual(["mend a", "ok f[0]", "ok f[1]", "mend a", "ok f[0]", "ok f[1]", "mend a"]);
    await scene.close();
  });

  it("go on where the process died", async () => {
    const flow = workflow([bad], { onFailure: [tool("f1", "ok"), tool("f2", "hold")], finally: [tool("z", "ok")] });
    const scene = createScene(flow);
    await scene.start();
    await scene.pass(1_000);
    await scene.crash();
    const { done } = await scene.settle(scene.engine.resume("r"));
    await scene.pass(1_000);
    scene.release("f2");
    expect(await scene.settle(done)).toMatchObject({ status: "failed", step: "bad" });
    expect(scene.calls).toEqual(["fail bad", "ok f1", "hold f2", "hold f2 2", "ok z"]);
    await scene.close();
  });

  it("do not wait for people in a cancelled run's main section, and refuse answers to it", async () => {
    const flow = workflow([approval("ask"), signalWait("go", "go")], { finally: [tool("z", "hold")] });
    const scene = createScene(flow);
    await scene.run();
    const cancelled = scene.engine.cancel("r", "me");
    await scene.pass(500);
    await expect(scene.answer("ask", "ann")).rejects.toMatchObject({ code: "signal_refused" });
    await expect(scene.send("go")).rejects.toMatchObject({ code: "signal_refused" });
    scene.release("z");
    expect(await scene.settle(cancelled)).toBe("requested");
    expect((await scene.settle(scene.engine.get("r"))).status).toBe("cancelled");
    await scene.close();
  });
});
