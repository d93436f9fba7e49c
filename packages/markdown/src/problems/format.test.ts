import { describe, expect, it } from "vitest";
import { loadMarkdown } from "../load.js";
import { formatProblem } from "./format.js";
import { printProblems } from "./problem.js";

const text =
  "---\naiw: 1\n---\n## Steps\n### Fetch\n```bash run\nls\n```\n### A\nToken is fine. Diff: {{ steps.fetch.txt }}\n";
const [problem] = loadMarkdown(text, { file: "review.md" }).problems;

describe("formatProblem", () => {
  it("shows the line with a mark below the place", () => {
    if (problem === undefined) throw new Error("no problem");
    expect(formatProblem(problem, text)).toBe(
      [
        "error[E201] 'txt' does not exist on steps.fetch",
        "   ╭─ review.md:10:37",
        "10 │ Token is fine. Diff: {{ steps.fetch.txt }}",
        "   │                                     ^^^",
        "   ╰─ help: did you mean 'text'?",
      ].join("\n"),
    );
  });

  it("colours only when asked", () => {
    if (problem === undefined) throw new Error("no problem");
    expect(formatProblem(problem, text, { color: true })).toContain("\u001b[1;31merror[E201]\u001b[0m");
    expect(formatProblem(problem, text)).not.toContain("\u001b");
  });

  it("shows control and direction characters of a file as dots", () => {
    const hostile = "---\naiw: 1\n---\n## Steps\n### A\n\u001b[2J\u202e {{ nope }}\n";
    const [found] = loadMarkdown(hostile, { file: "x\u001b.md" }).problems;
    if (found === undefined) throw new Error("no problem");
    expect(formatProblem(found, hostile)).not.toContain("\u001b");
    expect(formatProblem(found, hostile)).not.toContain("\u202e");
    expect(formatProblem(found, hostile)).toContain("x·.md:6:10");
  });

  it("cuts long lines around the place", () => {
    const long = `---\naiw: 1\n---\n## Steps\n### A\n${"x".repeat(5000)}{{ nope }}${"y".repeat(5000)}\n`;
    const [found] = loadMarkdown(long, { file: "x.md" }).problems;
    if (found === undefined) throw new Error("no problem");
    const lines = formatProblem(found, long).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(130);
    expect(lines[2]?.slice(lines[3]?.indexOf("^"), (lines[3]?.indexOf("^") ?? 0) + 4)).toBe("nope");
  });
});

describe("printProblems", () => {
  it("is the JSON of aiw check", () => {
    expect(JSON.parse(printProblems(problem === undefined ? [] : [problem]))).toEqual({
      problems: [
        {
          code: "E201",
          severity: "error",
          file: "review.md",
          line: 10,
          column: 37,
          endLine: 10,
          endColumn: 40,
          message: "'txt' does not exist on steps.fetch",
          help: "did you mean 'text'?",
        },
      ],
    });
  });
});
