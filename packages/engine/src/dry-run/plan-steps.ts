import { type AgentStep, type Step, topologicalOrder, type WaitSpec } from "@aiw/core";
import { mayReuse } from "../cache/may-reuse.js";
import { intersectPermissions } from "../permissions.js";
import type { AgentWishes } from "../preflight/agent-finder.js";
import { chooseAgents, optionsOf, variantsOf } from "../preflight/agent-steps.js";
import type { Examined } from "../preflight/examine.js";
import type { KnownValues } from "../preflight/known-values.js";
import type { AgentPlan, FilePlan, StepPlan, WaitPlan } from "./run-plan.js";
import { usedSecrets } from "./used-secrets.js";

/** A file and what was found of it. */
export interface Planning {
  readonly wishes: AgentWishes;
  readonly examined: Examined;
  /** No step's result is taken from the cache. */
  readonly noCache: boolean;
}

/** What the steps of a file would do, sub-workflows included. */
export function planFile(planning: Planning): FilePlan {
  const { workflow } = planning.wishes;
  const { name, version, timeoutMs, concurrency, secrets, outputs } = workflow;
  const plan = (step: Step) => planStep(step, planning);
  const key = concurrency === undefined ? undefined : (planning.examined.known.ofText(concurrency.key) ?? null);
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(concurrency === undefined || key === undefined ? {} : { concurrency: { key, busy: concurrency.busy } }),
    secrets,
    waves: wavesOf(workflow.steps).map((wave) => wave.map(plan)),
    onFailure: (workflow.onFailure ?? []).map(plan),
    finally: (workflow.finally ?? []).map(plan),
    outputs: Object.keys(outputs),
  };
}

/** Steps by how many others they wait for, one behind the other; those on a cycle never run. */
function wavesOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const levels = new Map<string, number>();
  for (const id of topologicalOrder(steps)) {
    const before = (byId.get(id)?.needs ?? []).map((need) => levels.get(need) ?? 0);
    levels.set(id, Math.max(-1, ...before) + 1);
  }
  const waves: Step[][] = [];
  for (const step of steps) {
    const level = levels.get(step.id);
    if (level === undefined) continue;
    waves[level] ??= [];
    waves[level].push(step);
  }
  return waves;
}

function planStep(step: Step, planning: Planning, key = step.id): StepPlan {
  const { workflow } = planning.wishes;
  const { id, title, kind, at, needs, onError, idleTimeoutMs, retry, repeat, artifacts, undo } = step;
  const timeoutMs = step.timeoutMs ?? operationTimeout(step, planning);
  const runs = ["script", "tool", "agent"].includes(kind);
  return {
    id,
    title,
    kind,
    ...(at === undefined ? {} : { line: at.line }),
    needs,
    ...(step.if === undefined ? {} : { if: step.if }),
    ...ofKind(step, planning, key),
    env: runs ? Object.keys({ ...workflow.env, ...step.env }) : [],
    secrets: runs ? usedSecrets(step, workflow) : [],
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }),
    ...(retry === undefined ? {} : { retry }),
    onError,
    ...foreachOf(step, planning.examined.known),
    ...(repeat === undefined ? {} : { repeat: { max: repeat.max, from: repeat.from, everyMs: repeat.everyMs } }),
    ...cacheOf(step, planning, key),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(undo === undefined ? {} : { undo: planStep(undo, planning, `${id}!undo`) }),
  };
}

function ofKind(step: Step, planning: Planning, key: string): Partial<StepPlan> {
  switch (step.kind) {
    case "agent":
      return agentStep(step, planning);
    case "tool":
      return { tool: { name: step.tool, operation: step.operation } };
    case "approval":
      return { approval: { by: step.by, min: step.min, fields: Object.keys(step.fields) } };
    case "wait":
      return { wait: waitOf(step.wait, planning.examined.known) };
    case "use": {
      const child = planning.examined.children.get(key);
      if (child === undefined) return {};
      const { agent, model } = planning.wishes;
      const { workflow } = child;
      return { child: planFile({ ...planning, wishes: { workflow, agent, model }, examined: child }) };
    }
    default:
      return {};
  }
}

function agentStep(step: AgentStep, { wishes, examined: { finder, known } }: Planning): Partial<StepPlan> {
  const permissions = intersectPermissions(wishes.workflow.permissions, step.permissions);
  const agents = variantsOf(step, known).steps.map((variant): AgentPlan => {
    const { usable, passedOver } = chooseAgents(variant, wishes, finder).candidates;
    const [chosen = null, ...failover] = usable;
    const effort = chosen === null ? undefined : optionsOf(variant, chosen, wishes).effort;
    const isPinned = step.session !== undefined;
    return { chosen, ...(effort === undefined ? {} : { effort }), failover: isPinned ? [] : failover, passedOver };
  });
  return {
    agents,
    ...(permissions === undefined ? {} : { permissions }),
    ...(step.tools === undefined ? {} : { tools: step.tools }),
    ...(step.session === undefined ? {} : { session: step.session }),
  };
}

function operationTimeout(step: Step, { examined }: Planning): number | undefined {
  if (step.kind !== "tool") return undefined;
  return examined.tools.get(step.tool)?.operations.find(({ name }) => name === step.operation)?.timeoutMs;
}

function foreachOf({ foreach }: Step, known: KnownValues): Pick<StepPlan, "foreach"> {
  if (foreach === undefined) return {};
  const { over, maxParallel } = foreach;
  return { foreach: { items: known.sizeOf(over) ?? null, ...(maxParallel === undefined ? {} : { maxParallel }) } };
}

function waitOf(wait: WaitSpec, known: KnownValues): WaitPlan {
  if ("for" in wait) return { forMs: wait.for };
  if ("until" in wait) return wait;
  return { signal: known.ofText(wait.signal) ?? null, isTyped: wait.schema !== undefined };
}

/** As the run would have it: the file's default stands for the step's own. */
function cacheOf(step: Step, { wishes: { workflow }, noCache }: Planning, key: string): Pick<StepPlan, "cache"> {
  if (noCache || key !== step.id) return {};
  const cache = step.cache ?? (step.undo === undefined ? workflow.cache : undefined);
  return cache !== undefined && mayReuse(step, workflow) ? { cache } : {};
}
