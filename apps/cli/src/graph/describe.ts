import {
  type AgentRef,
  type AgentRouting,
  type ForeachSpec,
  formatDuration,
  type RepeatSpec,
  type Step,
  type TextTemplate,
  type WaitSpec,
  type Workflow,
} from "@aiw/core";

/** What does the step: `script bash`, `tool github.create`, `agent claude/opus, codex`, `wait 10m`. */
export function describeKind(step: Step, workflow: Workflow): string {
  switch (step.kind) {
    case "script":
      return `script ${step.lang}`;
    case "tool":
      return `tool ${step.tool}${step.operation === "run" ? "" : `.${step.operation}`}`;
    case "agent":
      return `agent ${describeAgents(step, workflow)}`;
    case "use":
      return `use ${step.use}`;
    case "approval":
      return describeApproval(step);
    case "wait":
      return describeWait(step.wait);
    case "apply":
      return `apply ${step.from}`;
    case "code":
      return "code";
  }
}

/** What may make it not run, run more than once, or fail without harm; not the loop it ends. */
export function describeRules(step: Step): readonly string[] {
  return [
    ...(step.if === undefined ? [] : [`if ${step.if}`]),
    ...(step.foreach === undefined ? [] : [describeForeach(step.foreach)]),
    ...(step.kind === "agent" && step.session !== undefined ? [`goes on with the session of ${step.session}`] : []),
    ...(step.retry === undefined || step.retry.attempts === 0 ? [] : [`retry ${step.retry.attempts}`]),
    ...(step.cache === undefined ? [] : [`cached for ${formatDuration(step.cache.forMs)}`]),
    ...(step.onError === "continue" ? ["the run goes on when it fails"] : []),
  ];
}

/** How often a `foreach` makes its step: `×3`, or `×n` where only the run knows. */
export function describeTimes(step: Step): string | undefined {
  if (step.foreach === undefined) return undefined;
  return `×${countItems(step.foreach) ?? "n"}`;
}

/** `until status == 'completed', at most 5 rounds`: what stands on the way back of a loop. */
export function describeLoop({ until, max, everyMs }: RepeatSpec): string {
  const every = everyMs === undefined ? "" : `, every ${formatDuration(everyMs)}`;
  return `until ${until}, at most ${max} ${max === 1 ? "round" : "rounds"}${every}`;
}

/** The same with where it leads: `again from plan until …`. */
export function describeRepeat(repeat: RepeatSpec): string {
  return `again${repeat.from === undefined ? "" : ` from ${repeat.from}`} ${describeLoop(repeat)}`;
}

/** Text with its holes as they stand in the file. */
export function templateText(template: TextTemplate): string {
  return template.map((part) => (typeof part === "string" ? part : `{{ ${part.expr} }}`)).join("");
}

/** `claude/opus`. */
export function describeAgent({ agent, model }: AgentRef): string {
  return model === undefined ? agent : `${agent}/${model}`;
}

/** `any of claude, codex by cost`. */
export function describeRouting({ any, by }: AgentRouting): string {
  return `any of ${any.map(describeAgent).join(", ")} by ${by}`;
}

function describeAgents(
  step: { readonly agent?: readonly AgentRef[]; readonly routing?: AgentRouting },
  workflow: Workflow,
): string {
  if (step.routing !== undefined) return describeRouting(step.routing);
  const refs = step.agent ?? workflow.agent;
  if (refs !== undefined && refs.length > 0) return refs.map(describeAgent).join(", ");
  return workflow.routing === undefined ? "auto" : describeRouting(workflow.routing);
}

function describeApproval({ by, min }: { readonly by: readonly string[]; readonly min: number }): string {
  const people = by.length === 0 ? "" : ` by ${by.join(", ")}`;
  return `approval${people}${min > 1 ? `, ${min} people` : ""}`;
}

function describeWait(wait: WaitSpec): string {
  if ("for" in wait) return `wait ${formatDuration(wait.for)}`;
  return "until" in wait ? `wait until ${wait.until}` : `wait for signal ${templateText(wait.signal)}`;
}

function describeForeach({ over, as, maxParallel }: ForeachSpec): string {
  const limit = maxParallel === undefined ? "" : `, at most ${maxParallel} at once`;
  return `for each ${as} of ${describeOver(over)}${limit}`;
}

function describeOver(over: ForeachSpec["over"]): string {
  if ("expr" in over) return over.expr;
  if ("list" in over) return `${over.list.length} ${over.list.length === 1 ? "value" : "values"}`;
  const axes = Object.entries(over.matrix).map(([name, axis]) =>
    "expr" in axis ? `${name} (${axis.expr})` : `${name} (${axis.list.length})`,
  );
  return axes.join(" × ");
}

function countItems({ over }: ForeachSpec): number | undefined {
  if ("expr" in over) return undefined;
  if ("list" in over) return over.list.length;
  let count = 1;
  for (const axis of Object.values(over.matrix)) {
    if ("expr" in axis) return undefined;
    count *= axis.list.length;
  }
  return count;
}
