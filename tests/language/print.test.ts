import { type JsonSchema, type Workflow, workflowHash } from "@aiw/core";
import { loadWorkflowText, type ReadUse, toMarkdown, toYaml } from "@aiw/markdown";
import { describe, expect, it } from "vitest";
import { entriesOf, load } from "./support/corpus.js";

/** Finds the sub-workflows where they are: in the model. */
function usesOf({ uses = {} }: Workflow): ReadUse {
  return (target) => {
    const used = Object.hasOwn(uses, target) ? uses[target] : undefined;
    if (used === undefined) return undefined;
    const outputs = Object.keys(used.workflow.outputs).map((name): [string, JsonSchema] => [name, {}]);
    return { workflow: used, inputs: used.workflow.inputs, outputs: Object.fromEntries(outputs) };
  };
}

describe("the model of a valid file", () => {
  it.each(entriesOf("valid"))("is the same as Markdown and as YAML, whatever it was: $name", async (entry) => {
    const { workflow } = await load(entry);
    if (workflow === undefined) throw new Error("it does not load");
    for (const [file, text] of [
      ["printed.md", toMarkdown(workflow)],
      ["printed.flow.yaml", toYaml(workflow)],
    ] as const) {
      const printed = loadWorkflowText(text, { file, readUse: usesOf(workflow) });
      const errors = printed.problems.filter(({ severity }) => severity === "error");
      expect({ errors, text }).toEqual({ errors: [], text });
      expect(printed.workflow && workflowHash(printed.workflow)).toBe(workflowHash(workflow));
    }
  });
});
