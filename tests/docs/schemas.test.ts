import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, type Json, type JsonObject } from "@aiw/core";
import { loadWorkflowText, problemCodes } from "@aiw/markdown";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { filesBelow, type Published, published, root } from "./support/published.js";

const schemas = {
  front: published("markdown/schemas/front-matter.json"),
  step: published("markdown/schemas/step.json"),
  flow: published("markdown/schemas/flow.json"),
  config: published("runtime/schemas/config.json"),
  event: published("core/schemas/event.json"),
};

const read = (path: string) => readFileSync(join(root, path), "utf8");

/** Workflows in Markdown: files as they are, and what stands between the lines of `===` of a file of many. */
const markdown = [
  ...[...filesBelow("examples", /\.md$/), ...filesBelow("tests/language/valid", /\.md$/)].map(
    (path) => [path, read(path)] as const,
  ),
  ...filesBelow("docs", /\.md$/).flatMap((path) =>
    [...read(path).matchAll(/^(`{3,})markdown\n([\s\S]*?)^\1$/gm)].map(
      (match, at) => [`${path} ${at}`, match[2] ?? ""] as const,
    ),
  ),
  ...read("packages/markdown/src/__fixtures__/valid.txt")
    .split(/^=== /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n") + 1)] as const),
].filter(([, text]) => /^\ufeff?---\r?\n(?:(?!---)[^\n]*\n)*aiw: 1\r?$/m.test(text));

const yaml = [
  ...filesBelow("examples", /\.flow\.ya?ml$/),
  ...filesBelow("tests/language/valid", /\.flow\.ya?ml$/),
  ...filesBelow("packages/markdown/src/__fixtures__/flow", /\.flow\.ya?ml$/),
];

/** What is wrong with the settings of a workflow in Markdown. */
function faultsOf(text: string): readonly string[] {
  const body = text.replace(/^\ufeff/, "");
  const [, front = ""] = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*\r?$/m.exec(body) ?? [];
  const { source } = loadWorkflowText(body, { file: "flow.md" });
  const fences = source.entries
    .filter(({ kind }) => kind === "settings")
    .map(({ start, end: to }) => body.slice(start, to));
  const faults = fences.map((fence) => {
    const lines = fence.split(/\r?\n/);
    const end = lines.findLastIndex((line) => /^ {0,3}[`~]{3,}/.test(line));
    const settings: unknown = parse(lines.slice(1, end).join("\n"));
    return settings === null ? undefined : schemas.step.check(settings);
  });
  return [schemas.front.check(parse(front)), ...faults].filter((fault) => fault !== undefined);
}

