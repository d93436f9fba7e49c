import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuiltWorkflow, codeSource, sh, workflow } from "@aiw/core/builder";
import { openRuntime } from "@aiw/runtime";
import { describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";

/** Runs a workflow of the builder in an empty folder. */
async function run(built: BuiltWorkflow, inputs: Readonly<Record<string, number | string[]>> = {}) {
  const cwd = mkdtempSync(join(tmpdir(), "aiw-builder-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const env = { ...process.env, AIW_HOME: join(cwd, "state") };
  const runtime = await openRuntime({ cwd, env, code: codeSource(built) });
  try {
    const origin = { folder: cwd, cwd, bundle: false };
    return await (await runtime.control.start({ workflow: built.workflow, origin, inputs, agent: "offline" })).done;
  } finally {
    await runtime.close();
  }
}

const child = workflow("Double", { inputs: { n: z.int() } })
  .step("make", { code: ({ inputs }) => ({ n: inputs.n * 2 }) })
  .outputs(({ steps }) => ({ n: steps.make.output.n }));

describe("a workflow of the builder", () => {
  it("runs with its functions and those of its sub-workflows, on the values that its types promise", async () => {
    const summary = await run(
      workflow("Sum", { inputs: { words: z.array(z.string()), note: z.string().optional() } })
        .step("count", {
          script: sh`printf '{"n": %s}' "$N"`,
          env: { N: 3 },
          output: z.object({ n: z.int() }),
        })
        .step("lengths", { foreach: ({ inputs }) => inputs.words, code: async ({ item }) => item.length })
        .step("make", { use: child, with: ({ steps }) => ({ n: steps.count.output.n }) })
        .step("sum", {
          code: ({ inputs, steps }) => ({
            total: steps.lengths.items.reduce((sum, { output }) => sum + output, steps.make.output.n),
            hasNote: inputs.note !== null,
          }),
          output: z.object({ total: z.int(), hasNote: z.boolean() }),
        })
        .outputs(({ steps }) => ({ total: steps.sum.output.total, hasNote: steps.sum.output.hasNote }))
        .build(),
      { words: ["a", "bcd"] },
    );
    expect(summary).toMatchObject({ status: "completed", outputs: { total: 10, hasNote: false } });
  });

  it("undoes with its functions when a later step fails", async () => {
    const undone: string[] = [];
    const summary = await run(
      workflow("Undo")
        .step("make", { foreach: ["x", "y"], code: ({ item }) => ({ id: `made ${item}` }) })
        .undo({
          code: ({ steps, item }) => {
            undone.push(`${steps.make.output.id} of ${item}`);
            return null;
          },
        })
        .step("fail", {
          code: () => {
            throw new Error("no more paper");
          },
        })
        .build(),
    );
    expect(summary).toMatchObject({ status: "failed", step: "fail" });
    expect(summary.error?.message).toContain("no more paper");
    expect(undone.toSorted()).toEqual(["made x of x", "made y of y"]);
  });
});
