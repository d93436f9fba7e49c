import {
  AiwError,
  type Append,
  type Appended,
  type Message,
  poolOf,
  type RunFold,
  type RunState,
  toErrorInfo,
} from "@aiw/core";
import { Attempts } from "./attempts.js";
import { endMessage } from "./children.js";
import { decideAll } from "./decisions.js";
import type { DriverShared, Happening, Origination, Over, Writer } from "./driver-types.js";
import type { EndContext } from "./end-events.js";
import { asAiwError } from "./errors.js";
import { happeningEvents } from "./happenings.js";
import { foldRun } from "./journal.js";
import { answerMessage, toldAgain } from "./messages.js";
import { journalFormat } from "./options.js";
import type { Resources } from "./resources.js";
import { lookAfterChildren } from "./spawn.js";
import { noResources, resourcesFor, sweepInterrupted, takeOn } from "./take-on.js";
import { Tick } from "./tick.js";
import { Turn } from "./turn.js";
import { WakeTimer } from "./wake-timer.js";

/** Drives one run: turns what happened into events, one append a tick, and starts attempts once they are committed. */
export class RunDriver implements Writer {
  readonly run: string;
  readonly fence: number;
  /** The store knows that this worker has the run. */
  isHeld: boolean;
  /** Number of the last event that the store has. */
  seq: number;
  over: Over | undefined;
  readonly #shared: DriverShared;
  readonly #origination: Origination;
  readonly #onOver: (driver: RunDriver, over: Over) => void;
  readonly #attempts: Attempts;
  readonly #messages: Message[] = [];
  readonly #seen = new Set<number>();
  readonly #happened: Happening[] = [];
  #resources: Resources | undefined;
  #openProblem: AiwError | undefined;
  #fold: RunFold | undefined;
  #appends = 0;
  #isOpened = false;
  #isReady = false;
  #closing: AiwError | undefined;
  #inFlight: Tick | undefined;
  readonly #wake: WakeTimer;
  readonly #turn: Turn;
  readonly #stoppedChildren = new Set<string>();
  #hasAdopted = false;
  #creation: { readonly resolve: (answer: Appended) => void; readonly reject: (error: AiwError) => void } | undefined;

