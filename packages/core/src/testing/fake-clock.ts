import type { Clock, Ids } from "../ports/clock.js";

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves both clocks on and calls what becomes due, in order, timers set on the way included. */
  advance(ms: number): void;
  /** Moves only the wall clock, as an administrator or NTP does; negative goes back. No timer fires. */
  jump(ms: number): void;
  /** Timers that have not fired. */
  pending(): number;
}

interface Timer {
  readonly at: number;
  readonly call: () => void;
}

/** @param start - Wall time in ms since the epoch; the monotonic clock starts at 0. */
export function createFakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  const timers = new Set<Timer>();
  let wall = start;
  let monotonic = 0;
  const moveTo = (time: number) => {
    wall += time - monotonic;
    monotonic = time;
  };
  return {
    now: () => wall,
    monotonic: () => monotonic,
    after(delayMs, call) {
      const timer = { at: monotonic + Math.max(0, delayMs), call };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance(ms) {
      const end = monotonic + ms;
      for (let next = firstDue(timers, end); next !== undefined; next = firstDue(timers, end)) {
        timers.delete(next);
        moveTo(Math.max(monotonic, next.at));
        next.call();
      }
      moveTo(end);
    },
    jump(ms) {
      wall += ms;
    },
    pending: () => timers.size,
  };
}

/** Ids and random numbers that are the same for the same seed. */
export function createFakeIds(seed = 1): Ids {
  const random = mulberry32(seed);
  const letters = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
  const hex = (length: number) => letters("0123456789abcdef", length);
  return {
    run: () => `run_${letters("abcdefghijklmnopqrstuvwxyz0123456789", 12)}`,
    unique: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${letters("89ab", 1)}${hex(3)}-${hex(12)}`,
    random,
  };
}

function firstDue(timers: ReadonlySet<Timer>, end: number): Timer | undefined {
  let first: Timer | undefined;
  for (const timer of timers) {
    if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
  }
  return first;
}

/** The generator "mulberry32" by Tommy Ettinger (public domain): 32 bits of state, good enough for tests. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
