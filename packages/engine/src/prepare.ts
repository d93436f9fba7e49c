import {
  AiwError,
  type ErrorInfo,
  type Evaluator,
  idempotencyKey,
  type NewEvent,
  type RunState,
  runScope,
  type Scope,
  type Step,
  type StepState,
  toErrorInfo,
  type Workflow,
} from "@aiw/core";
import { digest } from "./digest.js";
import type { AttemptPlan, AttemptWork } from "./plan.js";
import { journaledInput, renderInput, restoreInput } from "./render.js";
import { optionsOf, type Resources } from "./resources.js";
import { workflowFile } from "./workflow-file.js";

/** What a ready step leads to. */
export type Prepared =
  | { readonly do: "skip" }
  | { readonly do: "fail"; readonly error: ErrorInfo }
  | { readonly do: "start"; readonly plan: AttemptPlan; readonly event: Extract<NewEvent, { type: "step.started" }> };

/** What preparing needs besides the run. */
export interface PrepareContext {
  readonly evaluator: Evaluator;
  readonly resources: Resources;
  readonly env: Readonly<Record<string, string>>;
  readonly now: number;
}

/**
 * Evaluates what steers a step: `if` and the input of its first attempt. Later attempts get what the first one got.
 * An expression that fails fails the step, not the run's driver.
 */
export function prepareAttempt(state: RunState, step: StepState, context: PrepareContext): Prepared {
  try {
    let made: Scope | undefined;
    // Most steps evaluate nothing.
    const scope = () => {
      made ??= scopeOf(state, context, step);
      return made;
    };
    const isFirst = step.input === undefined;
    const condition = step.step.if;
    if (isFirst && condition !== undefined && !evaluateCondition(context.evaluator, condition, scope()))
      return { do: "skip" };
    return start(state, step, { context, scope });
  } catch (error) {
    return { do: "fail", error: toErrorInfo(error) };
  }
}

/** Scope of everything that is evaluated for a step; `now` is that of its first attempt, so that repeating gives the same. */
export function scopeOf(state: RunState, context: PrepareContext, step?: StepState): Scope {
  const now = step?.startedAt ?? context.now;
  const sources = { secrets: context.resources.secrets, attempt: (step?.attempts ?? 0) + 1 };
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

function start(
  state: RunState,
  row: StepState,
  { context, scope }: { readonly context: PrepareContext; readonly scope: () => Scope },
): Prepared {
  const { step } = row;
  const render = () => renderInput(context.evaluator, scope, { workflow: state.workflow, step });
  const input = row.input === undefined ? render() : restoreInput(row.input, render);
  const { work, passedOver } = workOf(row, context.resources, state.workflow);
  const attempt = row.attempts + 1;
  const { run, createdAt, epoch, fence } = state;
  const key = idempotencyKey({ run, createdAt, step: step.id, action: "do", epoch }, digest);
  const timeoutMs = step.timeoutMs ?? operationTimeout(step, work);
  const event: Extract<NewEvent, { type: "step.started" }> = {
    type: "step.started",
    step: step.id,
    data: {
      attempt,
      fence,
      kind: step.kind,
      key,
      input: row.input ?? journaledInput(input),
      ...(work.kind === "agent" ? { agent: work.agent.id } : {}),
      ...(work.kind === "agent" && work.model !== undefined ? { model: work.model } : {}),
      ...(passedOver.length === 0 ? {} : { passedOver: [...passedOver] }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    },
  };
  const { cwd: root, folder } = state.origin;
  return { do: "start", event, plan: { run, step, attempt, key, fence, root, folder, input, work, timeoutMs } };
}

interface Chosen {
  readonly work: AttemptWork;
  readonly passedOver: readonly { readonly agent: string; readonly reason: string }[];
}

function workOf(row: StepState, resources: Resources, workflow: Workflow): Chosen {
  const { step } = row;
  if (step.kind === "script") return { work: { kind: "script" }, passedOver: [] };
  if (step.kind === "tool") {
    const tool = resources.tools.get(step.tool);
    if (tool === undefined) throw new AiwError("tool_not_found", `there is no tool ${step.tool}`);
    return { work: { kind: "tool", tool }, passedOver: [] };
  }
  const candidates = resources.candidates.get(step.id);
  // Once an agent was journaled for the step, the journal decides.
  const chosen = row.agent === undefined ? candidates?.usable[0] : { agent: row.agent, model: row.model };
  const agent = chosen === undefined ? undefined : resources.agents.get(chosen.agent);
  if (agent === undefined) {
    throw new AiwError("agent_not_found", `step ${step.id}: there is no agent ${chosen?.agent ?? "auto"}`, {
      hint: "`aiw agent list` shows what there is",
    });
  }
  const resume = row.phase.is === "waiting" ? row.phase.session : undefined;
  const passedOver = row.attempts === 0 ? (candidates?.passedOver ?? []) : [];
  const model = chosen?.model;
  const options = optionsOf(step, { agent: agent.id, ...(model === undefined ? {} : { model }) }, workflow);
  return { work: { kind: "agent", agent, model, options, resume }, passedOver };
}

function operationTimeout(step: Step, work: AttemptWork): number | undefined {
  if (step.kind !== "tool" || work.kind !== "tool") return undefined;
  return work.tool.operations.find((operation) => operation.name === step.operation)?.timeoutMs;
}
