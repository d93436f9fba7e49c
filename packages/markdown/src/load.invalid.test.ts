import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { usedChild } from "./__fixtures__/used-child.js";
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
  readUse: (target) => {
    if (target === "./child.md") return usedChild;
    return target.startsWith("@") ? undefined : { message: `there is no workflow '${target}'` };
  },
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
      expect(errors.filter(({ help }) => help === undefined)).toEqual([]);
    });
  }

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

  const step = (settings: string, front = "", body = "Do it.") =>
    `---\naiw: 1\n${front}---\n## Steps\n### A\n\`\`\`yaml step\n${settings}\n\`\`\`\n${body}\n`;
  const told = (text: string) =>
    loadMarkdown(text, options).problems.map(
      ({ code, line, column, message }) => `${code} ${line}:${column} ${message}`,
    );

  it("is told of every mistake of a line that does not follow from another", () => {
    expect(told(step("env: { A: &a x, B: *b, C: !t y, D: {{ d }}, E: {{ e }} }"))).toEqual([
      "E101 7:11 anchors ('&name') are not part of the language",
      "E101 7:20 aliases ('*name') are not part of the language",
      "E101 7:27 tags ('!name') are not part of the language",
      "E107 7:36 an expression in YAML must be quoted",
      "E107 7:48 an expression in YAML must be quoted",
    ]);
    expect(told(step("if: {{ inputs.x }} == 1"))).toEqual(["E107 7:5 an expression in YAML must be quoted"]);
    expect(told(step("timout: &a 5m"))).toHaveLength(2);
  });

  it("is told what needs takes", () => {
    const message = (what: string) => `'needs' takes a step or a list of steps, not ${what}`;
    expect(told(step("needs: { a: 1 }"))).toEqual([`E112 7:8 ${message("a map")}`]);
    expect(told(step("needs: [{ a: 1 }, 2]"))).toEqual([
      `E112 7:9 ${message("a map")}`,
      `E112 7:19 ${message("a number")}`,
    ]);
  });

  it("is told that a name is reserved", () => {
    const front = "inputs: { constructor: string }\nsecrets: [prototype]\noutputs: { in: '1' }\n";
    expect(told(step("env: { __proto__: x }", front)).map((text) => text.replace(/^\S+ \S+ /, ""))).toEqual([
      "'constructor' is reserved",
      "'prototype' is reserved",
      "'in' is reserved",
      "'__proto__' is reserved",
    ]);
  });

  it("is told of every default that does not fit", () => {
    expect(told(step("output: { a: strin, b: integer = x }"))).toHaveLength(2);
  });

  it("is told of settings that cannot be read, not that the step does nothing", () => {
    expect(told(step("- tool: lint", "", ""))).toEqual(["E104 7:1 settings are a map of keys and values"]);
  });

  it("is told of an error after any number of warnings", () => {
    const front = Array.from({ length: 600 }, (_, at) => `k${at}: 1`).join("\n");
    const { workflow, problems } = loadMarkdown(`---\n${front}\nname: [x]\n---\nDo it.\n`, options);
    expect(problems.at(-1)).toMatchObject({ code: "E112" });
    expect(workflow).toBeUndefined();
  });

  it("counts bytes, not characters", () => {
    const large = told(step(`env: { A: "${"ä".repeat(17_000)}" }`));
    expect(large).toEqual([
      expect.stringMatching(/^E004 7:1 these settings have 340\d\d bytes; at most 32768 are read$/),
    ]);
    expect(told(`Say ${"ä".repeat(530_000)}`)).toEqual(["E001 1:1 the file is larger than 1 MiB"]);
  });

  it("is told of a broken argument once, not again as one of the wrong type", () => {
    const problems = told(step('tool: chat.post\nwith: { text: x, count: "{{ 1 + }}" }', "", ""));
    expect(problems).toEqual([expect.stringContaining("E200 8:")]);
  });

  it("is told once of a limit, and of nothing that follows from what was not read", () => {
    const many = Array.from({ length: 40 }, (_, at) => `### s${at}\n${"{{ inputs.a }}".repeat(300)}\n`).join("");
    const text = `---\naiw: 1\ninputs: { a: string }\noutputs: { x: steps.s39.text }\n---\n## Steps\n${many}`;
    expect(told(text)).toEqual([expect.stringMatching(/^E021 \d+:\d+ a file has at most 10000 expressions$/)]);
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