  constructor(
    shared: DriverShared,
    run: string,
    origination: Origination,
    onOver: (driver: RunDriver, over: Over) => void,
  ) {
    this.#shared = shared;
    this.run = run;
    this.#origination = origination;
    this.#onOver = onOver;
    this.#attempts = new Attempts(shared, {
      isOver: () => this.over !== undefined,
      onHappening: (happening) => this.happen(happening),
    });
    const drive = (other: string) => shared.children.adopt(other, { parent: this, isReopened: false });
    this.#turn = new Turn(shared.options, run, drive);
    this.#wake = new WakeTimer(shared.options.clock, () => shared.mark(this));
    const isClaim = origination.by === "claim";
    this.fence = isClaim ? origination.claim.fence : 1;
    this.isHeld = isClaim;
    this.seq = isClaim ? origination.claim.seq : 0;
    if (!isClaim) {
      this.#resources = origination.resources;
      this.#isReady = true;
    }
  }

  /** Creates the run with its first append. Rejects when the store fails. */
  create(): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.#creation = { resolve, reject };
      this.#shared.mark(this);
    });
  }

  /** Reads a claimed run, kills what is left of its interrupted attempts and finds what it needs. */
  async open(): Promise<void> {
    try {
      const fold = await foldRun(this.#shared.options.store, this.run);
      await sweepInterrupted(this.#shared, fold.state);
      this.#fold = fold;
      try {
        this.#resources = await resourcesFor(this.#shared, fold.state);
      } catch (error) {
        // What is missing on this machine ends the run in a way that can be resumed, instead of being claimed for ever.
        this.#openProblem = asAiwError(error);
      }
      this.#isReady = true;
      this.#shared.mark(this);
    } catch (error) {
      this.drop({ why: "failed", of: "run", error: asAiwError(error) });
    }
  }

  message(message: Message): void {
    if (this.#seen.has(message.pos)) return;
    this.#seen.add(message.pos);
    this.#messages.push(message);
    this.#shared.mark(this);
  }

  collect(): Append | undefined {
    if (this.over !== undefined || !this.#isReady || this.#inFlight !== undefined) return undefined;
    const { options } = this.#shared;
    this.#askForTurn();
    const masker = Object.keys(this.#resources?.secrets ?? {}).length === 0 ? undefined : this.#resources?.masker;
    const graph = this.#origination.by === "create" ? this.#origination.graph : undefined;
    const tick = new Tick(this.run, options.clock, { fold: this.#fold, masker, graph });
    const expect = this.#fold?.state.seq ?? 0;
    if (!this.#isOpened) {
      const endContext = this.#endContext(tick);
      const worker = this.#shared.worker();
      takeOn(tick, { origination: this.#origination, worker, fence: this.fence, messages: this.#messages, endContext });
      this.#isOpened = true;
    }
    this.#fold = tick.fold;
    // From here on: a tick that throws gives its places back too.
    this.#inFlight = tick;
    const before = tick.state.end;
    this.#takeIn(tick);
    // Claimed for a message that came too late: nothing follows, and nobody else could take it up.
    if (before !== undefined && tick.state.end === before) tick.release = {};
    // Nothing new is decided while closing; that a cancelled run ends is.
    const isDeciding = this.#closing === undefined || tick.state.cancel !== undefined;
    this.#turn.tell(tick);
    const isOurTurn = this.#turn.isOurs(tick);
    const wakeAt = isDeciding && isOurTurn ? this.#decide(tick) : this.#turn.lookAgainAt(tick);
    this.#wake.set(wakeAt, tick.at);
    const told = tick.state.end === before ? undefined : endMessage(tick.state);
    if (told !== undefined) tick.post.push(told);
    const isCreate = this.#origination.by === "create" && !this.isHeld;
    if (tick.isEmpty) {
      this.#inFlight = undefined;
      if (this.#closing !== undefined && this.#attempts.size === 0) this.#finish({ why: "closed" });
      return undefined;
    }
    return {
      run: this.run,
      id: this.#appendId(),
      expect,
      fence: this.fence,
      events: tick.events,
      at: tick.at,
      ...(isCreate ? { create: this.#createRow(tick.state) } : {}),
      ...(tick.consume.length === 0 ? {} : { consume: tick.consume }),
      ...(tick.spawn.length === 0 ? {} : { spawn: tick.spawn }),
      ...(tick.post.length === 0 ? {} : { post: tick.post }),
      ...(tick.release === undefined ? {} : { release: tick.release }),
    };
  }

  appended(answer: Appended): void {
    const tick = this.#inFlight;
    if (tick === undefined || this.over !== undefined) return;
    this.#creation?.resolve(answer);
    this.#creation = undefined;
    if (!answer.ok) {
      // Still in flight, so that the places of what does not start are given back.
      this.drop({ why: "lost" });
      return;
    }
    this.#inFlight = undefined;
    this.isHeld = true;
    this.seq = answer.seq;
    this.#askForTurn();
    this.#shared.hub.events(this.run, tick.stored);
    const resources = this.#resources;
    lookAfterChildren(this, tick, { children: this.#shared.children, isFirst: !this.#hasAdopted });
    this.#hasAdopted = true;
    if (resources !== undefined) this.#attempts.start(tick.starts, { fold: tick.fold, resources, since: tick.since });
    if (tick.state.end !== undefined) this.#finish({ why: "ended", state: tick.state });
    else if (tick.release !== undefined) this.#finish({ why: "released", state: tick.state });
    else if (this.#closing !== undefined || this.#happened.length > 0 || this.#messages.length > 0)
      this.#shared.mark(this);
  }

  drop(over: Over): void {
    if (this.over !== undefined) return;
    const code = over.why === "lost" ? "fenced" : "interrupted";
    const reason = new AiwError(code, `run ${this.run} is no longer driven by this process`);
    this.#finish(over);
    this.#attempts.stop(reason);
  }

  /** Stops all attempts and journals them as interrupted, so that any engine can go on. Ends by `onOver`. */
  close(): void {
    if (this.over !== undefined || this.#closing !== undefined) return;
    const reason = new AiwError("interrupted", "the process that drives the run is closing", {
      hint: `go on with \`aiw resume ${this.run}\``,
    });
    this.#closing = reason;
    this.#attempts.stop(reason);
    this.#shared.mark(this);
  }

  /** When what is alive has ended; after a drop it does so on its own. */
  get ended(): Promise<unknown> {
    return this.#attempts.ended;
  }

  /** Messages and ended attempts. */
  #takeIn(tick: Tick): void {
    const how = { isClosing: this.#closing !== undefined, end: this.#endContext(tick) };
    for (const happening of this.#happened.splice(0)) {
      for (const event of happeningEvents(tick.state, happening, how)) tick.emit(event);
    }
    for (const message of this.#messages.splice(0)) {
      tick.consume.push(message.pos);
      const context = { authorizer: this.#shared.authorizer, end: this.#endContext(tick) };
      tick.post.push(...toldAgain(tick.state, message));
      for (const event of answerMessage(tick.state, message, context)) tick.emit(event);
    }
    const problem = this.#openProblem;
    if (problem !== undefined && tick.state.end === undefined) {
      this.#openProblem = undefined;
      if (tick.state.cancel !== undefined) {
        // A run that stops needs nothing of what is missing.
        this.#resources = noResources();
        return;
      }
      const ms = tick.at - tick.state.openedAt;
      tick.emit({ type: "run.failed", data: { reason: "step", error: toErrorInfo(problem), ms: Math.max(0, ms) } });
    }
  }

  /** Decides until nothing is left but waiting. Returns when to look again though nothing happened. */
  #decide(tick: Tick): number | undefined {
    const resources = this.#resources;
    if (resources === undefined) return undefined;
    const end = this.#endContext(tick);
    const context = { tick, resources, end, attempts: this.#attempts, stopped: this.#stoppedChildren };
    // Those that were not looked after yet are not left alone either.
    const isActive = (child: string) =>
      !this.#hasAdopted || tick.hasTold(child) || this.#shared.children.isActive(child);
    return decideAll(context, { ...this.#shared, isActive, waiter: this });
  }

  /** Whose turn it is in the run's concurrency group is asked before anything of the run starts. */
  #askForTurn(): void {
    const lock = this.#origination.by === "create" ? this.#origination.created.data.lock : this.#fold?.state.lock;
    // For the store a run is in no group before it is created, and when it has ended until its reopening is committed.
    const isKnown = this.isHeld && this.#fold?.state.end === undefined;
    if (lock === undefined || isKnown) this.#turn.ask(lock, () => this.#shared.mark(this));
  }

  /** News of an attempt or a sub-workflow. */
  happen(happening: Happening): void {
    if (this.over === undefined) this.#happened.push(happening);
    // Also when the run is over: a place came free.
    this.#shared.mark(this);
  }

  /** Unique among all appends, also those of other runs: that of a parent is the first of its sub-workflow's run. */
  #appendId(): string {
    this.#appends += 1;
    return `${this.run}:${this.#shared.worker()}:${this.fence}:${this.#appends}`;
  }

  #endContext(tick: Tick): EndContext {
    const { retry, ids, env = {}, code } = this.#shared.options;
    return { retry, ids, env, code, evaluator: this.#shared.evaluator, now: tick.at, resources: this.#resources };
  }

  #createRow(state: RunState): NonNullable<Append["create"]> {
    const hash = this.#origination.by === "create" ? this.#origination.created.data.hash : "";
    return { request: hash, name: state.workflow.name, format: journalFormat, worker: this.#shared.worker() };
  }

  #finish(over: Over): void {
    this.over = over;
    this.#wake.stop();
    this.#shared.slots.leave(this);
    this.#creation?.reject(over.why === "failed" ? over.error : new AiwError("closed", "the engine was closed"));
    this.#creation = undefined;
    this.#turn.stop();
    for (const plan of this.#inFlight?.starts ?? []) {
      const pool = poolOf(plan.step.kind, this.#resources?.toolPool ?? "processes");
      if (pool !== undefined) this.#shared.slots.give(pool);
    }
    this.#inFlight = undefined;
    this.#onOver(this, over);
  }
}
