import { describe, expect, it } from "vitest";
import type { ToolProblem } from "./problem.js";
import { parseYamlFile } from "./yaml-file.js";

function parse(text: string) {
  const problems: ToolProblem[] = [];
  const file = parseYamlFile("tools.yaml", text, "tool_invalid", (problem) => problems.push(problem));
  return { file, problems };
}

describe("parseYamlFile", () => {
  it("gives plain values with the place of each key and value", () => {
    const { file } = parse("tools:\n  - name: a\n    env: { V: 1.10 }\n");
    expect(file?.value).toEqual({ tools: [{ name: "a", env: { V: 1.1 } }] });
    expect(file?.at(["tools", 0, "env"], "key")).toEqual({ line: 3, column: 5 });
    expect(file?.at(["tools", 0, "env", "V"])).toEqual({ line: 3, column: 15 });
    expect(file?.at(["tools", 0, "env", "missing"])).toEqual({ line: 3, column: 5 });
  });

  it("keeps scalars as they were written", () => {
    const { file } = parse("a: 1.10\nb: 0x10\nc: 'no'\n");
    expect(file?.text(["a"])).toBe("1.10");
    expect(file?.text(["b"])).toBe("0x10");
    expect(file?.text(["c"])).toBe("no");
    expect(file?.text(["missing"])).toBeUndefined();
  });

  it("takes an empty file as null", () => {
    expect(parse("# nothing\n").file?.value).toBeNull();
  });

  it.each([
    ["an anchor", "a: &x 1\n", /anchors/],
    ["an alias", "a: &x 1\nb: *x\n", /aliases/],
    ["a tag", "a: !!binary aGk=\n", /tags/],
    ["a repeated key", "a: 1\na: 2\n", /unique/],
    ["two documents", "a: 1\n---\nb: 2\n", /document/],
    ["broken YAML", "a: [1\n", /./],
    ["deep nesting", `a: ${"[".repeat(60)}${"]".repeat(60)}\n`, /nested deeper/],
    ["very deep nesting", `a: ${"[".repeat(50_000)}`, /./],
    ["a key that is a list", "? [a, b]\n: 1\n", /key must be plain/],
    ["a huge file", `a: ${"x".repeat(70_000)}\n`, /characters/],
  ])("refuses %s", (_, text, message) => {
    const { file, problems } = parse(text);
    expect(file).toBeUndefined();
    expect(problems.map((problem) => problem.message).join("\n")).toMatch(message);
    expect(problems[0]).toMatchObject({ code: "tool_invalid", file: "tools.yaml", line: expect.any(Number) });
  });

  it("keeps __proto__ an ordinary key", () => {
    const { file } = parse("__proto__: { polluted: true }\n");
    expect(Object.keys(Object(file?.value))).toEqual(["__proto__"]);
    expect("polluted" in {}).toBe(false);
  });
});
