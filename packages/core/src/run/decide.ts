import type { ErrorInfo } from "../errors.js";
import type { EventData } from "../events/event.js";
import { isJsonObject, type Json } from "../json.js";
import type { StepKind } from "../model/step.js";
import { validateJson } from "../types/validate.js";
import { type EndStage, endStages, outcomeOf } from "./decide-end.js";
import { stopOf, stopRun, stopWaiting } from "./decide-stop.js";
import type { Decision } from "./decision.js";
import { stuck } from "./run-errors.js";
import type { RunState, StepState } from "./state.js";
import { isAnswered } from "./waits.js";

/** What attempts use; limits belong to resources, not to runs. */
export type Pool = "processes" | "inProcess" | "agents";

/** How much a run may start and how long it may wait in memory. */
export interface DecideLimits {
  /** Attempts that may start now, by pool. */
  readonly free: Readonly<Record<Pool, number>>;
  /** Pool of the run's tool steps. */
  readonly toolPool: Pool;
  /** A run in which nothing happens for longer gives its claim back. Default 30,000 ms. */
  readonly suspendAfterMs?: number | undefined;
  /** Is this sub-workflow's run under way in this process? Its parent stays in memory meanwhile. */
  readonly isActive?: ((run: string) => boolean) | undefined;
}

/** Outcome of {@link decide}. */
export interface Decided {
  readonly decisions: readonly Decision[];
  /** When to decide again though nothing happened. */
  readonly wakeAt?: number | undefined;
  /** Pools in which a place more would let something start. */
  readonly starved: readonly Pool[];
}

const defaultSuspendAfterMs = 30_000;
const nothing: Decided = { decisions: [], starved: [] };

/** Starts that pass the limits, and the pools that let nothing more start. */
interface Starting {
  readonly limits: DecideLimits;
  readonly decisions: Decision[];
}

/**
 * What to do next with a run. Pure; costs in proportion to what it decides, not to the size of the run. The caller
 * turns the decisions into events, folds them and asks again until there is no decision but `abort`, `cancel_child` and
 * `suspend` left.
 */
export function decide(state: RunState, now: number, limits: DecideLimits): Decided {
  if (state.end !== undefined) return nothing;
  const stop = stopOf(state, now);
  if (stop?.isNew === true) {
    return { decisions: [{ do: "halt", reason: stop.why, error: stop.error }], starved: [] };
  }
  if (state.open > 0 && stop !== undefined) {
    return { decisions: stopRun(state, stop, now), wakeAt: nextWake(state, now), starved: [] };
  }
  const ending = state.open > 0 ? undefined : endStages(state, now);
  if (ending?.isFinal === true) return { decisions: ending.decisions, starved: [] };
  const decisions: Decision[] = [...settleWaiting(state)];
  // It may end the run: nothing starts before that is known.
  if (decisions.some((decision) => decision.do !== "cancel_child")) return { decisions, starved: [] };
  const starting = { limits, decisions };
  const starved =
    ending === undefined ? startSteps(state, now, starting) : startLate(state, now, { ...starting, ending });
  const isBusy = decisions.length > 0 || starved.length > 0 || state.running.size > 0;
  return isBusy ? { decisions, wakeAt: nextWake(state, now), starved } : rest(state, now, limits);
}

