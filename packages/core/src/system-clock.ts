import type { Clock } from "./ports/clock.js";

/** Longest delay that platforms accept; longer timers are set again. */
const maxDelayMs = 2 ** 31 - 1;

/** The clock of the machine. Works in Node and in browsers. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after(delayMs, call, hold = false) {
      const end = performance.now() + delayMs;
      let timer: ReturnType<typeof setTimeout>;
      const arm = () => {
        const left = end - performance.now();
        timer = setTimeout(left > maxDelayMs ? arm : call, Math.min(maxDelayMs, Math.max(0, left)));
        // Browsers have numbers, which hold nothing.
        if (!hold && typeof timer === "object") timer.unref();
      };
      arm();
      return () => clearTimeout(timer);
    },
  };
}
