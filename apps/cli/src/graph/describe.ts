import type { AgentRef, Step, Workflow } from "@aiw/core";

/** What does the step: `script bash`, `tool github.create`, `agent claude/opus, codex`. */
export function describeKind(step: Step, workflow: Workflow): string {
  switch (step.kind) {
    case "script":
      return `script ${step.lang}`;
    case "tool":
      return `tool ${step.tool}${step.operation === "run" ? "" : `.${step.operation}`}`;
    case "agent": {
      const refs = step.agent ?? workflow.agent ?? [];
      return `agent ${refs.length === 0 ? "auto" : refs.map(describeRef).join(", ")}`;
    }
  }
}

/** What may make it not run, run again, or fail without harm. */
export function describeRules(step: Step): readonly string[] {
  return [
    ...(step.if === undefined ? [] : [`if ${step.if}`]),
    ...(step.retry === undefined || step.retry.attempts === 0 ? [] : [`retry ${step.retry.attempts}`]),
    ...(step.onError === "continue" ? ["the run goes on when it fails"] : []),
  ];
}

function describeRef({ agent, model }: AgentRef): string {
  return model === undefined ? agent : `${agent}/${model}`;
}
