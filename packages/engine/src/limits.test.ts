import type { Json, JsonObject, Workflow } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { createScene, play } from "./__fixtures__/scene.js";
import { approval, args, foreach, signalWait, use, used } from "./__fixtures__/steps.js";
import { tool, workflow } from "./__fixtures__/world.js";

const big = "x".repeat(70_000);
const mega = "x".repeat(400_000);
const echo = { inputs: { v: { schema: {}, required: true } }, outputs: { v: "inputs.v" }, name: "child" } as const;
const uses = (child: Workflow): Partial<Workflow> => ({ uses: { "./child.md": used(child) } });

describe("sizes", () => {
  it("refuses a large signal and a large answer, and takes a smaller one after", async () => {
    const scene = createScene(workflow([signalWait("go", "go"), approval("ask", { needs: ["go"] })]));
    await scene.run();
    const refused = { code: "signal_refused", details: { reason: "too_large" } };
    await expect(scene.send("go", big)).rejects.toMatchObject(refused);
    await scene.send("go", "small");
    expect((await scene.resume()).status).toBe("suspended");
    await expect(scene.answer("ask", "ann", { comment: big })).rejects.toMatchObject(refused);
    await scene.answer("ask", "ann");
    expect((await scene.resume()).status).toBe("completed");
    await scene.close();
  });

  it("goes over no list of more than 1 MiB, nor over combinations that are", async () => {
    const expand = (list: Json[], more: JsonObject = {}) => {
      const over = { matrix: { a: { expr: "inputs.list" }, b: { expr: "inputs.others" } } };
      const flow = workflow(
        [tool("a", "ok", { foreach: more.isMatrix === true ? { over, as: "item" } : foreach(list) })],
        { inputs: { list: { schema: { type: "array" }, required: true }, others: { schema: {}, required: true } } },
      );
      return play(flow, { inputs: { list, others: [1, 2, 3] } });
    };
    const failed = { status: "failed", step: "a", error: { code: "foreach_too_large" } };
    expect((await expand([mega, mega, mega])).summary).toMatchObject(failed);
    expect((await expand([mega], { isMatrix: true })).summary).toMatchObject(failed);
    expect((await expand([mega, mega])).summary).toMatchObject({ status: "completed" });
  });

  it("gives a sub-workflow no inputs of more than 1 MiB, and takes no such outputs", async () => {
    const three = (value: string) => `[${value}, ${value}, ${value}]`;
    const child = workflow([], echo);
    const flow = workflow([use("sub", "./child.md", { with: args({ v: three("inputs.text") }) })], {
      ...uses(child),
      inputs: { text: { schema: { type: "string" }, required: true } },
    });
    const given = await play(flow, { inputs: { text: mega } });
    expect(given.summary).toMatchObject({ status: "failed", step: "sub", error: { code: "input_invalid" } });
    const grown = workflow([tool("x", "ok")], { ...echo, outputs: { v: three("inputs.v") } });
    const other = workflow([use("sub", "./child.md", { with: args({ v: "inputs.text" }) })], {
      ...uses(grown),
      inputs: flow.inputs,
    });
    const taken = await play(other, { inputs: { text: mega } });
    expect(taken.summary).toMatchObject({ status: "failed", step: "sub", error: { code: "output_too_large" } });
  });
});

describe("ids of steps", () => {
  it("refuses ids that paths cannot hold, in all sections, and ids that stand twice over sections", async () => {
    const scene = createScene(workflow([tool("a", "ok")]));
    const start = (made: Workflow) =>
      scene.settle(scene.engine.start({ workflow: made, origin: { folder: "/", cwd: "/", bundle: false } }));
    for (const id of ["", "a#2", "a!undo", "x[0]", "__proto__", "constructor", "a".repeat(201)]) {
      const step = tool(id, "ok");
      const flows = [workflow([step]), workflow([], { onFailure: [step] }), workflow([], { finally: [step] })];
      for (const made of flows) await expect(start(made)).rejects.toMatchObject({ code: "workflow_invalid" });
    }
    const twice = workflow([tool("a", "ok")], { onFailure: [tool("b", "ok")], finally: [tool("b", "ok")] });
    await expect(start(twice)).rejects.toMatchObject({ code: "workflow_invalid" });
    const across = workflow([tool("a", "ok")], { finally: [tool("a", "ok")] });
    await expect(start(across)).rejects.toMatchObject({ code: "workflow_invalid" });
    await scene.close();
  });

  it("takes names that every object has", async () => {
    const flow = workflow([tool("toString", "ok"), tool("hasOwnProperty", "ok", { needs: ["toString"] })], {
      outputs: { text: "steps.toString.output" },
      finally: [tool("valueOf", "ok")],
    });
    expect((await play(flow)).summary).toMatchObject({
      status: "completed",
      outputs: { text: "result of toString" },
      steps: { toString: "completed", hasOwnProperty: "completed", valueOf: "completed" },
    });
  });
});

describe("the number of runs that an engine drives", () => {
  it("does not keep a parent from its sub-workflows", async () => {
    const leaf = workflow([tool("x", "ok")], { name: "leaf" });
    const middle = workflow([use("inner", "./leaf.md", { foreach: foreach([1, 2]) })], {
      name: "child",
      uses: { "./leaf.md": used(leaf) },
    });
    const scene = createScene(workflow([use("sub", "./child.md")], uses(middle)), {
      worker: { claim: "any" },
      engine: { limits: { runs: 1 } },
    });
    expect((await scene.run()).status).toBe("completed");
    await scene.close();
  });
});
