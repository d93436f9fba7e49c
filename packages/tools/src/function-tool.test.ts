import { AiwError } from "@aiw/core";
import { describeTool } from "@aiw/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { makeContext, makeSpawner } from "./__fixtures__/context.js";
import { defineTool } from "./function-tool.js";

const spawner = makeSpawner();
afterAll(() => spawner.close());

const numbers = {
  type: "object",
  properties: { a: { type: "number" }, b: { type: "number", default: 1 } },
  required: ["a"],
};

function makeTool() {
  return defineTool({
    name: "math",
    operations: {
      add: { parameters: numbers, run: ({ a, b }) => Number(a) + Number(b) },
      fail: {
        run: () => {
          throw new AiwError("network", "the line is down", { retryable: true });
        },
      },
      crash: {
        run: () => {
          throw new TypeError("oops");
        },
      },
      wrong: { output: { type: "string" }, run: () => 1 },
      echo: { run: ({ value }) => `got ${String(value)}` },
      wait: {
        run: async (_, { signal }) =>
          await new Promise<string>((resolve) =>
            signal.addEventListener("abort", () => resolve("late"), { once: true }),
          ),
      },
    },
  });
}

describeTool("function tool", () => ({
  tool: makeTool(),
  context: (signal, secrets) => makeContext(spawner, { signal, secrets }),
  works: { operation: "add", input: { a: 1 } },
  fails: { operation: "fail", input: {} },
  hangs: { operation: "wait", input: {} },
  misfits: { operation: "add", input: { a: "x" } },
  echoes: { operation: "echo" },
}));

describe("defineTool", () => {
  it("fills defaults in", async () => {
    const result = await makeTool().call("add", { a: 2 }, makeContext(spawner));
    expect(result).toEqual({ status: "completed", output: 3, text: "3" });
  });

  it("keeps the code of our errors and calls others tool_failed", async () => {
    const context = makeContext(spawner);
    expect(await makeTool().call("fail", {}, context)).toMatchObject({ error: { code: "network", retryable: true } });
    expect(await makeTool().call("crash", {}, context)).toMatchObject({
      error: { code: "tool_failed", message: "math.crash: oops" },
    });
  });

  it("checks the declared result", async () => {
    expect(await makeTool().call("wrong", {}, makeContext(spawner))).toMatchObject({
      error: { code: "invalid_output" },
    });
  });
});
