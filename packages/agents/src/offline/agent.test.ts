import { describe, expect, it } from "vitest";
import { readFacts } from "./blocks.js";
import { renderSummary } from "./render.js";

const prompt = `Write a short report about this repository. Use tables where they help.
You must not invent anything. It has 12 contributors.

#### History
{{ "not json" }}
- Commits: {"total": 1234, "first": "2024-01-02", "authors": ["Ada", "Grace"]}
- Hot files: [{"path": "src/a.ts", "changes": 40}, {"path": "src/b|c.ts", "changes": 7}]

#### Languages

\`\`\`json
[
  { "language": "TypeScript", "lines": 15000, "share": 0.912345678 },
  { "language": "CSS", "lines": 1450, "share": 0.0877 }
]
\`\`\`

#### Rules
- Keep it under one page.
- Do not repeat yourself.

Open TODOs:
   3 src/a.ts
   1 src/z.ts

| a | b |
| - | - |
| 1 | 2 |

{"nested": {"deep": {"deeper": [1, 2, 3]}, "flag": true}, "nothing": null}
`;

describe("the extract of the offline agent", () => {
  const text = renderSummary(readFacts(prompt));

  it("says that no model was used", () => {
    expect(text).toContain("without a model");
  });

  it("is the same each time", () => {
    expect(renderSummary(readFacts(prompt))).toBe(text);
  });

  it("holds the facts", () => {
    expect(text).toContain("## History");
    expect(text).toContain("- Total: 1,234");
    expect(text).toContain("- Authors: Ada, Grace");
    expect(text).toContain("| src/b\\|c.ts | 7 |");
    expect(text).toContain("| TypeScript | 15,000 | 0.912346 |");
    expect(text).toContain("3 src/a.ts");
    expect(text).toContain("| 1 | 2 |");
    expect(text).toContain("- It has 12 contributors.");
    expect(text).toContain("- Deeper: 1, 2, 3");
  });

  it("leaves instructions out", () => {
    expect(text).not.toContain("Write a short report");
    expect(text).not.toContain("Keep it under one page");
    expect(text).not.toContain("## Rules");
  });

  it("cuts long lists and says how much is left", () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ name: `n${index}`, value: index }));
    expect(renderSummary(readFacts(JSON.stringify(many)))).toContain("… and 30 more rows.");
  });

  it("finds nothing in a question", () => {
    expect(readFacts("Is this design good? Please judge it.")).toEqual([]);
  });

  it("keeps a list of facts that only mention the reader", () => {
    const list = "- `a.ts:3`: TODO check that you do this\n- `b.ts:7`: you should not see this";
    expect(renderSummary(readFacts(list))).toContain("b.ts:7");
  });

  it("needs no more than a moment for hostile text", () => {
    const size = 300_000;
    const hostile = [
      ...[
        `# ${" ".repeat(size)}x`,
        `{${'\\"'.repeat(size)}`,
        "{\n".repeat(30_000),
        `- ${"a:".repeat(size)}`,
        "|".repeat(size),
      ],
      ...[`a${" ".repeat(size)}b`, "1.".repeat(size), `${"x".repeat(size)}:`, "[".repeat(size), '{"a":'.repeat(size)],
    ];
    for (const text of hostile) {
      const start = performance.now();
      renderSummary(readFacts(text));
      expect(performance.now() - start, text.slice(0, 10)).toBeLessThan(2_000);
    }
  });

  it("stands any text", () => {
    const odd = [
      "",
      "```",
      "{",
      "[[[[",
      "|",
      "# ",
      "- ",
      "a:",
      "{}".repeat(1000),
      "#".repeat(5000),
      '- {"a":',
      "\u0000\ud800",
    ];
    for (const one of odd)
      for (const two of odd) expect(() => renderSummary(readFacts(`${one}\n${two}`))).not.toThrow();
  });
});
