import { createFakeClock } from "@aiw/core/testing";
import { expect, it } from "vitest";
import { agent, createWorld, fakeAgent, origin, script, tool, within, workflow } from "./__fixtures__/world.js";

it("runs steps in order, hands outputs on and computes the outputs of the run", async () => {
  const clock = createFakeClock();
  const { engine, events } = createWorld({
    clock,
    scripts: (text) => ({ stdout: text === "count" ? '{"n": 2}\n' : "hello \n" }),
    operations: { double: (input) => Number(input.n) * 2 },
  });
  const flow = workflow(
    [
      script("hello", "greet"),
      script("count", "count", {
        needs: ["hello"],
        output: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] },
      }),
      tool("double", "double", {
        needs: ["count"],
        with: { t: "map", entries: { n: { t: "expr", expr: "steps.count.output.n" } } },
      }),
    ],
    { outputs: { text: "steps.hello.text", n: "steps.double.output" } },
  );
  const { run, created, done } = await within(clock, engine.start({ workflow: flow, origin }));
  expect(created).toBe(true);
  const summary = await within(clock, done);
  expect(summary).toMatchObject({ run, status: "completed", outputs: { text: "hello", n: 4 } });
  expect((await events(run)).map((event) => event.type)).toEqual(
    [
      "run.created",
      "run.claimed",
      "step.started",
      "step.checkpointed",
      "step.completed",
      "step.started",
      "step.checkpointed",
      "step.completed",
      "step.started",
      "step.completed",
      "run.completed",
    ].filter((type) => type !== "step.checkpointed"),
  );
  await engine.close();
});

it("runs an agent with its prompt filled", async () => {
  const clock = createFakeClock();
  const claude = fakeAgent("claude", ({ prompt }) => ({ status: "completed", text: `did ${prompt}`, costUsd: 0.5 }));
  const { engine } = createWorld({ clock, agents: [claude] });
  const flow = workflow([agent("write", "x", { prompt: ["say ", { expr: "inputs.word" }] })], {
    inputs: { word: { schema: { type: "string", default: "hi" }, required: false } },
    outputs: { text: "steps.write.text", cost: "steps.write.cost_usd" },
  });
  const handle = await within(clock, engine.start({ workflow: flow, origin }));
  const summary = await within(clock, handle.done);
  expect(summary).toMatchObject({ status: "completed", outputs: { text: "did say hi", cost: 0.5 }, costUsd: 0.5 });
  await engine.close();
});
