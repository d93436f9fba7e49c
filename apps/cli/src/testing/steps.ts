import { type Step, type Workflow, workflowModelVersion } from "@aiw/core";

/** A script step that waits for others. */
export function step(id: string, needs: readonly string[] = [], over: Partial<Step> = {}): Step {
  const base = { id, title: id, needs, env: {}, onError: "fail", kind: "script", lang: "sh", script: "true" } as const;
  return Object.assign({}, base, over);
}

/** A workflow of these steps. */
export function workflow(steps: readonly Step[], name = "Test"): Workflow {
  return { model: workflowModelVersion, name, inputs: {}, outputs: {}, secrets: [], env: {}, tools: {}, steps };
}
