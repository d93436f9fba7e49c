import { AiwError, type Append, foldJournal, type RunHandle, type Workflow } from "@aiw/core";
import { createFakeClock, createMemoryRunStore } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { createScene } from "./__fixtures__/scene.js";
import { repeat, undoBy, use, used } from "./__fixtures__/steps.js";
import { createWorld, type Operation, origin, tool, turns, within, workflow } from "./__fixtures__/world.js";

const target = "./child.md";
const broken = { status: "failed", error: { code: "tool_failed", message: "no" } } as const;

function parent(child: Workflow, steps: Workflow["steps"], more: Partial<Workflow> = {}): Workflow {
  return workflow(steps, { uses: { [target]: used({ ...child, name: "child" }) }, ...more });
}

/** Fails until it is mended. */
function mendable() {
  const cause = { isMended: false };
  const mend: Operation = (_, { step }) => (cause.isMended ? `result of ${step}` : broken);
  return { cause, operations: { mend } };
}

describe("a resumed parent", () => {
  it("completes when its failed sub-workflow was resumed by itself and completed", async () => {
    const { cause, operations } = mendable();
    const child = workflow([tool("x", "mend")], { outputs: { x: "steps.x.output" } });
    const flow = parent(child, [use("sub", target), tool("after", "ok", { needs: ["sub"] })], {
      outputs: { x: "steps.sub.output.x" },
    });
    const scene = createScene(flow, { operations });
    expect(await scene.run()).toMatchObject({ status: "failed", step: "sub" });
    cause.isMended = true;
    expect(await scene.resume({}, await scene.childOf("sub"))).toMatchObject({ status: "completed" });
    expect(await scene.resume()).toMatchObject({ status: "completed", outputs: { x: "result of x" } });
    expect(scene.calls).toEqual(["mend x", "mend x 2", "ok after"]);
    await scene.close();
  });

  it("completes in another process too, also after a death in the middle", async () => {
    const { cause, operations } = mendable();
    const flow = parent(workflow([tool("x", "mend")]), [use("sub", target), tool("after", "hold", { needs: ["sub"] })]);
    const scene = createScene(flow, { operations });
    expect(await scene.run()).toMatchObject({ status: "failed", step: "sub" });
    cause.isMended = true;
    await scene.resume({}, await scene.childOf("sub"));
    await scene.crash();
    await scene.settle(scene.engine.resume("r"));
    await scene.crash();
    const { done } = await scene.settle(scene.engine.resume("r"));
    await scene.pass(5_000);
    scene.release("after");
    expect(await scene.settle(done)).toMatchObject({ status: "completed", steps: { sub: "completed" } });
    await scene.close();
  });

  it("is told again what of a sub-workflow could not be undone", async () => {
    const child = workflow([tool("eff", "ok", { undo: undoBy("eff", "fail") })]);
    const flow = parent(child, [use("sub", target), tool("bad", "fail", { needs: ["sub"] })]);
    const scene = createScene(flow);
    const left = [{ step: "sub", error: { code: "child_failed" } }];
    expect(await scene.run()).toMatchObject({ status: "failed", step: "bad", notUndone: left });
    expect(await scene.resume()).toMatchObject({ status: "failed", step: "bad", notUndone: left });
    expect(await scene.resume()).toMatchObject({ status: "failed", step: "bad", notUndone: left });
    await scene.close();
  });
});

describe("the rounds of a step", () => {
  it("are not made again when only the first was undone, and none is to be undone twice", async () => {
    const { cause, operations } = mendable();
    const undoing: Operation = (_, { step }) => (step.includes("#2") ? broken : "undone");
    const flow = workflow([
      tool("a", "ok", { repeat: repeat("output == 'result of a#2'", 5), undo: undoBy("a", "undoing") }),
      tool("bad", "mend", { needs: ["a"] }),
    ]);
    const scene = createScene(flow, { operations: { ...operations, undoing } });
    expect(await scene.run()).toMatchObject({
      status: "failed",
      step: "bad",
      undone: ["a"],
      notUndone: [{ step: "a#2" }],
    });
    expect(await scene.resume()).toMatchObject({ status: "failed", step: "bad" });
    cause.isMended = true;
    expect(await scene.resume()).toMatchObject({ status: "completed" });
    const made = scene.calls.filter((call) => call.startsWith("ok a"));
    expect(made).toEqual(["ok a", "ok a#2"]);
    const { undoable } = foldJournal(await scene.events()).state;
    expect(undoable.map(({ path }) => path)).toEqual(["a#2"]);
    await scene.close();
  });
});

