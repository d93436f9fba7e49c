import {
  type ForeachAxis,
  parseExpression,
  type Step,
  type TextTemplate,
  type ToolDeclaration,
  type TriggerSpec,
  type UndoStep,
  type ValueTemplate,
  type WaitSpec,
  type Workflow,
} from "@aiw/core";
import { refsInExpression } from "./step-refs.js";

/** A step's new id and title. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
  readonly title: string;
}

/** The model with one step renamed wherever it is named: what a renamed file must load as. */
export function renameInModel(workflow: Workflow, renaming: Renaming): Workflow {
  return new Renamer(renaming).workflow(workflow);
}

class Renamer {
  readonly #renaming: Renaming;

  constructor(renaming: Renaming) {
    this.#renaming = renaming;
  }

  workflow(workflow: Workflow): Workflow {
    const { concurrency, on, instructions, onFailure, finally: last } = workflow;
    const steps = (list: readonly Step[]) => list.map((step) => this.#step(step));
    return {
      ...workflow,
      outputs: mapValues(workflow.outputs, (source) => this.#expression(source)),
      env: mapValues(workflow.env, (value) => this.#value(value)),
      tools: mapValues(workflow.tools, (tool) => this.#tool(tool)),
      steps: steps(workflow.steps),
      ...(concurrency === undefined ? {} : { concurrency: { ...concurrency, key: this.#text(concurrency.key) } }),
      ...(on === undefined ? {} : { on: on.map((trigger) => this.#trigger(trigger)) }),
      ...(instructions === undefined ? {} : { instructions: this.#text(instructions) }),
      ...(onFailure === undefined ? {} : { onFailure: steps(onFailure) }),
      ...(last === undefined ? {} : { finally: steps(last) }),
    };
  }

  #step(step: Step): Step {
    const { undo } = step;
    const title = step.id === this.#renaming.from ? this.#renaming.title : step.title;
    const renamed = { ...this.#body(step), title };
    return undo === undefined ? renamed : { ...renamed, undo: this.#body(undo) };
  }

  #body<T extends Step | UndoStep>(step: T): T {
    const { from, to } = this.#renaming;
    const { if: condition, failIf, cwd, foreach, repeat, workspace } = step;
    return {
      ...step,
      id: this.#name(step.id),
      needs: step.needs.map((id) => (id === from ? to : id)),
      env: mapValues(step.env, (value) => this.#value(value)),
      ...(condition === undefined ? {} : { if: this.#expression(condition) }),
      ...(failIf === undefined ? {} : { failIf: this.#expression(failIf) }),
      ...(cwd === undefined ? {} : { cwd: this.#text(cwd) }),
      ...(foreach === undefined ? {} : { foreach: { ...foreach, over: this.#over(foreach.over) } }),
      ...(repeat === undefined
        ? {}
        : {
            repeat: {
              ...repeat,
              until: this.#expression(repeat.until),
              ...(repeat.from === undefined ? {} : { from: this.#name(repeat.from) }),
            },
          }),
      ...(typeof workspace === "object" ? { workspace: { step: this.#name(workspace.step) } } : {}),
      ...this.#special(step),
    };
  }

  #special(step: Step | UndoStep): object {
    switch (step.kind) {
      case "script":
      case "tool":
      case "use":
        return step.with === undefined ? {} : { with: this.#value(step.with) };
      case "agent": {
        const session = step.session === undefined ? {} : { session: this.#name(step.session) };
        return { prompt: this.#text(step.prompt), ...session };
      }
      case "approval":
        return { prompt: this.#text(step.prompt) };
      case "wait":
        return { wait: this.#wait(step.wait) };
      case "apply":
        return { from: this.#name(step.from) };
      case "code":
        return {};
    }
  }

  #wait(wait: WaitSpec): WaitSpec {
    if ("until" in wait) return { until: this.#expression(wait.until) };
    return "signal" in wait ? { ...wait, signal: this.#text(wait.signal) } : wait;
  }

  #over(over: ForeachAxis | { readonly matrix: Readonly<Record<string, ForeachAxis>> }) {
    return "matrix" in over ? { matrix: mapValues(over.matrix, (axis) => this.#axis(axis)) } : this.#axis(over);
  }

  #axis(axis: ForeachAxis): ForeachAxis {
    if ("expr" in axis) return { expr: this.#expression(axis.expr) };
    return { list: axis.list.map((item) => this.#value(item)) };
  }

  #trigger(trigger: TriggerSpec): TriggerSpec {
    if (trigger.type === "manual") return trigger;
    const inputs = mapValues(trigger.inputs, (value) => this.#value(value));
    if (trigger.type !== "webhook" || trigger.if === undefined) return { ...trigger, inputs };
    return { ...trigger, inputs, if: this.#expression(trigger.if) };
  }

  #tool(tool: ToolDeclaration): ToolDeclaration {
    if (tool.kind === "mcp") return { ...tool, env: mapValues(tool.env, (value) => this.#value(value)) };
    if (tool.kind === "scripts" || tool.auth === undefined) return tool;
    return { ...tool, auth: this.#value(tool.auth) };
  }

  #value(value: ValueTemplate): ValueTemplate {
    switch (value.t) {
      case "literal":
        return value;
      case "expr":
        return { t: "expr", expr: this.#expression(value.expr) };
      case "text":
        return { t: "text", parts: this.#text(value.parts) };
      case "list":
        return { t: "list", items: value.items.map((item) => this.#value(item)) };
      case "map":
        return { t: "map", entries: mapValues(value.entries, (item) => this.#value(item)) };
    }
  }

  #text(parts: TextTemplate): TextTemplate {
    return parts.map((part) => (typeof part === "string" ? part : { expr: this.#expression(part.expr) }));
  }

  #expression(source: string): string {
    const { from, to } = this.#renaming;
    const parsed = parseExpression(source);
    if (!parsed.ok) return source;
    let result = source;
    const refs = refsInExpression(parsed.expression).filter(({ id }) => id === from);
    for (const { start, end } of refs.toSorted((a, b) => b.start - a.start)) {
      result = result.slice(0, start) + to + result.slice(end);
    }
    return result;
  }

  #name(id: string): string {
    return id === this.#renaming.from ? this.#renaming.to : id;
  }
}

function mapValues<T, U>(map: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
