import type {
  ApprovalStep,
  RepeatSpec,
  Step,
  UsedWorkflow,
  UseStep,
  ValueTemplate,
  WaitSpec,
  WaitStep,
  Workflow,
} from "@aiw/core";
import { origin, tool } from "./world.js";

const base = { title: "", needs: [], env: {}, onError: "fail" } as const;

export function approval(id: string, more: Partial<ApprovalStep> = {}): ApprovalStep {
  return { ...base, id, title: id, kind: "approval", prompt: [`may ${id} go on?`], by: [], min: 1, fields: {}, ...more };
}

export function wait(id: string, spec: WaitSpec, more: Partial<WaitStep> = {}): WaitStep {
  return { ...base, id, title: id, kind: "wait", wait: spec, ...more };
}

export function signalWait(id: string, name: string, more: Partial<WaitStep> = {}): WaitStep {
  return wait(id, { signal: [name] }, more);
}

export function use(id: string, target: string, more: Partial<UseStep> = {}): UseStep {
  return { ...base, id, title: id, kind: "use", use: target, ...more };
}

/** A sub-workflow as a parent holds it. */
export function used(workflow: Workflow): UsedWorkflow {
  return { workflow, from: { folder: origin.folder, bundle: false } };
}

/** What undoes a step: the operation `undo` of the test's tool, or another. */
export function undoBy(id: string, operation = "ok"): NonNullable<Step["undo"]> {
  return tool(id, operation, { title: "Undo" });
}

export function foreach(values: readonly unknown[], more: { readonly maxParallel?: number; readonly as?: string } = {}) {
  const list = values.map((value): ValueTemplate => ({ t: "literal", value: JSON.parse(JSON.stringify(value)) }));
  return { over: { list }, as: more.as ?? "item", ...(more.maxParallel === undefined ? {} : { maxParallel: more.maxParallel }) };
}

export function repeat(until: string, max: number, more: Partial<RepeatSpec> = {}): RepeatSpec {
  return { until, max, ...more };
}

/** Arguments of a tool as expressions. */
export function args(entries: Readonly<Record<string, string>>): ValueTemplate {
  return {
    t: "map",
    entries: Object.fromEntries(Object.entries(entries).map(([name, expr]) => [name, { t: "expr", expr }])),
  };
}