describe("a full disk at the start of a sub-workflow", () => {
  it("keeps the finished step, and starts nothing of the sub-workflow before there is space", async () => {
    const clock = createFakeClock();
    const memory = createMemoryRunStore({ clock });
    let isFull = false;
    // What creates or starts something finds no space; what is finished still does.
    const isStart = ({ create, spawn = [], events }: Append) =>
      create !== undefined || spawn.length > 0 || events.some(({ type }) => type === "step.started");
    const append = async (items: readonly Append[]) => {
      if (isFull && items.some(isStart)) {
        throw new AiwError("disk_full", "no space left on the disk", { hint: "make room" });
      }
      return memory.append(items);
    };
    const calls: string[] = [];
    const work: Operation = (_, { step }) => {
      calls.push(step);
      isFull = step === "a";
      return step;
    };
    const { engine, events, store } = createWorld({ clock, store: { ...memory, append }, operations: { work } });
    const flow = parent(workflow([tool("x", "work")]), [tool("a", "work"), use("sub", target, { needs: ["a"] })]);
    const { done } = await within(clock, engine.start({ workflow: flow, origin, run: "r" }));
    await expect(within(clock, done)).rejects.toMatchObject({ code: "disk_full" });
    await turns();
    const types = (await events("r")).map(({ type }) => type);
    expect(types).toEqual(["run.created", "run.claimed", "step.started", "step.completed"]);
    expect((await store.list({ parent: "r" })).runs).toEqual([]);
    isFull = false;
    const again = await within(clock, engine.resume("r"), { stepMs: 1_000 });
    expect(await within(clock, again.done, { stepMs: 1_000 })).toMatchObject({ status: "completed" });
    const started = (await events("r")).flatMap((event) => (event.type === "step.started" ? [event.step] : []));
    expect(started).toEqual(["a", "sub"]);
    expect(calls).toEqual(["a", "x"]);
    await engine.close();
  });
});

describe("a resumed run of a concurrency group", () => {
  for (const first of ["resume", "start"] as const) {
    for (const engines of [1, 2]) {
      it(`is never in it beside another (${first} first, ${engines} engines)`, async () => {
        let inside = 0;
        let most = 0;
        let calls = 0;
        const work: Operation = async (_, { run }) => {
          calls += 1;
          if (calls === 1) return broken;
          inside += 1;
          most = Math.max(most, inside);
          await new Promise<void>((resolve) => ends.set(run, resolve));
          inside -= 1;
          return run;
        };
        const ends = new Map<string, () => void>();
        const flow = workflow([tool("a", "work")], { concurrency: { key: ["g"], busy: "queue" } });
        const scene = createScene(flow, { operations: { work } });
        expect(await scene.run()).toMatchObject({ status: "failed" });
        const { engine } = scene;
        const other = engines === 1 ? engine : scene.another();
        const resume = () => engine.resume("r");
        const start = () => other.start({ workflow: flow, origin, run: "two" });
        const both: Promise<RunHandle>[] = first === "resume" ? [resume(), start()] : [start(), resume()];
        const handles = await scene.settle(Promise.all(both));
        for (let ended = 0; ended < 2; ended += 1) {
          await scene.pass(5_000);
          expect(ends.size).toBe(1);
          for (const [run, end] of ends) {
            ends.delete(run);
            end();
          }
        }
        for (const { done } of handles) expect(await scene.settle(done)).toMatchObject({ status: "completed" });
        expect([most, calls]).toEqual([1, 3]);
        await scene.close();
      });
    }
  }
});
