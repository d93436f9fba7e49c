import {
  type ConcurrencySpec,
  formatDuration,
  type Permissions,
  type Step,
  type TriggerSpec,
  type Workflow,
} from "@aiw/core";
import { describeAgent, describeRouting, templateText } from "../graph/describe.js";

/** `schedule 0 7 * * mon-fri (Europe/Berlin)`, `webhook /github`. */
export function describeTrigger(trigger: TriggerSpec): string {
  switch (trigger.type) {
    case "manual":
      return "manual";
    case "schedule":
      return `schedule ${trigger.cron}${trigger.timezone === undefined ? "" : ` (${trigger.timezone})`}`;
    case "webhook":
      return `webhook ${trigger.path}${trigger.provider === "generic" ? "" : ` (${trigger.provider})`}`;
    case "watch":
      return `watch ${trigger.paths.join(", ")}`;
    case "queue":
      return `queue ${trigger.name}`;
  }
}

/** How a workflow is started; by hand where it says nothing. */
export function describeTriggers({ on = [] }: Workflow): readonly string[] {
  return on.length === 0 ? ["manual"] : on.map(describeTrigger);
}

/** `read .; write nothing; run git, gh`. Undefined when nothing is said. */
export function describePermissions(permissions: Permissions | undefined): string | undefined {
  const parts = (["read", "write", "run", "net"] as const).flatMap((kind) => {
    const list = permissions?.[kind];
    return list === undefined ? [] : [`${kind} ${list.length === 0 ? "nothing" : list.join(", ")}`];
  });
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** `one at a time for deploy-{{ inputs.env }}, others wait`. */
export function describeConcurrency({ key, busy }: ConcurrencySpec): string {
  const words = { queue: "others wait", skip: "others are skipped", cancel: "a new one cancels it" } as const;
  return `one at a time for ${templateText(key)}, ${words[busy]}`;
}

/** Every step of a workflow: those of the sections at its end and the compensations too. */
export function allSteps({ steps, onFailure = [], finally: last = [] }: Workflow): readonly Step[] {
  return [...steps, ...onFailure, ...last].flatMap((step): readonly Step[] =>
    step.undo === undefined ? [step] : [step, step.undo],
  );
}

/** The agents that steps name, in the order of the file; `auto` for steps that name none. */
export function namedAgents(workflow: Workflow): readonly string[] {
  const names = allSteps(workflow).flatMap((step): readonly string[] => {
    if (step.kind !== "agent") return [];
    if (step.routing !== undefined) return [describeRouting(step.routing)];
    const refs = step.agent ?? workflow.agent ?? [];
    if (refs.length > 0) return [refs.map(describeAgent).join(", else ")];
    return [workflow.routing === undefined ? "auto" : describeRouting(workflow.routing)];
  });
  return [...new Set(names)];
}

/** `github.create_review`, each once. */
export function namedOperations(workflow: Workflow): readonly string[] {
  const names = allSteps(workflow).flatMap((step): readonly string[] =>
    step.kind === "tool" ? [`${step.tool}.${step.operation}`] : [],
  );
  return [...new Set(names)];
}

/** Limits of a run in words. */
export function describeLimits({ timeoutMs, budget }: Workflow): readonly string[] {
  return [
    ...(timeoutMs === undefined ? [] : [formatDuration(timeoutMs)]),
    ...(budget?.usd === undefined ? [] : [`$${budget.usd}`]),
    ...(budget?.tokens === undefined ? [] : [`${budget.tokens} tokens`]),
    ...(budget?.timeMs === undefined ? [] : [`${formatDuration(budget.timeMs)} of work`]),
  ];
}
