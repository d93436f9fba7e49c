import { type Workflow, workflowHash } from "@aiw/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { formatWorkflow } from "../format/format.js";
import { loadWorkflowText } from "../load-text.js";
import { randomWorkflow } from "./__fixtures__/random-workflow.js";
import { toMarkdown } from "./markdown.js";
import { toYaml } from "./yaml.js";

const numRuns = process.env.AIW_TEST_FULL === "1" ? 1_000 : 40;
/** In ms; a busy machine takes minutes for the long variant. */
const timeout = 600_000;

function check(workflow: Workflow, text: string, file: string): void {
  const loaded = loadWorkflowText(text, { file });
  const errors = loaded.problems.filter(({ severity }) => severity === "error");
  expect({ errors, text }).toEqual({ errors: [], text });
  if (loaded.workflow === undefined) throw new Error("it does not load");
  expect(workflowHash(loaded.workflow)).toBe(workflowHash(workflow));
}

it("prints any workflow as Markdown that is the same workflow, in the one layout", { timeout }, () => {
  const isSame = fc.property(randomWorkflow, (workflow) => {
    const text = toMarkdown(workflow);
    check(workflow, text, "x.md");
    expect(formatWorkflow(text, { file: "x.md" }).text).toBe(text);
  });
  fc.assert(isSame, { numRuns });
});

it("prints any workflow as YAML that is the same workflow", { timeout }, () => {
  fc.assert(
    fc.property(randomWorkflow, (workflow) => check(workflow, toYaml(workflow), "x.flow.yaml")),
    { numRuns },
  );
});
