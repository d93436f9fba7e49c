import { Secret } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { createScene } from "./__fixtures__/scene.js";
import { args, use, used } from "./__fixtures__/steps.js";
import { tool, workflow } from "./__fixtures__/world.js";

const value = "hunter2-hunter2";

describe("a secret that stands in an ordinary variable", () => {
  it("does not get into the journal of a sub-workflow that is given the variable", async () => {
    const child = workflow([tool("x", "echo", { with: args({ value: "inputs.v" }) })], {
      name: "child",
      inputs: { v: { schema: { type: "string" }, required: true } },
      outputs: { v: "steps.x.output" },
    });
    const target = "./child.md";
    const flow = workflow([use("sub", target, { with: args({ v: "env.COPY" }) })], {
      secrets: ["TOKEN"],
      uses: { [target]: used(child) },
      outputs: { v: "steps.sub.output.v" },
    });
    const secrets = async (name: string) => (name === "TOKEN" ? new Secret(name, value) : undefined);
    const scene = createScene(flow, { engine: { env: { COPY: value }, secrets } });
    expect((await scene.run()).status).toBe("completed");
    const run = await scene.childOf("sub");
    const [created] = await scene.events(run);
    expect(created).toMatchObject({
      type: "run.created",
      data: { parent: { run: "r", step: "sub" }, inputs: { v: expect.any(String) } },
    });
    for (const each of ["r", run]) expect(JSON.stringify(await scene.events(each))).not.toContain(value);
    await scene.close();
  });
});
