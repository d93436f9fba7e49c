import type { FailedAttempt, RetryPolicy, RetrySpec } from "@aiw/core";

/**
 * Decides on retries as the workflow says: scripts are tried again after any error, agents and tools only when the error
 * may pass; a list of codes (`on:`) replaces that rule. No `retry:` means none.
 */
export function createRetryPolicy(): RetryPolicy {
  return {
    delay({ kind, spec, failures, error, random }: FailedAttempt) {
      if (spec === undefined || failures > spec.attempts) return null;
      const isAllowed =
        spec.on === undefined ? kind === "script" || error.retryable === true : spec.on.includes(error.code);
      if (!isAllowed) return null;
      // What the other side asked for is a lower bound, also above the cap.
      return Math.max(backoffMs(spec, failures, random), error.retryAfterMs ?? 0);
    },
  };
}

/**
 * Delay before the next attempt: constant, or exponential back-off with jitter over the whole range from `delayMs`, which
 * is never undercut, to a bound that doubles with each failure. Brooker's full jitter begins at 0; whoever writes
 * `delay: 1s` means at least a second, and spreading above it keeps callers apart all the same.
 *
 * @param spec - A workflow that leaves them out gets `exponential`, 1 s and at most 60 s (or `delay`, where that is more).
 * @param failures - Failed attempts so far, from 1.
 * @param random - Uniform in [0, 1).
 * @returns Milliseconds; exponential: in [delayMs, delayMs * 2 ** failures], at most `maxDelayMs` either way.
 * @see Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function backoffMs(spec: RetrySpec, failures: number, random: number): number {
  const least = Math.min(spec.delayMs, spec.maxDelayMs);
  if (spec.backoff === "constant") return least;
  // Beyond 2 ** 52 every delay is above any cap.
  const bound = Math.min(spec.maxDelayMs, spec.delayMs * 2 ** Math.min(failures, 52));
  return least + Math.round((bound - least) * random);
}
