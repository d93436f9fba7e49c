import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { usedChild } from "./__fixtures__/used-child.js";
import { loadMarkdown } from "./load.js";
import type { LoadOptions } from "./load-options.js";

const person = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
const options: LoadOptions = {
  file: "flows/flow.md",
  tools: [
    {
      name: "chat",
      operations: [
        {
          name: "post",
          parameters: {
            type: "object",
            properties: { text: { type: "string" }, count: { type: "integer" }, kind: { enum: ["small", "large"] } },
            required: ["text"],
          },
        },
        { name: "list" },
      ],
    },
    { name: "make", operations: [{ name: "run" }] },
  ],
  readUse: (target) => (target === "./child.md" ? usedChild : undefined),
  readTools: () => [],
  readFile: (path) => (path === "./person.json" ? JSON.stringify(person) : undefined),
};

const cases = new Map(
  readFileSync(new URL("__fixtures__/valid.txt", import.meta.url), "utf8")
    .split(/^=== /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n") + 1)] as const),
);

function load(name: string) {
  const { workflow } = loadMarkdown(cases.get(name) ?? "", options);
  if (workflow === undefined) throw new Error(`${name} does not load`);
  return workflow;
}

describe("a file without mistakes", () => {
  for (const [name, text] of cases) {
    it(`loads: ${name}`, () => {
      const { workflow, problems } = loadMarkdown(text, options);
      expect(problems).toEqual([]);
      expect(workflow).toBeDefined();
      // Plain JSON without undefined: what the journal keeps is what the engine gets.
      expect(JSON.parse(JSON.stringify(workflow))).toStrictEqual(workflow);
    });

    it(`loads the same with windows line ends and a byte order mark: ${name}`, () => {
      const { workflow, problems } = loadMarkdown(text, options);
      const other = loadMarkdown(`\ufeff${text.replaceAll("\n", "\r\n")}`, options);
      expect(other.workflow).toEqual(workflow);
      expect(other.problems).toEqual(problems);
    });
  }

  it("has at least 25 examples", () => {
    expect(cases.size).toBeGreaterThanOrEqual(25);
  });
});

describe("the model", () => {
  it("takes a file without steps as one literal prompt", () => {
    const text = cases.get("one prompt without anything")?.trim() ?? "";
    expect(load("one prompt without anything").steps).toEqual([
      { kind: "agent", id: "prompt", title: "flow", needs: [], env: {}, onError: "fail", prompt: [text] },
    ]);
    expect(load("one prompt with front matter of another program")).toMatchObject({
      name: "Review",
      description: "Reviews a file",
      defaultModel: "opus",
    });
  });

  it("takes aiw as a mark only where it is a key of the front matter itself", () => {
    const kind = (front: string) =>
      loadMarkdown(`---\n${front}\n---\n## Steps\n### A\nDo it.\n`, options).workflow?.steps[0]?.id;
    for (const front of ["aiw: 1", "# note\n\n  aiw: 1\n  name: x", "'aiw': 1", "{ name: x, aiw: 1 }"])
      expect(kind(front)).toBe("a");
    for (const front of ["meta:\n  aiw: 1", "text: |\n  aiw: 1", "{ meta: { aiw: 1 } }"])
      expect(kind(front)).toBe("prompt");
  });

  it("keeps the front matter as it was written", () => {
    expect(load("a script, a prompt and an output")).toMatchObject({
      name: "Facts",
      version: "1.10",
      description: "Gathers facts.",
      defaultModel: "4.10",
      agent: [{ agent: "claude", model: "opus" }, { agent: "codex" }],
      secrets: ["API_TOKEN"],
      timeoutMs: 5_400_000,
      env: {
        MODE: { t: "literal", value: "fast" },
        V: { t: "literal", value: "1.10" },
        BASE: { t: "expr", expr: "inputs.base" },
      },
      outputs: { report: "steps.report.text", n: "steps.count.output.n" },
      tools: { local: { kind: "scripts", folder: "./tools" } },
      permissions: { read: ["."], net: [] },
      instructions: ["Be brief. The base is ", { expr: "inputs.base" }, "."],
      inputs: {
        base: { schema: { type: "string", default: "origin/main" }, required: false },
        count: { schema: { type: "integer" }, required: false },
      },
    });
  });

  it("keeps every setting of a step", () => {
    const [count, report] = load("a script, a prompt and an output").steps;
    expect(count).toEqual({
      kind: "script",
      id: "count",
      title: "1. Count",
      at: { line: 28, column: 5 },
      needs: [],
      lang: "bash",
      script: expect.stringMatching(/^git log --format='\{\{\.Names\}\}' "\$\{BASE\}" \{\{ other \}\}\n$/),
      output: expect.objectContaining({ type: "object", required: ["n"] }),
      env: { TOKEN: { t: "expr", expr: "secrets.API_TOKEN" } },
      with: {
        t: "map",
        entries: {
          base: { t: "expr", expr: "inputs.base" },
          token: { t: "expr", expr: "secrets.API_TOKEN" },
          list: {
            t: "list",
            items: [
              { t: "literal", value: 1 },
              { t: "expr", expr: "inputs.count ?? 0" },
            ],
          },
        },
      },
      retry: { attempts: 2, backoff: "constant", delayMs: 5_000, maxDelayMs: 10_000, on: ["exit", "timeout"] },
      timeoutMs: 600_000,
      idleTimeoutMs: 90_000,
      onInterrupt: "ask",
      onError: "fail",
      failIf: "exit_code > 3 || output.n < 0 || stderr.contains('fatal')",
      cwd: ["sub/", { expr: "inputs.level" }],
    });
    expect(report).toMatchObject({
      kind: "agent",
      id: "report",
      needs: ["count"],
      prompt: [
        "Write about ",
        { expr: "steps.count.output.n" },
        " items:\n",
        { expr: "json(steps.count.output.items ?? [])" },
      ],
    });
  });

  it("lets a step without needs wait for what nobody above waits for", () => {
    const needs = Object.fromEntries(load("parallel branches and a join").steps.map((step) => [step.id, step.needs]));
    expect(needs).toEqual({ a: [], b: [], c: ["a"], d: ["b", "c"] });
  });

  it("expands sections when the file is loaded", () => {
    const [step] = load("a section that is used, and one that is not").steps;
    expect(step).toMatchObject({
      prompt: ["Be ", { expr: "inputs.x" }, ". And short."],
      env: { STYLE: { t: "text", parts: ["Be ", { expr: "inputs.x" }, "."] } },
    });
  });

  it("keeps literal braces and raw fences literal", () => {
    const [step] = load("literal braces").steps;
    const text = "Write {{ name }} and {{ x }}.\n```js raw\nconst x = {{ anything }};\n```";
    expect(step).toMatchObject({ prompt: [text] });
  });

  it("takes the indentation of a fence off its script", () => {
    expect(load("an indented fence").steps[0]).toMatchObject({ script: "if true; then\n  make\nfi\n" });
  });

  it("calls the only operation of a tool without its name", () => {
    const steps = load("steps with tools").steps;
    expect(steps[0]).toMatchObject({ kind: "tool", tool: "chat", operation: "post" });
    expect(steps[1]).toMatchObject({ kind: "tool", tool: "make", operation: "run" });
    expect(steps[2]).toMatchObject({ tools: ["chat", "make.run"] });
  });

  it("reads schema files through the option", () => {
    expect(load("a schema file and an inline schema").steps[0]?.output).toMatchObject(person);
  });

  it("lets the front matter win over the bundle's defaults", () => {
    const text = "---\naiw: 1\nmodel: opus\nenv: { A: file }\n---\n## Steps\n### A\n{{ env.B }}\n";
    const config = { agent: [{ agent: "codex" }], model: "x", env: { A: "config", B: "config" }, timeoutMs: 5 };
    const { workflow } = loadMarkdown(text, { file: "a.md", config });
    expect(workflow).toMatchObject({
      agent: [{ agent: "codex" }],
      defaultModel: "opus",
      timeoutMs: 5,
      env: { A: { t: "literal", value: "file" }, B: { t: "literal", value: "config" } },
    });
  });
});
