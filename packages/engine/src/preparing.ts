import {
  AiwError,
  type CodeFunction,
  type ErrorInfo,
  type Evaluator,
  type NewEvent,
  type RunState,
  runScope,
  type Scope,
  type StepState,
} from "@aiw/core";
import type { AttemptPlan } from "./plan.js";
import type { Resources } from "./resources.js";
import type { ChildStart } from "./start.js";
import { workflowFile } from "./workflow-file.js";

/** What a ready step leads to. */
export type Prepared =
  | { readonly do: "skip" }
  | { readonly do: "fail"; readonly error: ErrorInfo }
  /** `plan`: the attempt to make once the events are committed; `child`: the run to create with them. */
  | {
      readonly do: "start";
      readonly events: readonly NewEvent[];
      readonly plan?: AttemptPlan | undefined;
      readonly child?: ChildStart | undefined;
    };

/** What preparing needs besides the run. */
export interface PrepareContext {
  readonly evaluator: Evaluator;
  readonly resources: Resources;
  readonly env: Readonly<Record<string, string>>;
  readonly now: number;
  /** Functions of code steps, by id. */
  readonly code?: ((step: string) => CodeFunction | undefined) | undefined;
}

/** A step that is prepared. */
export interface Preparing {
  readonly row: StepState;
  readonly context: PrepareContext;
  /** Made at the first call: most steps evaluate nothing. */
  readonly scope: () => Scope;
}

/** Is the step's `if` asked now? Once; of a step that is repeated together with others in each round. Of no Undo. */
export function mayBeSkipped({ graph }: RunState, { round, section, step }: StepState): boolean {
  return section !== "undo" && (round === 1 || graph.loops.has(step.id));
}

/** Is the step's `if` false? @throws AiwError `expression_failed`. */
export function isSkipped({ row, context, scope }: Preparing): boolean {
  const condition = row.step.if;
  return condition !== undefined && !evaluateCondition(context.evaluator, condition, scope());
}

/** The scope of a step, made when it is first asked for. */
export function lazyScope(state: RunState, row: StepState, context: PrepareContext): () => Scope {
  let made: Scope | undefined;
  return () => {
    made ??= scopeOf(state, context, row);
    return made;
  };
}

/** Scope of everything that is evaluated for a step; `now` is that of its first attempt, so that repeating gives the same. */
export function scopeOf(state: RunState, context: PrepareContext, row?: StepState): Scope {
  const now = row?.startedAt ?? context.now;
  const sources = { secrets: context.resources.secrets, attempt: (row?.attempts ?? 0) + 1, row };
  const scope: Scope = {
    names: runScope(state, { ...sources, env: context.env }),
    now: () => now,
    file: workflowFile(state.origin.folder),
  };
  const variables = Object.entries(state.workflow.env);
  if (variables.length === 0) return scope;
  const rendered = variables.map(([name, template]) => [name, context.evaluator.renderValue(template, scope)] as const);
  const env = { ...context.env, ...Object.fromEntries(rendered) };
  return { ...scope, names: { ...scope.names, env } };
}

/** @throws AiwError `expression_failed`, also when the value is not true or false. */
export function evaluateCondition(evaluator: Evaluator, source: string, scope: Scope): boolean {
  const value = evaluator.evaluate(source, scope);
  if (typeof value === "boolean") return value;
  throw new AiwError("expression_failed", `the condition ${source} is neither true nor false`, {
    hint: "compare it with something: x != null",
  });
}
