import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadMarkdown } from "./load.js";

const text = readFileSync(new URL("__fixtures__/language-example.md", import.meta.url), "utf8");

describe("the example of the language's description", () => {
  it("loads", () => {
    const { workflow, problems, outputs } = loadMarkdown(text, { file: "review.md" });
    expect(problems).toEqual([]);
    expect(outputs).toEqual({ score: { type: "integer" } });
    expect(workflow?.steps.map(({ id, kind, needs }) => [id, kind, needs])).toEqual([
      ["collect_the_diff", "script", []],
      ["security", "agent", ["collect_the_diff"]],
      ["performance", "agent", ["collect_the_diff"]],
      ["merge", "agent", ["security", "performance"]],
      ["approve_the_report", "approval", ["merge"]],
      ["post_it", "script", ["approve_the_report"]],
    ]);
  });
});

describe("a file with fifteen mistakes", () => {
  it("shows all of them with line and column in one pass", () => {
    const mistakes = [
      "---",
      "aiw: 1",
      "inputs:",
      "  base: strng", // 1: unknown type
      "  limit: number = 7",
      "timeout: 20", // 2: no unit
      "secrets: [TOKEN]",
      "outputs: { score: steps.merge.output.scor }", // 3: unknown field
      "---",
      "## Steps",
      "### Collect",
      "```yaml step",
      "tiemout: 5m", // 4: unknown key
      "model: opus", // 5: no effect on a script
      "env: { BASE: {{ inputs.base }} }", // 6: braces without quotes
      "```",
      "```bash run",
      "echo {{ inputs.base }}", // 7: expression in a script
      "```",
      "### Review",
      "```yaml step",
      "needs: [merg]", // 8: unknown step
      "on-error: ignore", // 9: unknown word
      "```",
      "Text {{ steps.collect.text }}", // 10: read without waiting
      "Token {{ secrets.TOKEN }}", // 11: secret in a prompt
      "### Review", // 12: id twice
      "Function {{ len(inputs.base) }}", // 13: unknown function
      "### Merge",
      "```yaml step",
      "if: inputs.limit", // 14: no boolean
      "output: { score: integer }",
      "```",
      "Open {{ inputs.limit", // 15: braces not closed
    ].join("\n");
    const { problems } = loadMarkdown(mistakes, { file: "x.md" });
    expect(problems.map(({ code, line, column }) => `${code} ${line}:${column}`)).toEqual([
      "E120 4:9",
      "E114 6:10",
      "E201 8:38",
      "E110 13:1",
      "E111 14:1",
      "E107 15:14",
      "E215 18:6",
      "E033 22:9",
      "E113 23:11",
      "E212 25:9",
      "E214 26:10",
      "E031 27:5",
      "E203 28:13",
      "E216 31:5",
      "E207 34:6",
    ]);
    expect(problems.every(({ help }) => help !== undefined)).toBe(true);
  });
});
