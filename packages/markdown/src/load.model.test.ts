import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { usedChild } from "./__fixtures__/used-child.js";
import { loadMarkdown } from "./load.js";
import type { LoadOptions } from "./load-options.js";

const asked: string[] = [];
const options: LoadOptions = {
  file: "flow.md",
  tools: [
    { name: "make", operations: [{ name: "run" }] },
    { name: "chat", operations: [{ name: "post" }, { name: "list" }] },
  ],
  readTools: () => [],
  readUse: (target) => {
    asked.push(target);
    return target === "./child.md" ? usedChild : undefined;
  },
};
const cases = new Map(
  readFileSync(new URL("__fixtures__/valid.txt", import.meta.url), "utf8")
    .split(/^=== /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n") + 1)] as const),
);

function load(name: string) {
  const { workflow, outputs } = loadMarkdown(cases.get(name) ?? "", options);
  if (workflow === undefined || outputs === undefined) throw new Error(`${name} does not load`);
  const steps = Object.fromEntries(
    [...workflow.steps, ...(workflow.onFailure ?? []), ...(workflow.finally ?? [])].map((step) => [step.id, step]),
  );
  return { workflow, outputs, steps };
}

describe("the model of steps", () => {
  it("has lists, expressions and matrices to loop over, with what every loop has", () => {
    const { steps } = load("loops over a list, an expression and a matrix");
    expect(steps.each_file?.foreach).toEqual({ over: { expr: "inputs.files" }, as: "file", maxParallel: 4 });
    expect(steps.combinations?.foreach).toMatchObject({
      as: "item",
      over: {
        matrix: {
          agent: {
            list: [
              { t: "literal", value: "claude" },
              { t: "literal", value: "codex/gpt" },
            ],
          },
          file: { expr: "inputs.files" },
        },
      },
    });
  });

  it("gives the outputs their types, also those of loops", () => {
    const { outputs } = load("loops over a list, an expression and a matrix");
    expect(outputs.texts).toEqual({
      type: "array",
      items: { anyOf: [{ type: "string" }, { type: "null" }] },
    });
    expect(outputs.first).toMatchObject({ anyOf: [{ const: "small" }, { const: "large" }, { type: "null" }] });
    expect(load("sub-workflows").outputs.score).toEqual({ type: "number" });
  });

  it("has rounds and the step that they begin with", () => {
    const { steps } = load("a range that repeats");
    expect(steps.test?.repeat).toEqual({
      from: "implement",
      until: "output.ok && steps.lint.text.size() == 0",
      max: 5,
    });
    expect(load("a loop variable in settings, until and Undo").steps.a?.repeat).toMatchObject({ everyMs: 30_000 });
  });

  it("has approvals, whose time-out is the step's", () => {
    const { steps } = load("approvals");
    expect(steps.ask).toMatchObject({
      kind: "approval",
      prompt: ["Shall we?"],
      by: ["maintainer", "alice"],
      min: 2,
      timeoutMs: 86_400_000,
      fields: { note: { required: false }, level: { required: true } },
    });
    expect(steps.anyone).toMatchObject({ by: [], min: 1, fields: {} });
  });

  it("has waits of each form", () => {
    const { steps } = load("waits");
    expect(steps.timer).toMatchObject({ kind: "wait", wait: { for: 600_000 } });
    expect(steps.moment).toMatchObject({ wait: { until: "inputs.ms + 1000" } });
    expect(steps.signal).toMatchObject({
      wait: { signal: ["deployed-", { expr: "run.id" }], schema: { required: ["url"] } },
      timeoutMs: 7_200_000,
    });
  });

  it("holds the sub-workflows that were found, each asked for once", () => {
    asked.length = 0;
    const { workflow, steps } = load("sub-workflows");
    expect(asked.toSorted()).toEqual(["./child.md", "./undo.flow.yaml", "@scope/flows/review@^1"]);
    expect(workflow.uses).toEqual({ "./child.md": usedChild.workflow });
    expect(steps.child).toMatchObject({
      kind: "use",
      use: "./child.md",
      with: { t: "map", entries: { depth: { t: "literal", value: 2 } } },
    });
  });

  it("has an Undo with the id of its step, which neither waits nor loops", () => {
    const { steps } = load("Undo of every kind that has one");
    expect(steps.script?.undo).toEqual({
      kind: "script",
      id: "script",
      title: "Undo",
      at: expect.objectContaining({ column: 6 }),
      needs: [],
      env: {},
      onError: "fail",
      lang: "bash",
      script: "make uninstall\n",
    });
    expect(steps.agent).toMatchObject({
      prompt: ["Do it.\n\n#### Output\nBack in the prompt."],
      undo: { kind: "agent", prompt: ["Undo ", { expr: "steps.agent.text" }, "."], agent: [{ agent: "claude" }] },
    });
  });

  it("keeps the sections at the end as sequences", () => {
    const { workflow } = load("sections at the end");
    const ids = (steps: typeof workflow.onFailure) => steps?.map(({ id, needs }) => [id, needs]);
    expect(workflow.steps.map(({ id }) => id)).toEqual(["build", "each"]);
    expect(ids(workflow.onFailure)).toEqual([
      ["collect", []],
      ["tell", []],
      ["ask", []],
    ]);
    expect(ids(workflow.finally)).toEqual([
      ["clean", []],
      ["say", []],
    ]);
    expect(load("Finally alone, with windows in mind").workflow).not.toHaveProperty("onFailure");
  });
});

describe("a file that is one prompt", () => {
  it("has outputs and triggers that are checked like those of a workflow", () => {
    const prompt = (front: string) => loadMarkdown(`---\n${front}\n---\nSay {{ hello }}.\n`, { file: "p.md" });
    const { workflow, outputs } = prompt("outputs: { text: steps.prompt.text }\non: { schedule: '0 7 * * *' }");
    expect(workflow?.steps).toHaveLength(1);
    expect(outputs).toEqual({ text: { type: "string" } });
    expect(prompt("outputs: { text: steps.promt.text }").problems).toMatchObject([{ code: "E211" }]);
    expect(prompt("inputs: { a: string }\non: { schedule: '0 7 * * *' }").problems).toMatchObject([{ code: "E308" }]);
  });
});

describe("the model of a file", () => {
  it("has every key that the file may have", () => {
    const { workflow, steps } = load("every key of a file");
    expect(workflow).toMatchObject({
      on: [{ type: "manual" }, { type: "schedule", overlap: "skip", missed: "skip", inputs: {} }],
      routing: {
        any: [{ agent: "claude", model: "opus" }, { agent: "codex" }],
        by: "round-robin",
        needs: ["resume", "mcp"],
      },
      effort: "high",
      budget: { usd: 3.5, tokens: 100_000, timeMs: 1_200_000, onExceed: "ask" },
      concurrency: { busy: "cancel" },
      cache: { forMs: 604_800_000, files: ["src/**"] },
      onQuota: "park",
      workspace: "new",
      sandbox: "required",
      tools: {
        github: { kind: "mcp", server: { command: ["npx", "-y", "server"] } },
        web: { kind: "mcp", server: { url: "https://example.org/mcp" }, env: {} },
        api: { kind: "openapi", document: "./api/spec.yaml", auth: { t: "map" } },
      },
    });
    expect(workflow).not.toHaveProperty("agent");
    expect(steps.a).toMatchObject({
      routing: { by: "balanced", needs: [] },
      effort: "low",
      onQuota: "failover",
      cache: { forMs: 86_400_000, files: [] },
      budget: { tokens: 1_000, onExceed: "stop" },
      artifacts: ["out/**", "report.md"],
      workspace: "new",
      sandbox: "off",
      effects: [{ kind: "patch" }, { kind: "comment", max: 3 }],
    });
    expect(steps.c).toMatchObject({ workspace: { step: "a" } });
    expect(steps.d).toMatchObject({ kind: "apply", from: "a" });
  });

  it("lets a choice among agents in the file win over the bundle's order of them", () => {
    const text = "---\naiw: 1\nagent: { any: [a, b] }\n---\n## Steps\n### A\nDo it.\n";
    const { workflow } = loadMarkdown(text, { file: "a.md", config: { agent: [{ agent: "c" }] } });
    expect(workflow).not.toHaveProperty("agent");
    expect(workflow?.routing?.any).toHaveLength(2);
  });

  it("has triggers with their defaults", () => {
    const { on } = load("triggers").workflow;
    expect(on).toMatchObject([
      { type: "schedule", cron: "0 0 29 2 *", timezone: "America/New_York", overlap: "queue", missed: "once" },
      { type: "webhook", path: "/hooks/pull-request", provider: "github", secret: "HOOK" },
      { type: "watch", paths: ["src/**"], ignore: ["dist"], events: ["created", "moved"], debounceMs: 2_000 },
      { type: "queue", name: "jobs", inputs: { number: { t: "expr", expr: "event.body.n" } } },
    ]);
  });
});
