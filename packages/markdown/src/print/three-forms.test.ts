import { readFileSync } from "node:fs";
import { workflowHash } from "@aiw/core";
import { and, bash, expr, json, lt, not, orElse, python, sh, text, workflow } from "@aiw/core/builder";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { loadWorkflowText } from "../load-text.js";
import { toMarkdown } from "./markdown.js";
import { toYaml } from "./yaml.js";

function hashOf(body: string, file: string): string {
  const { workflow: loaded, problems } = loadWorkflowText(body, { file });
  if (loaded === undefined) throw new Error(`${JSON.stringify(problems, null, 1)}\n${body}`);
  return workflowHash(loaded);
}

const fixture = (name: string) => readFileSync(new URL(`../__fixtures__/${name}`, import.meta.url), "utf8");

const greeting = workflow("Greeting", { inputs: { name: z.string().default("you") } }).step("say_hello", {
  title: "1. Say hello",
  prompt: ({ inputs }) => text`
    Say hello to ${inputs.name}.

    Then stop.
  `,
});

const issue = { file: z.string(), why: z.string() };
const codeReview = workflow("Code review", {
  description: "Two reviewers look at the same diff in parallel; a person approves the report before it is posted.",
  inputs: { base: z.string().default("origin/main"), threshold: z.number().default(7) },
  agent: ["claude", "codex"],
  budget: { usd: 3, time: "20m" },
  secrets: ["GITHUB_TOKEN"],
  instructions: "Report only what you can point at: a file, a line, and why it is wrong.",
})
  .step("collect_the_diff", {
    title: "Collect the diff",
    env: ({ inputs }) => ({ BASE: inputs.base }),
    script: bash`git diff --unified=5 "$BASE...HEAD"`,
  })
  .step("security", {
    title: "Security",
    needs: ["collect_the_diff"],
    output: z.object({
      score: z.int(),
      issues: z.array(
        z.object({
          file: z.string(),
          line: z.int().optional(),
          severity: z.enum(["low", "medium", "high"]),
          why: z.string(),
        }),
      ),
    }),
    prompt: ({ steps }) => text`
      Look for injection, leaked secrets and missing permission checks:
      ${steps.collect_the_diff.text}
    `,
  })
  .step("performance", {
    title: "Performance",
    needs: ["collect_the_diff"],
    agent: "gemini",
    onError: "continue",
    output: z.object({ score: z.int(), issues: z.array(z.object(issue)) }),
    prompt: ({ steps }) => text`
      Look for work in loops and unbounded memory:
      ${steps.collect_the_diff.text}
    `,
  })
  .step("merge", {
    title: "Merge",
    output: z.object({ score: z.int(), report: z.string() }),
    prompt: ({ steps }) => text`
      Merge these reviews into one short report; the score is the lower one.
      - Security: ${json(steps.security.output)}
      - Performance: ${json(orElse(steps.performance.output, "none"))}
    `,
  })
  .step("approve_the_report", {
    title: "Approve the report",
    if: ({ steps, inputs }) => lt(steps.merge.output.score, inputs.threshold),
    approval: { by: ["maintainer"], timeout: "24h" },
    prompt: ({ steps }) => text`${steps.merge.output.report}`,
  })
  .step("post_it", {
    title: "Post it",
    env: ({ secrets }) => ({ GH_TOKEN: secrets.GITHUB_TOKEN }),
    with: ({ steps }) => ({ report: steps.merge.output.report }),
    script: bash`jq -r .report "$AIW_INPUT" | gh pr comment --body-file -`,
  })
  .outputs(({ steps }) => ({ score: steps.merge.output.score }));

