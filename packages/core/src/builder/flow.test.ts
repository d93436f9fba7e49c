import { describe, expect, it } from "vitest";
import * as z from "zod";
import { codeSource } from "./code-source.js";
import { workflow } from "./flow.js";
import { eq } from "./operators.js";
import { bash, sh } from "./script.js";
import { expr, text } from "./template.js";

/** Gets around types, as a program in JavaScript does. */
const untyped = (value: unknown) => value as never;

describe("a workflow in TypeScript", () => {
  it("is the model of a file", () => {
    const { workflow: model } = workflow("Review", {
      inputs: { base: z.string().default("main") },
      secrets: ["TOKEN"],
      agent: ["claude/opus", "codex"],
      timeout: "1h30m",
      budget: { usd: 3 },
      instructions: ({ inputs }) => text`
        Be kind to ${inputs.base}.
      `,
    })
      .step("diff", {
        script: bash`git diff "$BASE"`,
        env: ({ inputs, secrets }) => ({ BASE: inputs.base, HEADER: text`Bearer ${secrets.TOKEN}`, N: 3 }),
        retry: { attempts: 2, delay: "2m" },
      })
      .step("review", {
        title: "The review",
        prompt: ({ steps }) => text`
          Review {{ this }}:
          ${steps.diff.text}
        `,
        output: z.object({ score: z.int() }),
        if: ({ steps }) => eq(steps.diff.status, "completed"),
        cache: "7d",
      })
      .outputs(({ steps }) => ({ score: steps.review.output.score }))
      .build();
    expect(model).toEqual({
      model: 1,
      name: "Review",
      inputs: { base: { schema: { type: "string", default: "main" }, required: false } },
      outputs: { score: "steps.review.output.score" },
      secrets: ["TOKEN"],
      env: {},
      tools: {},
      agent: [{ agent: "claude", model: "opus" }, { agent: "codex" }],
      timeoutMs: 5_400_000,
      budget: { usd: 3, onExceed: "stop" },
      instructions: ["Be kind to ", { expr: "inputs.base" }, "."],
      steps: [
        {
          kind: "script",
          id: "diff",
          title: "diff",
          needs: [],
          onError: "fail",
          lang: "bash",
          script: 'git diff "$BASE"\n',
          env: {
            BASE: { t: "expr", expr: "inputs.base" },
            HEADER: { t: "text", parts: ["Bearer ", { expr: "secrets.TOKEN" }] },
            N: { t: "literal", value: "3" },
          },
          retry: { attempts: 2, backoff: "exponential", delayMs: 120_000, maxDelayMs: 120_000 },
        },
        {
          kind: "agent",
          id: "review",
          title: "The review",
          needs: ["diff"],
          onError: "fail",
          env: {},
          if: "steps.diff.status == 'completed'",
          prompt: ["Review {{ this }}:\n", { expr: "steps.diff.text" }],
          cache: { forMs: 604_800_000, files: [] },
          output: {
            type: "object",
            properties: { score: { type: "integer" } },
            required: ["score"],
            additionalProperties: false,
          },
        },
      ],
    });
  });

  it("waits for all steps above unless told otherwise, with as few names as that takes", () => {
    const { workflow: model } = workflow("w")
      .step("a", { prompt: "a" })
      .step("b", { prompt: "b", needs: [] })
      .step("c", { prompt: "c" })
      .step("d", { prompt: "d", needs: ["a", "a"] })
      .step("e", { prompt: "e" })
      .build();
    expect(model.steps.map(({ needs }) => needs)).toEqual([[], [], ["a", "b"], ["a"], ["c", "d"]]);
  });

  it("makes loops, waits and approvals", () => {
    const { steps } = workflow("w", { inputs: { files: z.array(z.string()) } })
      .step("a", { foreach: ({ inputs }) => inputs.files, as: "file", prompt: ({ item }) => text`Read ${item}` })
      .step("b", { foreach: ({ inputs }) => ({ size: ["s", "l"], file: inputs.files }), prompt: "x", maxParallel: 2 })
      .step("c", { foreach: ({ inputs }) => [1, inputs.files, text`x${inputs.files}`], script: sh`c` })
      .step("d", { approval: { by: ["lead"], timeout: "24h", fields: { note: z.string().optional() } }, prompt: "ok?" })
      .step("e", { wait: { signal: "deployed", schema: z.object({ url: z.string() }), timeout: "2h" } })
      .step("f", { wait: { until: ({ steps }) => expr<string>`${steps.e.output.url}` } })
      .step("g", { script: sh`g`, repeat: { until: ({ exit_code }) => eq(exit_code, 0), max: 3, every: "30s" } })
      .build().workflow;
    expect(steps.map(({ foreach, repeat, timeoutMs }) => ({ foreach, repeat, timeoutMs }))).toEqual([
      { foreach: { over: { expr: "inputs.files" }, as: "file" } },
      {
        foreach: {
          over: {
            matrix: {
              size: { list: ["s", "l"].map((value) => ({ t: "literal", value })) },
              file: { expr: "inputs.files" },
            },
          },
          as: "item",
          maxParallel: 2,
        },
      },
      {
        foreach: {
          over: {
            list: [
              { t: "literal", value: 1 },
              { t: "expr", expr: "inputs.files" },
              { t: "text", parts: ["x", { expr: "inputs.files" }] },
            ],
          },
          as: "item",
        },
      },
      { timeoutMs: 86_400_000 },
      { timeoutMs: 7_200_000 },
      {},
      { repeat: { until: "exit_code == 0", max: 3, everyMs: 30_000 } },
    ]);
    expect(steps[0]).toMatchObject({ prompt: ["Read ", { expr: "file" }] });
    expect(steps[3]).toMatchObject({ by: ["lead"], min: 1, fields: { note: { required: false } } });
    expect(steps[5]).toMatchObject({ wait: { until: "steps.e.output.url" } });
  });

  it("undoes steps, and ends with steps of its own", () => {
    const { workflow: model, code } = workflow("w")
      .step("a", { foreach: ["x"], as: "name", script: sh`a`, output: z.object({ id: z.string() }) })
      .undo({ script: sh`rm`, env: ({ steps, item }) => ({ ID: steps.a.output.id, NAME: item }) })
      .step("b", { code: () => ({ n: 1 }) })
      .undo({ code: () => null })
      .onFailure("tell", { tool: "slack.post", with: ({ error }) => ({ text: text`failed: ${error.message}` }) })
      .finally("clean", { script: sh`rm -r tmp` })
      .build();
    expect(model.steps[0]?.undo).toMatchObject({
      id: "a",
      title: "Undo",
      needs: [],
      env: { ID: { expr: "steps.a.output.id" }, NAME: { expr: "name" } },
    });
    expect(model.onFailure).toMatchObject([{ id: "tell", kind: "tool", tool: "slack", operation: "post", needs: [] }]);
    expect(model.finally).toMatchObject([{ id: "clean", needs: [] }]);
    expect(Object.keys(code)).toEqual(["b", "b!undo"]);
  });

  it("leaves what it was begun from as it was", () => {
    const base = workflow("w").step("a", { prompt: "a" });
    base.step("b", { prompt: "b" });
    expect(base.build().workflow.steps).toHaveLength(1);
  });
});

