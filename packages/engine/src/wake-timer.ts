import type { Clock } from "@aiw/core";

/** Longest sleep: a wall clock that jumps is looked at again. */
const maxSleepMs = 60_000;

/** Calls when a moment of the wall clock has come, or a little before it is far away: the caller looks at the time. */
export class WakeTimer {
  readonly #clock: Clock;
  readonly #call: () => void;
  #set: { readonly at: number; readonly stop: () => void } | undefined;

  constructor(clock: Clock, call: () => void) {
    this.#clock = clock;
    this.#call = call;
  }

  /** Replaces what was set before; undefined: no call. */
  set(at: number | undefined, now: number): void {
    if (this.#set?.at === at) return;
    this.stop();
    if (at === undefined) return;
    const fire = () => {
      this.#set = undefined;
      this.#call();
    };
    const delay = Math.min(Math.max(0, at - now), maxSleepMs);
    this.#set = { at, stop: this.#clock.after(delay, fire, true) };
  }

  stop(): void {
    this.#set?.stop();
    this.#set = undefined;
  }
}
