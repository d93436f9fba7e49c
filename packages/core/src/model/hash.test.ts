import { expect, it } from "vitest";
import { requestHash, workflowHash } from "./hash.js";
import type { Workflow } from "./workflow.js";

const workflow: Workflow = {
  model: 1,
  name: "w",
  inputs: {},
  outputs: {},
  secrets: [],
  env: {},
  tools: {},
  steps: [
    {
      id: "a",
      title: "A",
      needs: [],
      env: {},
      onError: "fail",
      kind: "script",
      lang: "sh",
      script: "x",
      at: { line: 3, column: 1 },
    },
  ],
};
const [first] = workflow.steps;

it("does not change when a step moves within its file, and changes with everything else", () => {
  if (first === undefined) throw new Error("no step");
  const moved = { ...workflow, steps: [{ ...first, at: { line: 9, column: 1 } }] };
  expect(workflowHash(moved)).toBe(workflowHash(workflow));
  expect(workflowHash({ ...workflow, steps: [{ ...first, title: "B" }] })).not.toBe(workflowHash(workflow));
  expect(requestHash(workflow, { a: 1, b: 2 })).toBe(requestHash(moved, { b: 2, a: 1 }));
  expect(requestHash(workflow, { a: 1 })).not.toBe(requestHash(workflow, { a: 2 }));
});

it("counts a field that is named at", () => {
  const typed = (type: string) => ({
    ...workflow,
    steps: workflow.steps.map((step) => ({ ...step, output: { type: "object", properties: { at: { type } } } })),
  });
  expect(workflowHash(typed("string"))).not.toBe(workflowHash(typed("integer")));
});