describe("sub-workflows", () => {
  const child = workflow("Sum up", { inputs: { n: z.int() } })
    .step("add", { code: ({ inputs }) => inputs.n + 1 })
    .outputs(({ steps }) => ({ sum: steps.add.output }));
  const parent = workflow("w", { inputs: { n: z.int() } })
    .step("first", { use: child, with: ({ inputs }) => ({ n: inputs.n }) })
    .step("second", { use: child, with: ({ steps }) => ({ n: steps.first.output.sum }) })
    .step("add", { code: ({ steps }) => steps.second.output.sum });

  it("are part of the model, under the name of the file that they would be", () => {
    const { workflow: model } = parent.build();
    expect(model.steps[0]).toMatchObject({ kind: "use", use: "./sum-up.md" });
    expect(model.uses).toEqual({
      "./sum-up.md": { workflow: child.build().workflow, from: { folder: ".", bundle: false } },
    });
  });

  it("have functions of their own, found by what the workflow means", async () => {
    const built = parent.build();
    const find = codeSource(built);
    const fromJournal = { ...built.workflow, steps: built.workflow.steps.map((step) => ({ ...step })) };
    expect(find(fromJournal, "add")).toBe(built.code.add);
    const used = built.workflow.uses?.["./sum-up.md"];
    if (used === undefined) throw new Error("no child");
    expect(find(used.workflow, "add")).not.toBe(built.code.add);
    expect(find(used.workflow, "toString")).toBeUndefined();
    expect(find({ ...built.workflow, name: "other" }, "add")).toBeUndefined();
  });

  it("may be paths, and are refused when two have one name", () => {
    expect(workflow("w").step("a", { use: "./other.md" }).build().workflow.uses).toBeUndefined();
    const twin = workflow("sum UP").step("a", { prompt: "x" });
    expect(() => parent.step("third", { use: twin }).build()).toThrow("two different workflows are called 'sum UP'");
  });
});

