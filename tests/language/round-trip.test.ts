import { type Workflow, workflowHash } from "@aiw/core";
import { formatWorkflow, loadWorkflowText, toMarkdown, toYaml, type UsedInterface } from "@aiw/markdown";
import { describe, expect, it } from "vitest";
import { entriesOf, load } from "./support/corpus.js";

const entries = entriesOf("valid");

/** Without the files around it, as before and after are read the same way. */
function hashOf(text: string, file: string): string | undefined {
  const { workflow } = loadWorkflowText(text, { file });
  return workflow === undefined ? undefined : workflowHash(workflow);
}

describe("a valid file", () => {
  it.each(entries.filter(({ name }) => !name.endsWith(".flow.yaml")))(
    "means the same in its layout, which stays as it is: $name",
    async (entry) => {
      const { text, file } = await load(entry);
      const formatted = formatWorkflow(text, { file });
      expect(hashOf(formatted.text, file)).toBe(hashOf(text, file));
      expect(formatWorkflow(formatted.text, { file }).changes).toEqual([]);
    },
  );

  it.each(entries)("is the same workflow again, printed as Markdown and as YAML: $name", async (entry) => {
    const { workflow } = await load(entry);
    if (workflow === undefined) throw new Error("it does not load");
    const texts = { "printed.md": toMarkdown(workflow), "printed.flow.yaml": toYaml(workflow) };
    for (const [file, text] of Object.entries(texts)) {
      const printed = loadWorkflowText(text, { file, readUse: (target) => usedBy(workflow, target) });
      expect(printed.problems, text).toEqual([]);
      expect(printed.workflow && workflowHash(printed.workflow), text).toBe(workflowHash(workflow));
    }
  });
});

/** A sub-workflow as it was loaded; of its outputs only the names are known here. */
function usedBy({ uses }: Workflow, target: string): UsedInterface | undefined {
  const used = uses?.[target];
  if (used === undefined) return undefined;
  const { inputs, outputs } = used.workflow;
  return { workflow: used, inputs, outputs: Object.fromEntries(Object.keys(outputs).map((name) => [name, {}])) };
}