describe("the published schemas", () => {
  it("have enough files to prove themselves with", () => {
    expect(markdown.length).toBeGreaterThanOrEqual(40);
    expect(markdown.flatMap(([, text]) => [...text.matchAll(/^```yaml step$/gm)]).length).toBeGreaterThanOrEqual(100);
    expect(yaml.length).toBeGreaterThanOrEqual(3);
  });

  it.each(markdown)("fit the settings of %s", (_name, text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  it.each(yaml)("fit %s", (path) => {
    expect(schemas.flow.check(parse(read(path)))).toBeUndefined();
  });

  it("fit the configuration in its documentation", () => {
    const [, example = ""] = /^```yaml\n([\s\S]*?)^```$/m.exec(read("docs/configuration.md")) ?? [];
    expect(schemas.config.check(parse(example))).toBeUndefined();
  });

  it.each(Object.entries(schemas))("have a name and no address: %s", (_name, { schema }) => {
    expect(schema.$id).toMatch(/^urn:aiw:schema:[a-z-]+:1$/);
  });
});

/** Every example in a schema, with the pointer of what it is an example of. */
function examplesOf(schema: Json, pointer = ""): readonly (readonly [pointer: string, value: Json])[] {
  if (Array.isArray(schema)) return schema.flatMap((each, at) => examplesOf(each, `${pointer}/${at}`));
  if (!isJsonObject(schema)) return [];
  const { examples } = schema;
  const own = Array.isArray(examples) ? examples.map((value) => [pointer, value] as const) : [];
  const below = Object.entries(schema).flatMap(([key, value]) =>
    key === "examples" ? [] : examplesOf(value, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
  return [...own, ...below];
}

describe.each(Object.entries(schemas).filter(([name]) => name !== "config" && name !== "event"))(
  "the examples in the schema of %s",
  (_name, { schema, checkPart }) => {
    const examples = examplesOf(schema);

    it("are many", () => {
      expect(examples.length).toBeGreaterThanOrEqual(50);
    });

    it("are right", () => {
      const wrong = examples.flatMap(([pointer, value]) => {
        const fault = checkPart(encodeURI(pointer), value);
        return fault === undefined ? [] : [`${pointer}: ${fault}`];
      });
      expect(wrong).toEqual([]);
    });
  },
);

describe("what no file may have", () => {
  const workflow = (more: JsonObject) => ({ aiw: 1, steps: [{ title: "A", prompt: "Do it." }], ...more });
  const withStep = (step: JsonObject) => workflow({ steps: [{ title: "A", ...step }] });

  it.each<[string, Published, JsonObject]>([
    ["a key of the front matter", schemas.front, { aiw: 1, modle: "x" }],
    ["a key of a map in it", schemas.front, { aiw: 1, budget: { usd: 1, euro: 1 } }],
    ["a key of a trigger", schemas.front, { aiw: 1, on: [{ webhook: { path: "/x", port: 1 } }] }],
    ["a key of a declared tool", schemas.front, { aiw: 1, tools: { a: { mcp: { command: "x", port: 1 } } } }],
    ["no version of the language", schemas.front, { name: "x" }],
    ["another version", schemas.front, { aiw: 2 }],
    ["a key of a step", schemas.step, { promt: "x" }],
    ["a key of a map of a step", schemas.step, { retry: { attempts: 1, times: 2 } }],
    ["a duration without a unit", schemas.step, { timeout: "10" }],
    ["a word that is none", schemas.step, { "on-error": "ignore" }],
    ["an error that is none", schemas.step, { retry: { attempts: 1, on: ["sometimes"] } }],
    ["a count out of its bounds", schemas.step, { foreach: ["a"], "max-parallel": 0 }],
    ["a key without effect on a tool", schemas.step, { tool: "a.b", agent: "claude" }],
    ["two kinds in one step", schemas.step, { tool: "a.b", use: "./a.md" }],
    ["a loop that is none", schemas.step, { as: "x" }],
    ["an expression in braces", schemas.step, { if: "{{ inputs.a }}" }],
    ["two waits in one", schemas.step, { wait: { for: "1m", signal: "x" } }],
    ["a type that is none", schemas.step, { output: { a: 3 } }],
    ["a key of a file in YAML", schemas.flow, workflow({ jobs: {} })],
    ["a step without a name", schemas.flow, workflow({ steps: [{ prompt: "Do it." }] })],
    ["no steps", schemas.flow, workflow({ steps: [] })],
    ["a key of a step in YAML", schemas.flow, withStep({ promt: "x" })],
    ["a script without a language", schemas.flow, withStep({ run: { script: "ls" } })],
    ["a prompt for a script", schemas.flow, withStep({ run: { lang: "sh", script: "ls" }, prompt: "x" })],
    ["a model for a script", schemas.flow, withStep({ run: { lang: "sh", script: "ls" }, model: "x" })],
    ["an id of an Undo", schemas.flow, withStep({ prompt: "x", undo: { id: "b", prompt: "x" } })],
    ["an Undo of a wait", schemas.flow, withStep({ wait: { for: "1m" }, undo: { prompt: "x" } })],
    ["a key of the configuration", schemas.config, { agent: "claude" }],
    ["a key of an event", schemas.event, { v: 1, run: "r", seq: 1, at: 1, type: "run.warned", data: {}, more: 1 }],
  ])("is %s", (_what, { check }, value) => {
    expect(check(value)).toBeDefined();
  });

  it.each(["E110", "E113", "E114"] as const)("is what `aiw check` reports as %s", (code) => {
    expect(faultsOf(problemCodes[code].wrong)).not.toEqual([]);
    expect(faultsOf(problemCodes[code].right)).toEqual([]);
  });
});
