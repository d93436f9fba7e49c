import {
  AiwError,
  type Decision,
  fromErrorInfo,
  type NewEvent,
  type StepState,
  stepToStart,
  toErrorInfo,
} from "@aiw/core";
import type { Attempts } from "./attempts.js";
import { approvalEvents, askEvent, completedEvents, type EndContext, stepFailed } from "./end-events.js";
import { expandStep } from "./expand.js";
import type { AttemptPlan } from "./plan.js";
import { prepareStep } from "./prepare.js";
import type { Resources } from "./resources.js";
import { type ChildStop, cancelMessage, hardnessOf, startMessages } from "./spawn.js";
import type { Tick } from "./tick.js";

/** What carrying out a decision needs. */
export interface DecisionContext {
  readonly tick: Tick;
  readonly resources: Resources;
  readonly end: EndContext;
  readonly attempts: Pick<Attempts, "abort">;
  /** Sub-workflows' runs that this driver has asked to stop, and how hard. */
  readonly stopped: Set<string>;
}

/** A decision about one step. */
export type StepDecision = Exclude<Decision, { do: "halt" | "complete" | "fail_run" | "cancel_run" | "suspend" }>;

/** Turns a decision about a step into events. Returns the attempt to start once they are committed. */
export function applyToStep(decision: StepDecision, context: DecisionContext): AttemptPlan | undefined {
  const { tick } = context;
  const row = stepToStart(tick.state, decision.step);
  if (row === undefined) return undefined;
  if (decision.do === "start") return startStep(row, context);
  for (const event of eventsOf(decision, row, context)) tick.emit(event);
  if (decision.do === "abort") context.attempts.abort(row.path, fromErrorInfo(decision.error));
  else if (decision.do === "cancel_child") stopChild(row, decision, context);
  else if (decision.do === "wake" && row.step.kind === "use") {
    stopChild(row, { undo: true, drain: false, force: false }, context);
  }
  return undefined;
}

/** Events of a decision that starts nothing. */
function eventsOf(decision: StepDecision, row: StepState, context: DecisionContext): readonly NewEvent[] {
  const { tick, end } = context;
  const { path: step } = row;
  switch (decision.do) {
    case "expand":
      return expandEvents(row, context);
    case "settle": {
      if (decision.error !== undefined) return [stepFailed(row, decision.error)];
      const ms = Math.max(0, tick.at - (row.openedAt ?? tick.at));
      return completedEvents(tick.state, row, { attempt: 1, output: null, text: null, ms }, end);
    }
    case "skip":
      return [{ type: "step.skipped", step, data: { cause: decision.cause } }];
    case "fail":
      return [stepFailed(row, decision.error)];
    case "ask":
      return [askEvent(step)];
    case "answer":
      return approvalEvents(tick.state, row, { isExpired: false, context: end });
    case "signal":
      return signalEvents(row, decision.id, context);
    case "wake":
      return wakeEvents(row, context);
    default:
      return [];
  }
}

function expandEvents(row: StepState, { tick, resources, end }: DecisionContext): readonly NewEvent[] {
  const { path: step } = row;
  const { evaluator, env } = end;
  const expansion = expandStep(tick.state, row, { evaluator, env, resources, now: tick.at });
  switch (expansion.do) {
    case "skip":
      return [{ type: "step.skipped", step, data: { cause: "if" } }];
    case "fail":
      return [stepFailed(row, expansion.error)];
    case "expand": {
      const items = [...expansion.items];
      return [{ type: "step.expanded", step, data: { over: "foreach", count: items.length, items } }];
    }
  }
}

function signalEvents(row: StepState, id: string, { tick, end }: DecisionContext): readonly NewEvent[] {
  const signal = tick.state.signals.find((kept) => kept.id === id);
  if (signal === undefined) return [];
  const ms = Math.max(0, tick.at - (row.startedAt ?? tick.at));
  const data = { attempt: Math.max(row.attempts, 1), output: signal.data, text: null, ms };
  return [
    { type: "step.resumed", step: row.path, data: { cause: "signal", answer: id } },
    ...completedEvents(tick.state, row, data, end),
  ];
}

/** The time of a wait has come. */
function wakeEvents(row: StepState, { tick, end }: DecisionContext): readonly NewEvent[] {
  const { path: step, phase } = row;
  if (phase.is !== "waiting") return [];
  const attempt = Math.max(row.attempts, 1);
  const ms = Math.max(0, tick.at - (row.startedAt ?? tick.at));
  if (phase.for === "timer") return completedEvents(tick.state, row, { attempt, output: null, text: null, ms }, end);
  if (phase.for === "approval") return approvalEvents(tick.state, row, { isExpired: true, context: end });
  // What it has done is only known once it has ended.
  if (phase.for === "child") return [{ type: "step.suspended", step, data: { waits: "children", name: "timeout" } }];
  const what = phase.for === "signal" ? `the signal ${phase.asked.name} did not come in time` : "its time is over";
  const error = toErrorInfo(new AiwError("timeout", `step ${step}: ${what}`, { hint: "raise `timeout` of the step" }));
  return [
    { type: "step.attempt_failed", step, data: { attempt, error, ms, next: { do: "stop" } } },
    stepFailed(row, error),
  ];
}

function startStep(row: StepState, context: DecisionContext): AttemptPlan | undefined {
  const { tick, resources, end } = context;
  if (row.phase.is === "waiting" && row.phase.suspended) {
    tick.emit({ type: "step.resumed", step: row.path, data: { cause: "due" } });
  }
  const { evaluator, env, code } = end;
  const find = (id: string) => code?.(tick.state.workflow, id);
  const prepared = prepareStep(tick.state, row, { evaluator, resources, env, now: tick.at, code: find });
  switch (prepared.do) {
    case "skip":
      tick.emit({ type: "step.skipped", step: row.path, data: { cause: "if" } });
      return undefined;
    case "fail":
      tick.emit(stepFailed(row, prepared.error));
      return undefined;
    case "start": {
      for (const event of prepared.events) tick.emit(event);
      const { child } = prepared;
      if (child?.mode === "start") tick.create(child.spawn);
      if (child !== undefined) tick.post.push(...startMessages(tick.state, child, row));
      return prepared.plan;
    }
  }
}

/** Asked once by each driver for each attempt and degree of hardness: the message's id makes it one for the child. */
function stopChild(
  { child, path, attempts }: StepState,
  { undo, drain, force }: ChildStop,
  { tick, stopped }: Pick<DecisionContext, "tick" | "stopped">,
): void {
  const stop = { undo, drain, force };
  const asked = `${child}:${attempts}:${hardnessOf(stop)}`;
  if (child === undefined || stopped.has(asked)) return;
  stopped.add(asked);
  tick.post.push(cancelMessage(tick.state, { child, path, attempts }, stop));
}