/** Finishes what a journal can end in the middle of, and what others have answered meanwhile. */
function* settleWaiting(state: RunState): Generator<Decision> {
  for (const step of state.expanded) {
    const phase = state.steps.get(step)?.phase;
    if (phase?.is !== "expanded") continue;
    if (phase.open > 0) {
      if (phase.failure !== undefined) yield* stopWaitingItems(state, step, phase.failure);
    } else if (phase.failure !== undefined) yield { do: "settle", step, error: phase.failure };
    else if (phase.started === phase.items.length && phase.redo.length === 0) yield { do: "settle", step };
  }
  const taken = new Set<string>();
  for (const step of state.asking) {
    const row = state.steps.get(step);
    if (row?.phase.is !== "waiting" || isStoppedItem(state, row)) continue;
    const { phase } = row;
    if (phase.for === "stop") yield { do: "fail", step, error: phase.error };
    else if (phase.for === "answer" && !phase.suspended) yield { do: "ask", step };
    else if (phase.for === "approval" && isAnswered(row)) yield { do: "answer", step };
    else if (phase.for === "signal") {
      const signal = state.signals.find(({ id, name, data }) => {
        return !taken.has(id) && name === phase.asked.name && fits(phase.asked.schema, data);
      });
      if (signal === undefined) continue;
      taken.add(signal.id);
      yield { do: "signal", step, id: signal.id };
    }
  }
}

/** An item has failed, and with it the step: what does not run ends. */
function* stopWaitingItems(state: RunState, parent: string, error: ErrorInfo): Generator<Decision> {
  for (const key of state.waiting) {
    const row = state.steps.get(key);
    if (row?.step.id !== parent || !isStoppedItem(state, row)) continue;
    const stop = { error, other: "failed", own: true, undo: true, drain: true, force: false } as const;
    const decision = stopWaiting(row, stop);
    if (decision !== undefined) yield decision;
  }
}

function isStoppedItem(state: RunState, { item, step, section }: StepState): boolean {
  if (item === undefined || section === "undo") return false;
  const parent = state.steps.get(step.id)?.phase;
  return parent?.is === "expanded" && parent.failure !== undefined;
}

function fits(schema: EventData<"step.suspended">["schema"], data: Json): boolean {
  return schema === undefined || !isJsonObject(schema) || validateJson(schema, data).ok;
}

/** Due times first, then items, then what became ready, as far as the pools reach. Returns the pools that did not. */
function startSteps(state: RunState, now: number, { limits, decisions }: Starting): readonly Pool[] {
  const starved: Pool[] = [];
  const take = taker(limits, starved);
  startDue(state, now, { take, decisions });
  for (const step of state.ready.foreach) decisions.push({ do: "expand", step });
  for (const parent of state.expanded) startItems(state.steps.get(parent), { take, decisions });
  for (const kind of ["use", "approval", "wait", "code", "script", "tool", "agent"] as const) {
    for (const step of state.ready[kind]) {
      if (!take(kind)) break;
      decisions.push({ do: "start", step });
    }
  }
  return starved;
}

/** As {@link startSteps}, after the main section: what is under way goes on, and `endStages` starts the next. */
function startLate(
  state: RunState,
  now: number,
  { limits, decisions, ending }: Starting & { readonly ending: EndStage },
): readonly Pool[] {
  const starved: Pool[] = [];
  const take = taker(limits, starved);
  if (ending.kind === undefined || take(ending.kind)) decisions.push(...ending.decisions);
  startDue(state, now, { take, decisions });
  for (const parent of state.expanded) startItems(state.steps.get(parent), { take, decisions });
  return starved;
}

interface Taking {
  readonly take: (kind: StepKind) => boolean;
  readonly decisions: Decision[];
}

function taker({ free: places, toolPool }: DecideLimits, starved: Pool[]): Taking["take"] {
  const free = { ...places };
  return (kind) => {
    const pool = poolOf(kind, toolPool);
    if (pool === undefined) return true;
    const isFree = free[pool] > 0;
    if (isFree) free[pool] -= 1;
    else if (!starved.includes(pool)) starved.push(pool);
    return isFree;
  };
}

/** One at a time: the queue shows its next entry once this one was folded. One without a place keeps no timer waiting. */
function startDue(state: RunState, now: number, taking: Taking): void {
  const { nextDue } = state;
  if (nextDue === undefined || nextDue.at > now) return;
  const first = state.steps.get(nextDue.id);
  if (first === undefined || startDueStep(first, taking)) return;
  for (const key of state.waiting) {
    const row = state.steps.get(key);
    const isDue = row?.phase.is === "waiting" && row.phase.at !== undefined && row.phase.at <= now;
    if (isDue && key !== nextDue.id) startDueStep(row, taking);
  }
}

