import { AiwError, attemptToken, createMasker, type Message, type RunState, type Step } from "@aiw/core";
import { digest } from "./digest.js";
import type { DriverShared, Origination } from "./driver-types.js";
import { type EndContext, interruptionEvents } from "./end-events.js";
import { isReopen } from "./messages.js";
import { loadResources, type Resources } from "./resources.js";
import type { Tick } from "./tick.js";

/**
 * Kills what is left of attempts whose driver is gone, before anything of the run starts anew.
 *
 * @throws AiwError `interrupted`, retryable, when something resists.
 */
export async function sweepInterrupted({ options }: DriverShared, state: RunState): Promise<void> {
  const tokens: string[] = [];
  for (const key of state.running) {
    const { phase, path: step = key } = state.steps.get(key) ?? {};
    if (phase?.is !== "running") continue;
    tokens.push(attemptToken({ run: state.run, step, attempt: phase.attempt, fence: phase.fence }, digest));
  }
  if (tokens.length === 0 || (await options.spawner.sweep(tokens)) === 0) return;
  // What a second look still finds does not die of a signal, and two attempts of a step never live at once.
  const alive = await options.spawner.sweep(tokens);
  if (alive === 0) return;
  throw new AiwError("interrupted", `${alive} processes of interrupted attempts of run ${state.run} cannot be killed`, {
    retryable: true,
    hint: "it is tried again; processes that wait for a disk or a network drive end when that answers",
  });
}

/** What the rest of a run needs from this machine. @throws AiwError as `loadResources` does. */
export function resourcesFor({ options }: Pick<DriverShared, "options">, state: RunState): Promise<Resources> {
  const steps = new Set<Step>();
  for (const { step, phase, section } of state.steps.values()) {
    // A completed step may be undone, or made again by the loop that it is part of, or at the next end of the run.
    const mayComeBack = step.undo !== undefined || state.graph.loops.has(step.id) || section !== "steps";
    if (section !== "undo" && (phase.is !== "completed" || mayComeBack)) steps.add(step);
  }
  const { workflow, origin, agent, model } = state;
  return loadResources(options, { workflow, origin, agent, model, steps: [...steps] });
}

/** Enough for a run that only stops. */
export function noResources(): Resources {
  const none = { usable: [], passedOver: [] };
  return {
    secrets: {},
    masker: createMasker([]),
    tools: new Map(),
    toolPool: "processes",
    agents: new Map(),
    agentVersions: new Map(),
    candidatesFor: () => none,
    optionsFor: () => ({}),
  };
}

/** How a run is taken on. */
export interface TakeOn {
  readonly origination: Origination;
  readonly worker: string;
  readonly fence: number;
  readonly messages: readonly Message[];
  readonly endContext: EndContext;
}

/** The events that take a run on: created or claimed, and the end of the attempts that the last owner left behind. */
export function takeOn(tick: Tick, { origination, worker, fence, messages, endContext }: TakeOn): void {
  if (origination.by === "create") {
    tick.emit(origination.created);
    tick.emit({ type: "run.claimed", data: { worker, fence, cause: "start" } });
    return;
  }
  const { state } = tick;
  // An ended run is claimed to answer its messages; only one that takes it up again is worth an event.
  if (state.end !== undefined && !messages.some(isReopen)) return;
  const running = [...state.running];
  const interrupted = running.map((key) => state.steps.get(key)?.path ?? key);
  const { claim, isForced } = origination;
  const cause = isForced && claim.cause === "takeover" ? "force" : claim.cause;
  const left = interrupted.length === 0 ? {} : { interrupted };
  tick.emit({ type: "run.claimed", data: { worker, fence, cause, ...left } });
  for (const key of running) for (const event of interruptionEvents(tick.state, key, endContext)) tick.emit(event);
}
