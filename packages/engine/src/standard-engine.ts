import {
  AiwError,
  type CancelOptions,
  type Claim,
  createEvaluator,
  isEnded,
  type Message,
  type ResumeOptions,
  type RunHandle,
  type RunRow,
  type RunSummary,
  type Signal,
  type StartRequest,
  summarize,
} from "@aiw/core";
import { Attachments } from "./attachments.js";
import { createChildRuns } from "./child-runs.js";
import { RunDriver } from "./driver.js";
import type { DriverShared, Origination, Over, Writer } from "./driver-types.js";
import { asAiwError, closedError, conflict, withHint } from "./errors.js";
import { GiveBack } from "./give-back.js";
import { Hub } from "./hub.js";
import { foldRun, runNotFound } from "./journal.js";
import { Leases } from "./leases.js";
import { cancelRequest, resumeRequest } from "./messages.js";
import type { EngineOptions } from "./options.js";
import { Pump } from "./pump.js";
import { loadResources } from "./resources.js";
import { namedOnly, sendSignal } from "./signals.js";
import { Slots } from "./slots.js";
import { type CheckedStart, createdEvent, StartChecker } from "./start.js";
import { resourcesFor } from "./take-on.js";
import { watchRun } from "./watch.js";

/** See `createEngine`. */
export class StandardEngine {
  readonly hub: Hub;
  readonly #options: EngineOptions;
  readonly #drivers = new Map<string, RunDriver>();
  /** Dropped, with attempts that still end. */
  readonly #leaving = new Set<RunDriver>();
  readonly #attachments = new Attachments();
  /** Runs whose first append is under way. */
  readonly #creations = new Map<string, Promise<unknown>>();
  readonly #forced = new Set<string>();
  readonly #checker = new StartChecker();
  readonly #giveBack: GiveBack;
  readonly #leases: Leases;
  readonly #shared: DriverShared;
  readonly #stopWake: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.hub = new Hub(options.subscribers ?? [], options.logger);
    const slots = new Slots<Writer>(options.limits, () => pump.wake());
    const pump: Pump = new Pump({ store: options.store, slots, onFailure: (error) => this.#storeFailed(error) });
    this.#giveBack = new GiveBack(options);
    this.#leases = new Leases(options, {
      held: () => this.#held(),
      wanted: () => this.#attachments.runs().filter((run) => !this.#drivers.has(run)),
      onClaimed: (claim, messages) => this.#claimed(claim, messages),
      onMessage: (message) => this.#drivers.get(message.run)?.message(message),
      onLost: (run) => this.#drivers.get(run)?.drop({ why: "lost" }),
      onPolled: () => Promise.all([this.#giveBack.flush(), this.#look()]),
      onError: (error, isExpired) => this.#beatFailed(error, isExpired),
    });
    this.#shared = {
      options,
      authorizer: options.authorizer ?? namedOnly,
      children: createChildRuns({
        options,
        leases: this.#leases,
        row: (run) => this.#row(run),
        isDriven: (run) => this.#drivers.has(run),
        isClosing: () => this.#closing !== undefined,
        attachments: this.#attachments,
        mark: (parent) => pump.mark(parent),
      }),
      hub: this.hub,
      slots,
      evaluator: createEvaluator(),
      lease: this.#leases,
      worker: () => this.#leases.worker,
      mark: (driver) => pump.mark(driver),
    };
    this.#stopWake = options.store.onWake?.(() => {
      if (this.#drivers.size > 0 || this.#attachments.runs().length > 0) this.#leases.nudge();
    });
    if (options.worker.claim !== "any") return;
    void this.#leases.ensure().catch((error) => this.#beatFailed(asAiwError(error), false));
  }

  async start(request: StartRequest): Promise<RunHandle> {
    this.#assertOpen();
    const checked = this.#checker.check(request);
    if (request.run !== undefined) {
      const row = await this.#row(request.run);
      if (row !== undefined) return this.#attachTo(row, checked);
    }
    const { ids, clock } = this.#options;
    const resources = await loadResources(this.#options, { ...request, inputs: checked.inputs });
    await this.#leases.ensure();
    this.#assertOpen();
    const run = request.run ?? ids.run();
    const created = createdEvent({ ...request, run }, checked, clock.now());
    const isKnown = this.#attachments.has(run) || this.#drivers.has(run);
    const done = this.#attachments.attach(run);
    if (isKnown) return this.#attachKnown(run, checked);
    const driver = this.#drive(run, { by: "create", created, resources, graph: checked.graph });
    const creation = driver.create();
    this.#creations.set(run, creation);
    const answer = await creation.finally(() => this.#creations.delete(run));
    if (answer.ok) {
      await this.#leases.ensure();
      return { run, created: true, done };
    }
    if (answer.why === "exists") {
      await this.#leases.now();
      return { run, created: false, done };
    }
    const error = conflict(run);
    this.#attachments.reject(run, error);
    throw error;
  }

  async resume(run: string, options: ResumeOptions = {}): Promise<RunHandle> {
    this.#assertOpen();
    const row = await this.#row(run);
    if (row === undefined) throw runNotFound(run);
    const { state } = await foldRun(this.#options.store, run);
    if (row.status === "completed") return { run, created: false, done: Promise.resolve(summarize(state)) };
    // Before anything is written: a missing secret or agent is this process's problem, not the run's.
    if (!this.#drivers.has(run)) await resourcesFor({ options: this.#options }, state);
    await this.#leases.ensure();
    const { by = "user", interrupted } = options;
    const reopen = isEnded(row.status);
    // Nobody may claim a run that waits: its sub-workflows may be what has to go on.
    const isAsked = reopen || interrupted !== undefined || row.status === "suspended";
    if (isAsked) {
      const { ids, clock, store } = this.#options;
      // Two that see the same ended run take it up once.
      const id = reopen ? `resume:${row.seq}` : ids.unique();
      await store.post([resumeRequest(run, { by, reopen, interrupted }, { id, at: clock.now() })]);
    }
    this.#assertOpen();
    this.#forced.add(run);
    const done = this.#attachments.attach(run, row.seq);
    await this.#leases.now();
    await this.#leases.ensure();
    return { run, created: false, done };
  }

  async cancel(run: string, by: string, options: CancelOptions = {}): Promise<"requested" | "ended"> {
    this.#assertOpen();
    const { store, ids, clock } = this.#options;
    const [answer] = await store.post([cancelRequest(run, by, { ...options, id: ids.unique(), at: clock.now() })]);
    if (answer === "unknown_run") throw runNotFound(run);
    if (answer === "ended") return "ended";
    if (this.#drivers.has(run)) await this.#leases.now();
    else await this.#endOrphan(run);
    return "requested";
  }

  async signal(run: string, signal: Signal): Promise<void> {
    this.#assertOpen();
    await sendSignal(this.#options, this.#shared.authorizer, { run, signal });
    if (this.#drivers.has(run)) await this.#leases.now();
  }

  async get(run: string): Promise<RunSummary> {
    return summarize((await foldRun(this.#options.store, run)).state);
  }

  async *watch(run: string, options: { afterSeq?: number | undefined; signal?: AbortSignal | undefined } = {}) {
    const { store, clock, worker } = this.#options;
    if ((await this.#row(run)) === undefined) throw runNotFound(run);
    const isOpen = async () => {
      if (this.#drivers.has(run) || this.#attachments.has(run)) return true;
      const row = await this.#row(run);
      return row !== undefined && !isEnded(row.status) && row.status !== "suspended";
    };
    yield* watchRun({ store, clock, hub: this.hub, pollMs: worker.pollMs ?? 1_000, isOpen }, run, options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#stopWake?.();
    this.#leases.stopClaiming();
    if (this.#drivers.size > 0) {
      const empty = new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
      for (const driver of [...this.#drivers.values()]) driver.close();
      await empty;
    }
    await Promise.all([...this.#leaving].map((driver) => driver.ended));
    for (const run of this.#attachments.runs()) this.#attachments.reject(run, closedError(run));
    await this.#leases.close();
  }

  #drive(run: string, origination: Origination): RunDriver {
    const driver = new RunDriver(this.#shared, run, origination, (ended, over) => this.#over(ended, over));
    this.#drivers.set(run, driver);
    return driver;
  }

  #claimed(claim: Claim, messages: readonly Message[]): void {
    // A heartbeat was under way: what it claimed is given back when this worker leaves.
    if (this.#closing !== undefined) return;
    // The same worker claims again only what it no longer drives.
    this.#drivers.get(claim.run)?.drop({ why: "lost" });
    const driver = this.#drive(claim.run, { by: "claim", claim, isForced: this.#forced.delete(claim.run) });
    for (const message of messages) driver.message(message);
    void driver.open();
  }

  #over(driver: RunDriver, over: Over): void {
    const { run } = driver;
    if (this.#drivers.get(run) === driver) this.#drivers.delete(run);
    this.#leaving.add(driver);
    void driver.ended.finally(() => this.#leaving.delete(driver));
    if (over.why === "ended" || over.why === "released") this.#attachments.settle(run, over.state);
    if (over.why === "closed") this.#attachments.reject(run, closedError(run));
    // Its end waits in the inbox of its parent; or it waits itself, and its parent need not stay for it.
    if ("state" in over && over.state.parent !== undefined) this.#leases.nudge();
    if (over.why === "failed") this.#failed(driver, over);
    if (this.#drivers.size === 0) this.#onEmpty?.();
  }

  #failed(driver: RunDriver, { of, error }: Extract<Over, { why: "failed" }>): void {
    const { run, fence, seq, isHeld } = driver;
    // Once nothing of it is alive here, so that it can be claimed anywhere.
    if (of === "run" && isHeld) void driver.ended.then(() => this.#giveBack.add({ run, fence, seq }, error));
    const isTriedAgain = of === "run" && isHeld && error.retryable;
    if (!isTriedAgain) this.#attachments.reject(run, withHint(error, run));
  }

  /** Rule: memory is never ahead of the store. All that is held is dropped; the journal says where to go on. */
  #storeFailed(error: AiwError): void {
    this.#options.logger?.error("the store failed; runs are dropped from memory", { code: error.code });
    for (const driver of [...this.#drivers.values()]) driver.drop({ why: "failed", of: "store", error });
    for (const run of this.#attachments.runs()) this.#attachments.reject(run, withHint(error, run));
    void this.#leases.renew();
  }

  #beatFailed(error: AiwError, isExpired: boolean): void {
    this.#options.logger?.warn("a heartbeat failed", { code: error.code, message: error.message });
    if (isExpired && (this.#drivers.size > 0 || this.#attachments.runs().length > 0)) this.#storeFailed(error);
  }

  async #look(): Promise<void> {
    const others = this.#attachments.runs().filter((run) => !this.#drivers.has(run));
    await this.#attachments.look(this.#options.store, others);
  }

  /** Takes a run that nobody drives to its end; the store refuses those of living workers, whatever their row says. */
  async #endOrphan(run: string): Promise<void> {
    const isWanted = this.#attachments.has(run);
    const done = this.#attachments.attach(run);
    await this.#leases.ensure();
    await this.#leases.now();
    if (this.#drivers.has(run)) await done.catch(() => undefined);
    else if (!isWanted) this.#attachments.detach(run);
  }

  #held(): readonly string[] {
    return [...this.#drivers.values()].flatMap(({ isHeld, run }) => (isHeld ? [run] : []));
  }

  async #attachTo({ run, request }: RunRow, { hash }: CheckedStart): Promise<RunHandle> {
    if (request !== hash) throw conflict(run);
    const done = this.#attachments.attach(run);
    await this.#leases.ensure();
    await this.#leases.now();
    return { run, created: false, done };
  }

  /** Another call of this engine is about to create the run. */
  async #attachKnown(run: string, checked: CheckedStart): Promise<RunHandle> {
    await this.#creations.get(run)?.catch(() => undefined);
    const row = await this.#row(run);
    if (row !== undefined) return this.#attachTo(row, checked);
    throw new AiwError("run_conflict", `run ${run} is being created by another call`, { hint: "try again" });
  }

  async #row(run: string): Promise<RunRow | undefined> {
    const page = await this.#options.store.list({ runs: [run], limit: 1 });
    return page.runs[0];
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new AiwError("closed", "the engine was closed", { hint: "create another" });
  }
}
