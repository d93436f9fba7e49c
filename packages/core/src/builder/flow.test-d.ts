import { expectTypeOf } from "vitest";
import * as z from "zod";
import { bash, eq, expr, gt, json, lt, orElse, sh, text, workflow } from "./index.js";
import type { Expr } from "./reference.js";

const review = z.object({
  score: z.int(),
  severity: z.enum(["low", "high"]),
  line: z.string().optional(),
  issues: z.array(z.object({ why: z.string() })),
});

const child = workflow("child", { inputs: { base: z.string(), depth: z.int().default(3) } })
  .step("look", { script: sh`ls`, output: z.object({ files: z.array(z.string()) }) })
  .outputs(({ steps }) => ({ files: steps.look.output.files }));

/** Everything that may be written; the names of the steps say what they show. */
workflow("all", {
  inputs: { base: z.string().default("main"), files: z.array(z.string()), note: z.string().optional() },
  secrets: ["TOKEN"],
  env: ({ inputs, secrets }) => ({ PLAIN: inputs.base, HIDDEN: secrets.TOKEN }),
  concurrency: { key: ({ inputs }) => text`review-${inputs.base}` },
  on: [
    { schedule: "0 7 * * *" },
    { webhook: { path: "/x", inputs: ({ event }) => ({ base: expr`${event.body}.ref` }) } },
  ],
})
  .step("script", {
    script: bash`git diff`,
    env: ({ inputs, env, secrets }) => ({
      A: inputs.base,
      B: env.PLAIN,
      C: env.HIDDEN,
      D: text`x ${secrets.TOKEN}`,
      E: 3,
    }),
    with: ({ inputs, secrets }) => ({ files: inputs.files, deep: { token: secrets.TOKEN, list: [inputs.base] } }),
    output: review,
    failIf: ({ output }) => gt(output.score, 9),
    repeat: { until: ({ output }) => eq(output.severity, "low"), max: 3, every: "2m" },
  })
  .step("agent", {
    needs: ["script"],
    if: ({ steps }) => eq(steps.script.output.severity, "high"),
    agent: { any: ["claude", "codex"], by: "cost" },
    prompt: ({ steps, inputs }) => text`${steps.script.output.score} ${orElse(inputs.note, "none")}`,
    output: z.object({ fix: z.string() }),
  })
  .step("session", { session: "agent", prompt: "go on" })
  .step("use", { use: child, with: ({ inputs, steps }) => ({ base: inputs.base, depth: steps.script.output.score }) })
  .step("list", {
    foreach: ({ steps }) => steps.use.output.files,
    as: "file",
    onError: "continue",
    prompt: ({ item }) => text`Read ${item}`,
    output: z.object({ lines: z.int() }),
  })
  .step("matrix", {
    foreach: ({ inputs }) => ({ agent: ["claude", "codex"], file: inputs.files }),
    prompt: ({ item }) => text`${item.agent} reads ${item.file}`,
  })
  .step("approval", { approval: { fields: { note: z.string().optional(), rating: z.int() } }, prompt: "Post it?" })
  .step("signal", { wait: { signal: "deployed", schema: z.object({ url: z.string() }), timeout: "2h" } })
  .step("pause", { wait: { for: "1h30m" } })
  .step("code", {
    foreach: ["a", "b"],
    code: async ({ inputs, steps, item, signal, idempotencyKey }) => {
      expectTypeOf(inputs.base).toEqualTypeOf<string>();
      expectTypeOf(inputs.note).toEqualTypeOf<string | null>();
      expectTypeOf(item).toEqualTypeOf<"a" | "b">();
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      expectTypeOf(idempotencyKey).toEqualTypeOf<string>();
      expectTypeOf(steps.script.output.line).toEqualTypeOf<string | null | undefined>();
      expectTypeOf(steps.agent.output).toEqualTypeOf<{ readonly fix: string } | null>();
      expectTypeOf(steps.list.items[0]?.value).toEqualTypeOf<string | undefined>();
      expectTypeOf(steps.list.items[0]?.output).toEqualTypeOf<{ readonly lines: number } | null | undefined>();
      expectTypeOf(steps.approval.output.rating).toEqualTypeOf<number | null>();
      return { n: steps.script.output.score };
    },
  })
  .undo({
    code: ({ steps, item }) => {
      expectTypeOf(item).toEqualTypeOf<"a" | "b">();
      expectTypeOf(steps.code.output.n).toEqualTypeOf<number>();
      return null;
    },
  })
  .step("values", {
    tool: "x.y",
    with: ({ steps, run }) => {
      expectTypeOf(steps.script.text).toEqualTypeOf<Expr<string>>();
      expectTypeOf(steps.agent.text).toEqualTypeOf<Expr<string | null>>();
      expectTypeOf(steps.agent.output.fix).toEqualTypeOf<Expr<string | null>>();
      expectTypeOf(steps.script.output.line).toEqualTypeOf<Expr<string | null>>();
      expectTypeOf(steps.use.output.files).toEqualTypeOf<Expr<string[]>>();
      expectTypeOf(steps.approval.output.approved).toEqualTypeOf<Expr<boolean>>();
      expectTypeOf(steps.approval.output.note).toEqualTypeOf<Expr<string | null>>();
      expectTypeOf(steps.signal.output.url).toEqualTypeOf<Expr<string>>();
      expectTypeOf(run.attempt).toEqualTypeOf<Expr<number>>();
      expectTypeOf(orElse(steps.agent.text, "x")).toEqualTypeOf<Expr<string>>();
      return { code: steps.code.items, json: json(steps.script.output) };
    },
  })
  .onFailure("tell", { prompt: ({ error, steps }) => text`${error.message} ${orElse(steps.script.text, "")}` })
  .finally("clean", { script: sh`rm -r tmp`, env: ({ error }) => ({ WHY: orElse(error.code, "none") }) })
  .outputs(({ steps }) => ({ score: steps.script.output.score }));

