import { workflowHash } from "@aiw/core";
import { expect, it } from "vitest";
import { fromMarkdown } from "./from-markdown.js";
import { toMarkdown } from "./print/markdown.js";

const text = "---\naiw: 1\n---\n# Hello\n\n## Steps\n\n### Greet\nSay hello.\n";

it("reads what is printed, as the same workflow", () => {
  const workflow = fromMarkdown(text);
  expect(workflow).toMatchObject({ name: "Hello", steps: [{ id: "greet", kind: "agent" }] });
  expect(workflowHash(fromMarkdown(toMarkdown(workflow)))).toBe(workflowHash(workflow));
});

it("throws the first problem with its place, and all of them as details", () => {
  const broken = text.replace("Say hello.", "{{ steps.nobody.text }} {{ inputs.nothing }}");
  expect(() => fromMarkdown(broken, { file: "x.md" })).toThrow(
    expect.objectContaining({
      code: "workflow_invalid",
      message: expect.stringContaining("x.md:9:"),
      details: { problems: [expect.objectContaining({ line: 9 }), expect.objectContaining({ line: 9 })] },
    }),
  );
});
