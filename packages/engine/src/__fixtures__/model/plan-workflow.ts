import type { ForeachOver, RetrySpec, Step, TextTemplate, ValueTemplate, Workflow } from "@aiw/core";
import { approval, args, use, used, wait } from "../steps.js";
import { tool, workflow } from "../world.js";
import { type FlowPlan, itemValues, loopOf, type RetryPlan, type StepPlan } from "./plan.js";

/** The workflow of a plan. Every step gives a number that is made of what it may read. */
export function planWorkflow(plan: FlowPlan): Workflow {
  const every = [...plan.steps, ...plan.onFailure, ...plan.finally];
  const uses = every.flatMap(({ id, does }) => {
    return does.kind === "use" ? [[`./${id}.md`, used(planWorkflow(does.child))] as const] : [];
  });
  return workflow(
    plan.steps.map((step) => toStep(step, { plan, reads: readsOf(plan, step), add: [] })),
    {
      name: plan.name,
      inputs: { n: { schema: { type: "integer" }, required: true } },
      outputs: { out: modulo(plan.steps.map(read)) },
      uses: Object.fromEntries(uses),
      onFailure: plan.onFailure.map((step) => toStep(step, { plan, reads: plan.steps, add: lateNames })),
      finally: plan.finally.map((step) => toStep(step, { plan, reads: plan.steps, add: lateNames })),
    },
  );
}

const lateNames = ["(error.code ?? '').size()", "(error.undone ?? []).size()", "run.status.size()"];

interface Making {
  readonly plan: FlowPlan;
  readonly reads: readonly StepPlan[];
  readonly add: readonly string[];
}

/** What it waits for; inside a loop also the loop's last step, as of the round before. */
function readsOf(plan: FlowPlan, step: StepPlan): readonly StepPlan[] {
  const last = loopOf(plan, step.id)?.at(-1);
  const before = last === undefined || last.id === step.id ? [] : [last];
  return [...plan.steps.filter(({ id }) => step.needs.includes(id)), ...before];
}

function modulo(terms: readonly string[]): string {
  return `(${["1", ...terms].join(" + ")}) % 1000`;
}

/** The number that a step gives to those who read it. */
function read({ id, does, items }: StepPlan): string {
  if (items !== undefined) return `(steps.${id}.items ?? []).filter(i, i.status == 'completed').size()`;
  switch (does.kind) {
    case "approval":
      return `((steps.${id}.output.approved ?? false) ? 7 : 0)`;
    case "use":
      return `(steps.${id}.output.out ?? 0)`;
    default:
      return `(steps.${id}.output ?? 0)`;
  }
}

function toStep(step: StepPlan, making: Making): Step {
  const { id, does, needs, condition, items, continues, repeat, retry, undo } = step;
  const item = items === undefined ? [] : [itemOf(items.over)];
  const value = args({ value: modulo([...making.reads.map(read), "inputs.n", ...item, ...making.add]) });
  const more = {
    needs: [...needs],
    onError: continues ? "continue" : "fail",
    ...(condition === undefined ? {} : { if: condition === "never" ? "1 > 2" : `steps.${condition.completed}.status == 'completed'` }),
    ...(items === undefined
      ? {}
      : { foreach: { over: overOf(items), as: "item", ...(items.most === undefined ? {} : { maxParallel: items.most }) } }),
    ...(retry === undefined ? {} : { retry: toRetry(retry) }),
    ...(repeat === undefined ? {} : { repeat: toRepeat(step, repeat) }),
    ...(undo === undefined ? {} : { undo: undoOf(step, undo) }),
  } as const;
  switch (does.kind) {
    case "tool":
      return tool(id, "work", { ...more, with: value });
    case "approval":
      return approval(id, { ...more, min: does.min, ...within(does) });
    case "signal":
      return wait(id, { signal: signalName(does.name), schema: { type: "integer" } }, { ...more, ...within(does) });
    case "timer":
      return wait(id, { for: does.forMs }, more);
    case "use": {
      const n = args({ n: modulo([...making.reads.map(read), "inputs.n", ...item, ...making.add]) });
      return use(id, `./${id}.md`, { ...more, with: n });
    }
  }
}

/** In part an expression: which signals may come is not known before. */
function signalName(name: string): TextTemplate {
  return name === "go" ? [name] : [name.slice(0, 1), { expr: `'${name.slice(1)}'` }];
}

function within({ timeoutMs }: { readonly timeoutMs?: number }) {
  return timeoutMs === undefined ? {} : { timeoutMs };
}

function itemOf(over: NonNullable<StepPlan["items"]>["over"]): string {
  return over === "matrix" ? "item.x + item.y" : "item";
}

function overOf(items: NonNullable<StepPlan["items"]>): ForeachOver {
  const { over, count } = items;
  const values = itemValues({ over: "list", count });
  const list = values.map((value): ValueTemplate => ({ t: "literal", value }));
  if (over === "list") return { list };
  if (over === "expression") return { expr: `[${values.join(", ")}]` };
  return { matrix: { x: { list }, y: { expr: "[0, 10]" } } };
}

function toRetry({ attempts, delayMs }: RetryPlan): RetrySpec {
  return { attempts, delayMs, backoff: "constant", maxDelayMs: delayMs };
}

/** A tool's output is 1,000 times its round, and something. */
function toRepeat({ does }: StepPlan, repeat: NonNullable<StepPlan["repeat"]>) {
  const { enough, max, everyMs, from } = repeat;
  const until = does.kind === "tool" ? `output >= ${enough * 1_000}` : enough > 1 ? "1 > 2" : "1 < 2";
  return { until, max, everyMs, ...(from === undefined ? {} : { from }) };
}

function undoOf({ id, does, items }: StepPlan, { retry }: NonNullable<StepPlan["undo"]>) {
  const own = does.kind === "use" ? `(steps.${id}.output.out ?? 0)` : `(steps.${id}.output ?? 0)`;
  const item = items === undefined ? [] : [itemOf(items.over)];
  const value = args({ value: modulo([own, ...item]) });
  return tool(id, "undo", { title: "Undo", with: value, ...(retry === undefined ? {} : { retry: toRetry(retry) }) });
}