const start = workflow("wrong", { inputs: { base: z.string(), n: z.int() }, secrets: ["TOKEN"] })
  .step("a", { prompt: "a", output: review })
  .step("b", { prompt: "b", needs: [], onError: "continue" });

// A step that does not exist, and a wrong field.
// @ts-expect-error
start.step("c", { prompt: ({ steps }) => text`${steps.x.text}` });
// @ts-expect-error
start.step("c", { prompt: ({ steps }) => text`${steps.a.output.scoer}` });
// @ts-expect-error
start.step("c", { prompt: ({ steps }) => text`${steps.a.txt}` });
// @ts-expect-error
start.step("c", { prompt: ({ inputs }) => text`${inputs.bse}` });
// @ts-expect-error
start.step("c", { code: ({ steps }) => steps.a.output.scoer });
// @ts-expect-error
start.outputs(({ steps }) => ({ x: steps.a.output.scoer }));
// The step has no type of its output.
// @ts-expect-error
start.step("c", { prompt: ({ steps }) => text`${steps.b.output}` });

// Steps that are not waited for.
// @ts-expect-error
start.step("c", { needs: ["x"], prompt: "c" });
// @ts-expect-error
start.step("c", { needs: ["a", "c"], prompt: "c" });
// @ts-expect-error
start.step("c", { needs: [], prompt: ({ steps }) => text`${steps.a.text}` });
// @ts-expect-error
start.step("c", { needs: ["b"], prompt: ({ steps }) => text`${steps.a.text}` });

// Ids that are taken.
// @ts-expect-error
start.step("a", { prompt: "again" });
// @ts-expect-error
start.onFailure("a", { prompt: "again" });
// @ts-expect-error
start.finally("c", { prompt: "c" }).step("c", { prompt: "again" });

// Null in text.
// @ts-expect-error
start.step("c", { prompt: ({ steps }) => text`${steps.b.text}` });
// @ts-expect-error
start.step("c", { prompt: ({ steps }) => text`${steps.a.output.line}` });

