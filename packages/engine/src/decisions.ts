import {
  AiwError,
  type Decision,
  decide,
  type Evaluator,
  fromErrorInfo,
  type Json,
  type NewEvent,
  poolOf,
  type RunState,
  Secret,
  toErrorInfo,
} from "@aiw/core";
import type { Attempts } from "./attempts.js";
import type { DriverShared, Writer } from "./driver-types.js";
import { askEvent, stepFailed } from "./end-events.js";
import type { AttemptPlan } from "./plan.js";
import { prepareAttempt, scopeOf } from "./prepare.js";
import type { Resources } from "./resources.js";
import type { Tick } from "./tick.js";

/** What carrying out a decision needs. */
export interface DecisionContext {
  readonly tick: Tick;
  readonly resources: Resources;
  readonly evaluator: Evaluator;
  readonly env: Readonly<Record<string, string>>;
  readonly attempts: Pick<Attempts, "abort">;
}

/** Decides until nothing is left but waiting. Returns when to look again though nothing happened. */
export function decideAll(
  context: DecisionContext,
  { options, slots, waiter }: Pick<DriverShared, "options" | "slots"> & { readonly waiter: Writer },
): number | undefined {
  const { tick, resources } = context;
  const { toolPool } = resources;
  const { suspendAfterMs } = options;
  for (;;) {
    const { decisions, wakeAt, starved } = decide(tick.state, tick.at, { free: slots.free, toolPool, suspendAfterMs });
    let isProgress = false;
    for (const decision of decisions) {
      const plan = applyDecision(decision, context);
      if (decision.do !== "abort" && decision.do !== "suspend") isProgress = true;
      if (plan === undefined) continue;
      slots.take(poolOf(plan.step.kind, toolPool));
      tick.starts.push(plan);
    }
    if (isProgress) continue;
    for (const pool of starved) slots.wait(waiter, pool);
    return wakeAt;
  }
}

/** Turns a decision into events. Returns the attempt to start once they are committed. */
function applyDecision(decision: Decision, context: DecisionContext): AttemptPlan | undefined {
  const { tick, attempts } = context;
  const ms = Math.max(0, tick.at - tick.state.openedAt);
  switch (decision.do) {
    case "start":
      return startStep(decision.step, context);
    case "skip":
      tick.emit({ type: "step.skipped", step: decision.step, data: { cause: decision.cause } });
      return undefined;
    case "fail": {
      const row = tick.state.steps.get(decision.step);
      if (row !== undefined) tick.emit(stepFailed(row, decision.error));
      return undefined;
    }
    case "ask":
      tick.emit(askEvent(decision.step));
      return undefined;
    case "abort":
      attempts.abort(decision.step, fromErrorInfo(decision.error));
      return undefined;
    case "complete":
      tick.emit(completeRun(context, ms));
      return undefined;
    case "fail_run": {
      const { reason, error, step } = decision;
      tick.emit({ type: "run.failed", data: { reason, error, ms, ...(step === undefined ? {} : { step }) } });
      return undefined;
    }
    case "cancel_run": {
      const { by, reason } = decision;
      tick.emit({ type: "run.cancelled", data: { by, ms, ...(reason === undefined ? {} : { reason }) } });
      return undefined;
    }
    case "suspend": {
      for (const step of decision.steps) tick.emit(suspendEvent(tick.state, step));
      tick.release = decision.dueAt === undefined ? {} : { dueAt: decision.dueAt };
      return undefined;
    }
  }
}

function startStep(step: string, context: DecisionContext): AttemptPlan | undefined {
  const { tick, resources, evaluator, env } = context;
  const row = tick.state.steps.get(step);
  if (row === undefined) return undefined;
  if (row.phase.is === "waiting" && row.phase.suspended) {
    tick.emit({ type: "step.resumed", step, data: { cause: "due" } });
  }
  const prepared = prepareAttempt(tick.state, row, { evaluator, resources, env, now: tick.at });
  switch (prepared.do) {
    case "skip":
      tick.emit({ type: "step.skipped", step, data: { cause: "if" } });
      return undefined;
    case "fail":
      tick.emit(stepFailed(row, prepared.error));
      return undefined;
    case "start":
      tick.emit(prepared.event);
      return prepared.plan;
  }
}

function suspendEvent(state: RunState, step: string): NewEvent {
  const phase = state.steps.get(step)?.phase;
  const until = phase?.is === "waiting" ? phase.at : undefined;
  return { type: "step.suspended", step, data: { waits: "retry", ...(until === undefined ? {} : { until }) } };
}

/** Outputs are evaluated once, when all steps are done; one that fails fails the run. */
function completeRun({ tick, resources, evaluator, env }: DecisionContext, ms: number): NewEvent {
  const scope = scopeOf(tick.state, { evaluator, resources, env, now: tick.at });
  const outputs: [string, Json][] = [];
  for (const [name, source] of Object.entries(tick.state.workflow.outputs)) {
    try {
      const value = evaluator.evaluate(source, scope);
      if (value instanceof Secret) throw new AiwError("expression_failed", `the output ${name} is a secret`);
      outputs.push([name, value]);
    } catch (error) {
      const { message, ...info } = toErrorInfo(error);
      const failed = { ...info, message: `output ${name}: ${message}` };
      return { type: "run.failed", data: { reason: "step", error: failed, ms } };
    }
  }
  return { type: "run.completed", data: { outputs: Object.fromEntries(outputs), ms } };
}
