import { type AiwError, poolOf, type RunFold, toErrorInfo } from "@aiw/core";
import { type LiveAttempt, startAttempt } from "./attempt.js";
import { createAttemptHost } from "./attempt-host.js";
import type { DriverShared, Happening } from "./driver-types.js";
import { asAiwError } from "./errors.js";
import type { AttemptPlan } from "./plan.js";
import type { Resources } from "./resources.js";

/** Whose attempts they are. */
export interface AttemptsOwner {
  /** The run is no longer driven here: nothing starts. */
  readonly isOver: () => boolean;
  readonly onHappening: (happening: Happening) => void;
}

/** What attempts that start now belong to. */
export interface StartingRun {
  readonly fold: RunFold;
  readonly resources: Resources;
  /** When the append that holds their start was made, by the monotonic clock. */
  readonly since: number;
}

/** The attempts of one run: those alive, and those that wait for proof that the run is still this engine's. */
export class Attempts {
  readonly #shared: DriverShared;
  readonly #owner: AttemptsOwner;
  readonly #live = new Map<string, LiveAttempt>();
  readonly #unproven = new Map<string, { readonly plan: AttemptPlan; readonly run: StartingRun }>();
  #stopped: AiwError | undefined;

  constructor(shared: DriverShared, owner: AttemptsOwner) {
    this.#shared = shared;
    this.#owner = owner;
  }

  get size(): number {
    return this.#live.size + this.#unproven.size;
  }

  /** When everything alive has ended. */
  get ended(): Promise<unknown> {
    return Promise.all([...this.#live.values()].map((attempt) => attempt.ended));
  }

  /** Starts what was committed, once it is sure that nobody has taken the run over since. */
  start(plans: readonly AttemptPlan[], run: StartingRun): void {
    if (this.#shared.lease.covers(run.since)) {
      for (const plan of plans) this.#start(plan, run);
      return;
    }
    for (const plan of plans) this.#unproven.set(plan.path, { plan, run });
    if (plans.length > 0) void this.#prove();
  }

  /** Stops one. */
  abort(step: string, reason: AiwError): void {
    const waiting = this.#unproven.get(step);
    if (waiting === undefined) this.#live.get(step)?.abort(reason);
    else this.#neverStarted(waiting.plan, waiting.run, reason);
  }

  /** Stops all, and what is started later. */
  stop(reason: AiwError): void {
    this.#stopped = reason;
    for (const { plan, run } of [...this.#unproven.values()]) this.#neverStarted(plan, run, reason);
    for (const attempt of this.#live.values()) attempt.abort(reason);
  }

  /** This process stood still for so long that another may have taken the run over: a heartbeat tells. */
  async #prove(): Promise<void> {
    const { lease } = this.#shared;
    do await lease.confirm();
    while (!this.#owner.isOver() && !lease.covers());
    for (const { plan, run } of [...this.#unproven.values()]) this.#start(plan, run);
  }

  #start(plan: AttemptPlan, run: StartingRun): void {
    const { path, attempt } = plan;
    const { options, lease } = this.#shared;
    const startedAt = options.clock.monotonic();
    let isKilled = false;
    const onKilled = () => {
      isKilled = true;
    };
    let live: LiveAttempt;
    try {
      const { isOver } = this.#owner;
      const onCheckpoint = (event: Extract<Happening, { type: "checkpoint" }>["event"]) =>
        this.#owner.onHappening({ type: "checkpoint", event });
      live = startAttempt(plan, createAttemptHost(plan, this.#shared, { ...run, isOver, onKilled, onCheckpoint }));
    } catch (error) {
      this.#neverStarted(plan, run, asAiwError(error));
      return;
    }
    this.#unproven.delete(path);
    this.#live.set(path, live);
    // Decided before the engine was closed, committed after.
    if (this.#stopped !== undefined) live.abort(this.#stopped);
    void live.ended.then((result) => {
      this.#live.delete(path);
      this.#giveBack(plan, run);
      const ms = Math.max(0, Math.round(options.clock.monotonic() - startedAt));
      // Not the program's doing: the keeper ended it while this process stood still.
      const isInterrupted = isKilled && lease.wasSilentSince(startedAt);
      this.#owner.onHappening({ type: "ended", ended: { path, attempt, result, ms, isInterrupted } });
    });
  }

  /** It stands in the journal as started, so it needs an end there. */
  #neverStarted(plan: AttemptPlan, run: StartingRun, reason: AiwError): void {
    const { path, attempt } = plan;
    this.#unproven.delete(path);
    this.#giveBack(plan, run);
    const result = { status: "failed", error: toErrorInfo(reason) } as const;
    this.#owner.onHappening({ type: "ended", ended: { path, attempt, result, ms: 0, isInterrupted: false } });
  }

  #giveBack({ step }: AttemptPlan, { resources }: StartingRun): void {
    const pool = poolOf(step.kind, resources.toolPool);
    if (pool !== undefined) this.#shared.slots.give(pool);
  }
}