// Conditions and comparisons of the wrong type.
// @ts-expect-error
start.step("c", { prompt: "c", if: ({ steps }) => steps.a.output.score });
// @ts-expect-error
start.step("c", { prompt: "c", if: ({ steps }) => lt(steps.a.text, 3) });
// @ts-expect-error
start.step("c", { prompt: "c", if: ({ steps }) => eq(steps.a.output.severity, "hihg") });
// @ts-expect-error
start.step("c", { prompt: "c", if: ({ steps }) => eq(steps.a.output.score, "7") });

// Inputs of a sub-workflow.
// @ts-expect-error
start.step("c", { use: child });
// @ts-expect-error
start.step("c", { use: child, with: {} });
// @ts-expect-error
start.step("c", { use: child, with: { base: 3 } });
// @ts-expect-error
start.step("c", { use: child, with: ({ inputs }) => ({ base: inputs.n }) });
// @ts-expect-error
start.step("c", { use: child, with: { base: "x", bsae: "y" } });
// @ts-expect-error
start.step("c", { use: child, with: ({ inputs }) => ({ base: inputs.base, bsae: inputs.base }) });
// @ts-expect-error
start.step("c", { use: child, with: ({ secrets }) => ({ base: secrets.TOKEN }) });

// Results that do not fit the declared type.
// @ts-expect-error
start.step("c", { output: z.object({ n: z.int() }), code: () => ({ n: "3" }) });
// @ts-expect-error
start.step("c", { output: z.object({ n: z.int() }), code: async () => ({ m: 3 }) });
// @ts-expect-error
start.step("c", { output: z.object({ n: z.int() }), code: async () => ({ n: 3, m: 4 }) });

// Secrets where they may not stand, and those that are not declared.
// @ts-expect-error
start.step("c", { prompt: ({ secrets }) => text`${secrets.TOKEN}` });
// @ts-expect-error
start.step("c", { script: sh`c`, env: ({ secrets }) => ({ A: secrets.OTHER }) });
workflow("w", { secrets: ["TOKEN"], env: ({ secrets }) => ({ T: secrets.TOKEN }) })
  // @ts-expect-error
  .step("c", { prompt: ({ env }) => text`${env.T}` });

// Keys that mean nothing to the kind of step, or to its place.
// @ts-expect-error
start.step("c", { script: sh`c`, agent: "claude" });
// @ts-expect-error
start.step("c", { script: sh`c`, tool: "x.y" });
// @ts-expect-error
start.step("c", { approval: {}, prompt: "c", timeout: "2h" });
// @ts-expect-error
start.step("c", { prompt: "c", promt: "d" });
// @ts-expect-error
start.step("c", {});
// @ts-expect-error
start.step("c", { approval: {} });
// @ts-expect-error
start.onFailure("c", { prompt: "c", needs: ["a"] });
// @ts-expect-error
start.finally("c", { approval: {}, prompt: "c" });
// @ts-expect-error
start.undo({ prompt: "c", foreach: ["x"] });
// @ts-expect-error
workflow("w").undo({ prompt: "c" });
// @ts-expect-error
start.step("c", { approval: {}, prompt: "c" }).undo({ prompt: "d" });

// Everything else.
// @ts-expect-error
start.step("c", { session: "x", prompt: "c" });
// @ts-expect-error
start.step("c", { script: sh`c` }).step("d", { session: "c", prompt: "d" });
// @ts-expect-error
start.step("c", { prompt: "c", timeout: "10" });
// @ts-expect-error
start.step("c", { prompt: "c", retry: { attempts: 2, on: "rate_limti" } });
// @ts-expect-error
start.step("c", { prompt: "c", repeat: { until: ({ text }) => text, max: 3 } });
// @ts-expect-error
start.step("c", { prompt: "c", repeat: { until: expr<boolean>`true`, max: 3, from: "x" } });
// @ts-expect-error
start.step("c", { foreach: ({ inputs }) => inputs.base, prompt: "c" });
// @ts-expect-error
start.step("c", { prompt: ({ error }) => text`${error.message}` });
// @ts-expect-error
start.onFailure("c", { prompt: ({ steps }) => text`${steps.a.text}` });
// @ts-expect-error
bash`echo ${"x"}`;
// @ts-expect-error
start.step("c", { prompt: ({ inputs }) => text`${inputs}`, script: sh`x` });
