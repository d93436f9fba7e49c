import {
  AiwError,
  type DecideLimits,
  type Decision,
  decide,
  type Json,
  type NewEvent,
  poolOf,
  type RunState,
  Secret,
  type StepState,
  toErrorInfo,
  undoReport,
} from "@aiw/core";
import type { DriverShared, Writer } from "./driver-types.js";
import type { AttemptPlan } from "./plan.js";
import { scopeOf } from "./preparing.js";
import { applyToStep, type DecisionContext } from "./step-decisions.js";

/** Who waits for what. */
interface Waiting extends Pick<DecideLimits, "isActive"> {
  readonly waiter: Writer;
}

/** Decisions that have to be waited for, and are made again meanwhile. */
const passive: ReadonlySet<Decision["do"]> = new Set(["abort", "cancel_child", "suspend"]);

/** Decides until nothing is left but waiting. Returns when to look again though nothing happened. */
export function decideAll(
  context: DecisionContext,
  { options, slots, waiter, isActive }: Pick<DriverShared, "options" | "slots"> & Waiting,
): number | undefined {
  const { tick, resources } = context;
  const { toolPool } = resources;
  const { suspendAfterMs } = options;
  for (;;) {
    const limits = { free: slots.free, toolPool, suspendAfterMs, isActive };
    const { decisions, wakeAt, starved } = decide(tick.state, tick.at, limits);
    let isProgress = false;
    for (const decision of decisions) {
      const plan = applyDecision(decision, context);
      if (!passive.has(decision.do)) isProgress = true;
      if (plan === undefined) continue;
      const pool = poolOf(plan.step.kind, toolPool);
      if (pool !== undefined) slots.take(pool);
      tick.starts.push(plan);
    }
    if (isProgress) continue;
    for (const pool of starved) slots.wait(waiter, pool);
    return wakeAt;
  }
}

/** Turns a decision into events. Returns the attempt to start once they are committed. */
function applyDecision(decision: Decision, context: DecisionContext): AttemptPlan | undefined {
  const { tick } = context;
  const { state } = tick;
  const ms = Math.max(0, tick.at - state.openedAt);
  switch (decision.do) {
    case "halt":
      tick.emit({ type: "run.halted", data: { reason: decision.reason, error: decision.error } });
      return undefined;
    case "complete":
      tick.emit(completeRun(context, ms));
      return undefined;
    case "fail_run": {
      const { reason, error, step } = decision;
      const where = step === undefined ? {} : { step };
      tick.emit({ type: "run.failed", data: { reason, error, ms, ...where, ...undoReport(state) } });
      return undefined;
    }
    case "cancel_run": {
      const { by, reason } = decision;
      const why = reason === undefined ? {} : { reason };
      tick.emit({ type: "run.cancelled", data: { by, ms, ...why, ...undoReport(state) } });
      return undefined;
    }
    case "suspend": {
      for (const step of decision.steps) tick.emit(suspendEvent(state, step));
      tick.release = decision.dueAt === undefined ? {} : { dueAt: decision.dueAt };
      return undefined;
    }
    default:
      return applyToStep(decision, context);
  }
}

function suspendEvent(state: RunState, key: string): NewEvent {
  const row = state.steps.get(key);
  const { path = key, phase } = row ?? {};
  const until = phase?.is === "waiting" && phase.at !== undefined ? { until: phase.at } : {};
  const waits = phase?.is === "waiting" && phase.for === "child" ? "children" : waitsOf(phase);
  return { type: "step.suspended", step: path, data: { waits, ...until } };
}

function waitsOf(phase: StepState["phase"] | undefined): "retry" | "timer" {
  return phase?.is === "waiting" && phase.for === "round" ? "timer" : "retry";
}

/** Outputs are evaluated once, when all steps are done; one that fails fails the run. */
function completeRun({ tick, resources, end }: DecisionContext, ms: number): NewEvent {
  const { evaluator, env } = end;
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
