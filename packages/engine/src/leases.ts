import type { AiwError, Beat, Claim, Message, Polled } from "@aiw/core";
import type { Lease } from "./driver-types.js";
import { asAiwError } from "./errors.js";
import { type EngineOptions, journalFormat } from "./options.js";

/** What the heartbeat reads and tells. */
export interface LeaseHost {
  /** Runs that this engine drives. */
  readonly held: () => readonly string[];
  /** Runs that somebody here waits for and this engine does not drive. */
  readonly wanted: () => readonly string[];
  readonly onClaimed: (claim: Claim, messages: readonly Message[]) => void;
  readonly onMessage: (message: Message) => void;
  readonly onLost: (run: string) => void;
  /** After each heartbeat. */
  readonly onPolled: () => Promise<unknown>;
  /** The store did not take a heartbeat. `isExpired`: for so long that others may have claimed what this engine holds. */
  readonly onError: (error: AiwError, isExpired: boolean) => void;
}

/** Shortest time between two heartbeats that wake-ups ask for. */
const nudgeMs = 200;

type Options = Pick<EngineOptions, "store" | "spawner" | "clock" | "ids" | "worker" | "limits">;

/** The heartbeat: proves life, claims runs, takes in messages. Beats only while there is something to hold or wait for. */
export class Leases implements Lease {
  readonly #options: Options;
  readonly #host: LeaseHost;
  #worker: string;
  /** When the last heartbeat that the store took was sent. */
  #lastBeat: number | undefined;
  /** When the processes' lease was renewed last; and when last after a silence as long as the lease. */
  #fedAt: number | undefined;
  #silentUntil = Number.NEGATIVE_INFINITY;
  #stopTimer: (() => void) | undefined;
  #stopNudge: (() => void) | undefined;
  #inFlight: Promise<void> | undefined;
  #isClaiming = true;
  #isClosed = false;

  constructor(options: Options, host: LeaseHost) {
    this.#options = options;
    this.#host = host;
    this.#worker = options.worker.id ?? options.ids.unique();
  }

  get worker(): string {
    return this.#worker;
  }

  /** Makes sure that the worker is known and beats. @throws AiwError `store_*`. */
  async ensure(): Promise<void> {
    const { clock } = this.#options;
    if (this.#lastBeat === undefined || clock.monotonic() - this.#lastBeat > this.#pollMs) await this.#beat({});
    this.#arm();
  }

  /** Beats now; joins a beat under way and follows it with another, because that one may have looked too early. */
  async now(): Promise<void> {
    if (this.#isClosed) return;
    await this.#inFlight;
    await this.#once();
    this.#arm();
  }

  covers(since = Number.POSITIVE_INFINITY): boolean {
    if (this.#lastBeat === undefined) return false;
    return this.#options.clock.monotonic() - Math.min(this.#lastBeat, since) < this.#ttlMs;
  }

  wasSilentSince(startedAt: number): boolean {
    return this.#isSilent() || this.#silentUntil > startedAt;
  }

  confirm(): Promise<void> {
    return this.now();
  }

  /** Somebody may have written: beats soon, but not at each write of a busy neighbour. */
  nudge(): void {
    if (this.#isClosed || this.#stopNudge !== undefined) return;
    const since = this.#options.clock.monotonic() - (this.#lastBeat ?? 0);
    const beat = () => {
      this.#stopNudge = undefined;
      void this.now();
    };
    this.#stopNudge = this.#options.clock.after(Math.max(0, nudgeMs - since), beat);
  }

  /** A new name, after the store failed: what the old one held is free as soon as the store can say so. */
  async renew(): Promise<void> {
    const old = this.#worker;
    this.#worker = this.#options.ids.unique();
    this.#lastBeat = undefined;
    await this.#leave(old).catch(() => undefined);
  }

  /** From now on heartbeats only hold what is held. */
  stopClaiming(): void {
    this.#isClaiming = false;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopTimer?.();
    this.#stopNudge?.();
    await this.#inFlight;
    if (this.#lastBeat !== undefined) await this.#leave(this.#worker);
  }

  get #pollMs(): number {
    return this.#options.worker.pollMs ?? 1_000;
  }

  get #ttlMs(): number {
    return this.#options.worker.ttlMs ?? 15_000;
  }

  #arm(): void {
    if (this.#isClosed || this.#stopTimer !== undefined) return;
    const isAny = this.#isClaiming && this.#options.worker.claim === "any";
    if (!isAny && this.#host.held().length === 0 && this.#host.wanted().length === 0) return;
    const fire = () => {
      this.#stopTimer = undefined;
      void this.#once().finally(() => this.#arm());
    };
    this.#stopTimer = this.#options.clock.after(this.#pollMs, fire, true);
  }

  #once(): Promise<void> {
    this.#inFlight ??= this.#poll().finally(() => {
      this.#inFlight = undefined;
    });
    return this.#inFlight;
  }

  async #poll(): Promise<void> {
    try {
      const wanted = this.#claimWanted();
      if (wanted !== undefined) this.#take(await this.#beat({ claim: wanted }));
      const claim = this.#claimAny();
      if (claim !== undefined || wanted === undefined)
        this.#take(await this.#beat(claim === undefined ? {} : { claim }));
      await this.#host.onPolled();
    } catch (error) {
      const silent = this.#options.clock.monotonic() - (this.#lastBeat ?? 0);
      this.#host.onError(asAiwError(error), silent >= this.#ttlMs);
    }
  }

  #take(polled: Polled): void {
    for (const run of polled.lost) this.#host.onLost(run);
    const claimed = new Set(polled.claimed.map((claim) => claim.run));
    for (const claim of polled.claimed) {
      this.#host.onClaimed(
        claim,
        polled.messages.filter((message) => message.run === claim.run),
      );
    }
    for (const message of polled.messages) if (!claimed.has(message.run)) this.#host.onMessage(message);
  }

  /** Whatever the limit of runs: a run that is driven already may wait for it, as for its sub-workflow. */
  #claimWanted(): Beat["claim"] {
    const runs = this.#isClaiming ? this.#host.wanted() : [];
    return runs.length === 0 ? undefined : { max: runs.length, formats: [journalFormat], runs };
  }

  #claimAny(): Beat["claim"] {
    const { worker, limits } = this.#options;
    if (!this.#isClaiming || worker.claim !== "any") return undefined;
    const max = (limits?.runs ?? 1_000) - this.#host.held().length;
    return max > 0 ? { max, formats: [journalFormat] } : undefined;
  }

  async #beat(more: Pick<Beat, "claim">): Promise<Polled> {
    const { clock, spawner } = this.#options;
    const sentAt = clock.monotonic();
    const polled = await this.#options.store.poll({
      ...this.#identity(this.#worker),
      held: this.#host.held(),
      ...more,
    });
    this.#lastBeat = sentAt;
    if (this.#isSilent()) this.#silentUntil = clock.monotonic();
    this.#fedAt = clock.monotonic();
    spawner.feed?.();
    return polled;
  }

  #isSilent(): boolean {
    return this.#fedAt !== undefined && this.#options.clock.monotonic() - this.#fedAt >= this.#ttlMs;
  }

  async #leave(worker: string): Promise<void> {
    await this.#options.store.poll({ ...this.#identity(worker), held: [], leave: true });
  }

  #identity(worker: string): Omit<Beat, "held"> {
    const { owner, graceMs = 5_000 } = this.#options.worker;
    return { worker, owner, now: this.#options.clock.now(), ttlMs: this.#ttlMs, graceMs };
  }
}