const style = text`Plain words. A literal {{ brace }} stays.`;
/** Most of what the language has. */
const release = workflow("Release", {
  version: "1.10",
  description: "Publishes a package, and takes it back when something fails.",
  on: [
    { schedule: "0 7 * * mon-fri" },
    {
      webhook: {
        path: "/release",
        secret: "HOOK",
        if: ({ event }) => expr<boolean>`${event.body}.ref == 'main'`,
        inputs: ({ event }) => ({ tag: expr`${event.body}.tag` }),
      },
    },
  ],
  inputs: { tag: z.string().default("latest"), files: z.array(z.string()).default([]), dry: z.boolean().optional() },
  agent: ["claude/opus", "codex"],
  effort: "high",
  tools: {
    github: { mcp: { command: ["gh-mcp"], env: ({ secrets }) => ({ TOKEN: secrets.TOKEN ?? "" }) } },
    local: "./tools",
  },
  secrets: ["TOKEN", "HOOK"],
  permissions: { read: ["."], net: [] },
  concurrency: { key: ({ inputs }) => text`release-${inputs.tag}`, busy: "skip" },
  timeout: "2h",
  env: ({ inputs }) => ({ TAG: inputs.tag, LEVEL: "1.10" }),
  instructions: ({ inputs }) => text`Be brief about ${inputs.tag}.

${style}`,
})
  .step("build", {
    title: "Build",
    needs: [],
    output: z.object({ size: z.int() }),
    retry: { attempts: 2, backoff: "constant", delay: "5s", on: ["exit"] },
    failIf: ({ output }) => lt(output.size, 1),
    timeout: "10m",
    artifacts: ["dist/**"],
    script: python`
      import json
      print(json.dumps({"size": 1}))

    `,
  })
  .step("look_at", {
    title: "Look",
    needs: [],
    foreach: ({ inputs }) => inputs.files,
    as: "file",
    maxParallel: 2,
    output: z.object({ ok: z.boolean() }),
    onError: "continue",
    prompt: ({ item }) => text`  Look at ${item}:

- is it right?
- ${style}`,
  })
  .step("notes", {
    title: "Notes",
    needs: ["build", "look_at"],
    repeat: { until: ({ text: answer }) => expr<boolean>`${answer}.size() > 10`, max: 3 },
    tools: ["github"],
    prompt: ({ steps }) => text`
      Write notes about ${json(steps.look_at.items)}.

      #### A heading inside
      Of ${steps.build.output.size} bytes.
    `,
  })
  .step("ask", {
    title: "Ask",
    approval: { by: ["maintainer"], min: 2, timeout: "1d", fields: { note: z.string().optional() } },
    prompt: ({ inputs, steps }) => text`
      Publish ${inputs.tag}?

      ${steps.notes.text}
    `,
  })
  .step("publish", {
    title: "Publish",
    if: ({ steps, inputs }) => and(steps.ask.output.approved, not(orElse(inputs.dry, false))),
    tool: "github.publish",
    with: ({ inputs, steps, run }) => ({
      tag: inputs.tag,
      note: orElse(steps.ask.output.note, ""),
      list: [1, text`a ${run.id}`],
    }),
  })
  .undo({
    env: ({ steps }) => ({ URL: expr`${steps.publish.output}.url` }),
    timeout: "1m",
    script: bash`gh release delete "$URL"`,
  })
  .step("review_again", { title: "Review again", session: "notes", prompt: "Look again." })
  .undo({ prompt: "Say that nothing was released." })
  .step("pause", {
    title: "Pause",
    wait: { signal: ({ inputs }) => text`go-${inputs.tag}`, schema: z.object({ ok: z.boolean() }), timeout: "1h" },
  })
  .step("child", { title: "Child", use: "./child.md", with: ({ inputs }) => ({ file: inputs.tag }) })
  .onFailure("tell", { title: "Tell", script: sh`echo failed` })
  .finally("clean_up", {
    title: "Clean up",
    prompt: ({ run, error }) => text`Clean up after ${run.status}: ${orElse(error.message, "nothing")}.`,
  })
  .outputs(({ steps }) => ({ url: expr`${steps.publish.output}.url`, notes: steps.notes.text }));

describe("one workflow in three forms", () => {
  it.each([
    ["greeting", greeting.build(), "flow/greeting.md", "flow/greeting.flow.yaml"],
    ["code review", codeReview.build(), "language-example.md", "flow/code-review.flow.yaml"],
    ["release", release.build(), "flow/release.md", "flow/release.flow.yaml"],
  ])("has one hash: %s", (_, built, markdown, yaml) => {
    const hash = workflowHash(built.workflow);
    expect(hashOf(fixture(markdown), markdown)).toBe(hash);
    expect(hashOf(fixture(yaml), yaml)).toBe(hash);
    expect(hashOf(toMarkdown(built.workflow), "printed.md")).toBe(hash);
    expect(hashOf(toYaml(built.workflow), "printed.flow.yaml")).toBe(hash);
  });

  it("has one hash with its sub-workflows, which lie beside it", () => {
    const child = workflow("Sum up", { inputs: { of: z.string() } })
      .step("a", { prompt: ({ inputs }) => text`Sum ${inputs.of} up.` })
      .outputs(({ steps }) => ({ sum: steps.a.text }));
    const { workflow: parent } = workflow("Parent")
      .step("sum", { use: child, with: { of: "everything" } })
      .outputs(({ steps }) => ({ sum: steps.sum.output.sum }))
      .build();
    const printed = toMarkdown(child.build().workflow);
    const loaded = loadWorkflowText(toMarkdown(parent), {
      file: "parent.md",
      readUse: (target) => {
        const { workflow: used, outputs } = loadWorkflowText(printed, { file: target });
        if (target !== "./sum-up.md" || used === undefined || outputs === undefined) return undefined;
        return { workflow: { workflow: used, from: { folder: "/x", bundle: false } }, inputs: used.inputs, outputs };
      },
    });
    expect(loaded.problems).toEqual([]);
    expect(loaded.workflow && workflowHash(loaded.workflow)).toBe(workflowHash(parent));
  });
});
