import { errorCodes } from "@aiw/core";
import { loadMarkdown, problemCodes } from "@aiw/markdown";
import { describe, expect, it } from "vitest";
import { errorExamples } from "../explain/examples.js";
import { findExplanation } from "../explain/explanations.js";
import { createFakeContext } from "../testing/fake-context.js";
import { explainCommand } from "./explain.js";

describe("explain", () => {
  it.each([...Object.keys(problemCodes), ...Object.keys(errorCodes)])("explains %s in text and JSON", async (code) => {
    const text = createFakeContext();
    expect(await explainCommand(code, text)).toBe(0);
    const shown = text.out();
    expect(shown).toContain(code);
    expect(shown).not.toMatch(/(?!\n|\t)\p{Cc}/u);
    const json = createFakeContext({ json: true });
    expect(await explainCommand(code, json)).toBe(0);
    expect(JSON.parse(json.out())).toMatchObject({ code, about: expect.any(String) });
  });

  it("shows a wrong and a right example of a finding", async () => {
    const context = createFakeContext();
    await explainCommand("e003", context);
    expect(context.out()).toMatch(
      /^E003 {2}front matter not closed\n[\s\S]*wrong\n│ ---\n│ aiw: 1\n[\s\S]*right\n│ ---/,
    );
  });

  it("says what an error means and what to do", async () => {
    const context = createFakeContext();
    await explainCommand("network", context);
    expect(context.out()).toMatch(/^network\n\nThe connection failed\.\n\nnext: check .*`aiw resume RUN`/);
  });

  it("shows what leads to an error beside the right form, where somebody wrote it", async () => {
    const context = createFakeContext();
    await explainCommand("input_missing", context);
    expect(context.out()).toMatch(
      /^input_missing\n\n[^\n]+\n\nwrong\n│ aiw run review\.md\n\nright\n│ aiw run review\.md --input base=main\n\nnext: /,
    );
  });

  it.each(Object.entries(errorExamples).filter(([, { right }]) => right.startsWith("```")))(
    "has steps as examples of %s that no check refuses",
    (_code, { wrong, right }) => {
      for (const body of [wrong, right]) {
        const text = `---\naiw: 1\ninputs: { files: [string], lines: [string] }\nsecrets: [TOKEN]\n---\n## Steps\n\n### Diff\n\`\`\`sh run\ngit diff\n\`\`\`\n\n### Step\n${body}\n`;
        expect(loadMarkdown(text, { file: "x.md" }).problems).toEqual([]);
      }
    },
  );

  it("lists all codes when none is given", async () => {
    const context = createFakeContext({ json: true });
    expect(await explainCommand(undefined, context)).toBe(0);
    const count = Object.keys(problemCodes).length + Object.keys(errorCodes).length;
    expect(JSON.parse(context.out()).codes).toHaveLength(count);
  });

  it("names the nearest code for a wrong one", () => {
    expect(() => findExplanation("agent_nome")).toThrow(
      expect.objectContaining({ code: "usage", hint: expect.stringContaining("'agent_none'") }),
    );
    expect(() => findExplanation("zzzzzzzzzzzz")).toThrow(
      expect.objectContaining({ hint: "`aiw explain` lists all codes" }),
    );
  });
});