/** Does what the step's time has come for. False when there is no place for it. */
function startDueStep({ key, phase, step, item, section }: StepState, { take, decisions }: Taking): boolean {
  // What ends or goes on anyway is not woken too.
  if (phase.is !== "waiting" || decisions.some((decision) => settles(decision, key))) return true;
  const isAttempt = phase.for === "retry" || phase.for === "round";
  if (!isAttempt) decisions.push({ do: "wake", step: key });
  else if (step.foreach !== undefined && item === undefined && section !== "undo") {
    decisions.push({ do: "expand", step: key });
  } else if (take(step.kind)) decisions.push({ do: "start", step: key });
  else return false;
  return true;
}

/** Asking a sub-workflow to stop settles nothing: the time that its step has goes on. */
function settles(decision: Decision, key: string): boolean {
  return decision.do !== "cancel_child" && "step" in decision && decision.step === key;
}

function startItems(parent: StepState | undefined, { take, decisions }: Taking): void {
  if (parent?.phase.is !== "expanded" || parent.phase.failure !== undefined) return;
  const { items, started, open, redo } = parent.phase;
  let room = (parent.step.foreach?.maxParallel ?? Number.POSITIVE_INFINITY) - open;
  const next = [...redo];
  for (let index = started; index < items.length && next.length < room; index += 1) {
    // Most of them find no place yet: a long list is not looked through each time.
    if (next.length > maxStartsAtOnce) break;
    next.push(`${parent.key}[${index}]`);
  }
  for (const step of next) {
    if (room <= 0 || !take(parent.step.kind)) return;
    room -= 1;
    decisions.push({ do: "start", step });
  }
}

const maxStartsAtOnce = 1_000;

/** Pool that an attempt of this kind takes from; undefined for kinds that only wait. */
export function poolOf(kind: StepKind, toolPool: Pool): Pool | undefined {
  switch (kind) {
    case "agent":
      return "agents";
    case "tool":
      return toolPool;
    case "code":
      return "inProcess";
    case "script":
    case "apply":
      return "processes";
    case "use":
    case "approval":
    case "wait":
      return undefined;
  }
}

/** Nothing runs and nothing can start: the run waits, or is stuck. */
function rest(state: RunState, now: number, limits: DecideLimits): Decided {
  if (state.waiting.size === 0 && state.pending > 0) {
    return { decisions: [{ do: "halt", reason: "step", error: stuck(state) }], starved: [] };
  }
  const wakeAt = nextWake(state, now);
  const suspendAfterMs = limits.suspendAfterMs ?? defaultSuspendAfterMs;
  if (wakeAt !== undefined && wakeAt - now <= suspendAfterMs) return { decisions: [], wakeAt, starved: [] };
  const steps: string[] = [];
  for (const id of state.waiting) {
    const row = state.steps.get(id);
    if (row?.phase.is !== "waiting") continue;
    if (row.child !== undefined && limits.isActive?.(row.child) === true) return { decisions: [], wakeAt, starved: [] };
    if (!row.phase.suspended) steps.push(id);
  }
  return { decisions: [{ do: "suspend", steps, dueAt: wakeAt }], starved: [] };
}

/** The next time at which something may have to be done; what is due already waits for a place. */
function nextWake(state: RunState, now: number): number | undefined {
  const deadline = state.overAt === undefined ? state.deadline : outcomeOf(state).deadline;
  const times = [deadline, state.nextDue?.at].filter((at) => at !== undefined);
  if (state.nextDue !== undefined && state.nextDue.at <= now) {
    for (const key of state.waiting) {
      const phase = state.steps.get(key)?.phase;
      if (phase?.is === "waiting" && phase.at !== undefined) times.push(phase.at);
    }
  }
  const later = times.filter((at) => at > now);
  return later.length === 0 ? undefined : later.reduce((least, at) => Math.min(least, at));
}
