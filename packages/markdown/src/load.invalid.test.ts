import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadMarkdown } from "./load.js";
import type { LoadOptions } from "./load-options.js";

interface Case {
  readonly name: string;
  readonly text: string;
  /** `E201 8:12`, in the order of the file. */
  readonly expected: readonly string[];
}

const chat = {
  type: "object",
  properties: { text: { type: "string" }, count: { type: "integer" }, kind: { enum: ["small", "large"] } },
  required: ["text"],
  additionalProperties: false,
};
const options: LoadOptions = {
  file: "flow.md",
  tools: [
    { name: "chat", operations: [{ name: "post", parameters: chat }, { name: "list" }] },
    { name: "make", operations: [{ name: "run" }] },
    { name: "lint", operations: [{ name: "run" }] },
  ],
  readFile: (path) => (path === "./broken.json" ? "[1" : undefined),
};

function readCases(): readonly Case[] {
  const text = readFileSync(new URL("__fixtures__/invalid.txt", import.meta.url), "utf8");
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const name = part.slice(0, part.indexOf("\n"));
      const body = part.slice(name.length + 1);
      return unmark(name, name === "windows line ends" ? body.replaceAll("\n", "\r\n") : body);
    });
}

function unmark(name: string, marked: string): Case {
  const expected: string[] = [];
  let text = "";
  let from = 0;
  for (const match of marked.matchAll(/«([EW]\d{3})»/g)) {
    text += marked.slice(from, match.index);
    from = match.index + match[0].length;
    const lines = text.split(/\r\n|\n/);
    expected.push(`${match[1]} ${lines.length}:${(lines.at(-1) ?? "").length + 1}`);
  }
  return { name, text: text + marked.slice(from), expected };
}

describe("a file with mistakes", () => {
  const cases = readCases();

  for (const { name, text, expected } of cases) {
    it(`is refused: ${name}`, () => {
      const { workflow, problems } = loadMarkdown(text, options);
      const errors = problems.filter(({ severity }) => severity === "error");
      expect(errors.map(({ code, line, column }) => `${code} ${line}:${column}`)).toEqual(expected);
      expect(workflow).toBeUndefined();
    });
  }

  it.each(["review.flow.yaml", "a/B.YML"])("is refused when it is YAML, never sent as a prompt: %s", (file) => {
    const { workflow, problems } = loadMarkdown("aiw: 1\nsteps: []\n", { ...options, file });
    expect(problems.map(({ code, line, column }) => `${code} ${line}:${column}`)).toEqual(["E904 1:1"]);
    expect(workflow).toBeUndefined();
  });

  it("is refused when it calls what neither its declared folders nor its bundle have", () => {
    const text =
      "---\naiw: 1\ntools: { own: ./scripts }\n---\n## Steps\n" +
      ["lint.run", "lint.nope", "chat.list", "nobody"]
        .map((tool, at) => `### s${at}\n\`\`\`yaml step\ntool: ${tool}\n\`\`\`\n`)
        .join("");
    const readTools = (folder: string) =>
      folder === "./scripts" ? [{ name: "lint", operations: [{ name: "run" }] }] : [];
    const codes = (more: object) => loadMarkdown(text, { ...options, ...more }).problems.map(({ code }) => code);
    expect(codes({ readTools })).toEqual(["E302", "E301"]);
    expect(codes({ readTools, tools: [] })).toEqual(["E302", "E301", "E301"]);
    expect(codes({})).toEqual([]);
  });

  it("is told of an unknown operation once, not again by each reader of its output", () => {
    const text =
      "---\naiw: 1\ntools: { own: ./scripts }\noutputs: { x: steps.a.output.y }\n---\n## Steps\n" +
      "### A\n```yaml step\ntool: sum.ad\n```\n### B\nRead {{ steps.a.output.total }}.\n";
    const readTools = () => [{ name: "sum", operations: [{ name: "add", output: { type: "number" } }] }];
    const { problems } = loadMarkdown(text, { ...options, readTools });
    expect(problems.map(({ code, help }) => [code, help])).toEqual([["E302", "did you mean 'add'?"]]);
  });

  it("is told of a declared folder that is not there, at its place, and of nothing that follows from it", () => {
    const text = "---\naiw: 1\ntools: { own: ./scripts }\n---\n## Steps\n### A\n```yaml step\ntool: sum.add\n```\n";
    const { problems } = loadMarkdown(text, { ...options, readTools: () => undefined });
    expect(problems).toMatchObject([{ code: "E112", message: "there is no folder './scripts'", line: 3, column: 15 }]);
  });

  it("is told of a mistake in an input once, not again where the input is read", () => {
    const text =
      "---\naiw: 1\ninputs:\n  a: &x string\n  b: string\n---\n## Steps\n### S\n{{ inputs.a }} {{ inputs.a.size() }}\n";
    expect(loadMarkdown(text, options).problems.map(({ code }) => code)).toEqual(["E101"]);
  });

  it("is told which number is out of bounds", () => {
    const text = "---\naiw: 1\n---\n## Steps\n### S\n```yaml step\nretry: 1000\n```\nDo it.\n";
    const [problem] = loadMarkdown(text, options).problems;
    expect(problem?.message).toBe("'retry' takes a whole number from 0 to 100, not 1000");
  });

  it("has at least 60 examples", () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
  });
});
