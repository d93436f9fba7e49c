import { workflowHash } from "@aiw/core";
import { formatWorkflow, loadMarkdown } from "@aiw/markdown";
import { describe, expect, it } from "vitest";
import { entriesOf, load } from "./support/corpus.js";

const entries = entriesOf("valid").filter(({ name }) => !name.endsWith(".flow.yaml"));

/** Without the files around it, as before and after are read the same way. */
function hashOf(text: string, file: string): string | undefined {
  const { workflow } = loadMarkdown(text, { file });
  return workflow === undefined ? undefined : workflowHash(workflow);
}

describe("a valid file in Markdown", () => {
  it.each(entries)("means the same in its layout, which stays as it is: $name", async (entry) => {
    const { text, file } = await load(entry);
    const formatted = formatWorkflow(text, { file });
    expect(hashOf(formatted.text, file)).toBe(hashOf(text, file));
    expect(formatWorkflow(formatted.text, { file }).changes).toEqual([]);
  });
});