describe("what types do not see", () => {
  const start = workflow("w", { inputs: { n: z.int() } }).step("a", { prompt: "a" });

  it.each([
    ["an id that expressions cannot read", () => start.step("a-b", { prompt: "x" }), "'a-b' is no id of a step"],
    ["an expression that cannot be read", () => start.step("b", { if: expr`1 +`, prompt: "x" }), "step 'b': if: "],
    ["an unknown root", () => start.step("b", { if: expr`input.n > 1`, prompt: "x" }), "'input'"],
    [
      "an unknown step",
      () => start.step("b", { if: expr`steps.c.text == ''`, prompt: "x" }),
      "does not wait for a step 'c'",
    ],
    [
      "a step that is not waited for",
      () => start.step("b", { needs: [], prompt: text`${expr`steps.a.text`}` }),
      "does not wait for a step 'a'",
    ],
    ["a secret in a prompt", () => start.step("b", { prompt: text`${expr`secrets.TOKEN`}` }), "secrets"],
    [
      "a time without unit",
      () => start.step("b", { prompt: "x", timeout: untyped("10") }),
      "timeout: '10' has no unit",
    ],
    ["an unknown setting", () => start.step("b", untyped({ prompt: "x", tiemout: "1s" })), "tiemout"],
    ["two kinds", () => start.step("b", untyped({ tool: "x", prompt: "x", use: "./x.md" })), "has tool and use"],
    ["no kind", () => start.step("b", untyped({ title: "B" })), "step 'b' does nothing"],
    ["a second step of a name", () => start.step(untyped("a"), { prompt: "x" }), "two steps 'a'"],
    ["a need that comes later", () => start.step("b", untyped({ needs: ["c"], prompt: "x" })), "needs 'c'"],
    [
      "an Undo of nothing",
      () =>
        workflow("w")
          .undo(untyped({ prompt: "x" }))
          .step("b", { prompt: "b" }),
      "Undo of step ''",
    ],
    ["an Undo of an Undo", () => start.undo({ prompt: "x" }).undo({ prompt: "y" }), "two Undos of step 'a'"],
    [
      "a value that is no JSON",
      () => start.step("b", { tool: "x", with: { at: new Date(0) as never } }),
      "step 'b': with holds",
    ],
    ["a promise", () => start.step("b", { tool: "x", with: (async () => ({})) as never }), "cannot wait"],
    [
      "a loop variable that means something else",
      () => start.step("b", { foreach: [1], as: "env", prompt: "x" }),
      "'env'",
    ],
    ["an empty prompt", () => start.step("b", { prompt: " \n " }), "step 'b' has an empty prompt"],
  ])("is told when the workflow is built: %s", (_, make, message) => {
    expect(() => make().build()).toThrow(message);
  });

  it("is told of a workflow without steps", () => {
    expect(() => workflow("w").build()).toThrow("workflow 'w' has no step");
  });

  it("lets steps of a loop over several read each other", () => {
    const flow = start
      .step("plan", { prompt: ({ inputs }) => text`${inputs.n} ${expr`steps.check.text ?? ''`}` })
      .step("check", { script: sh`x`, repeat: { until: ({ exit_code }) => eq(exit_code, 0), max: 3, from: "plan" } });
    expect(flow.build().workflow.steps).toHaveLength(3);
  });
});
