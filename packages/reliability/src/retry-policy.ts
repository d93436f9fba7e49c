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
 * Delay before the next attempt: constant, or full jitter over exponential back-off.
 *
 * @param failures - Failed attempts so far, from 1.
 * @param random - Uniform in [0, 1).
 * @returns Milliseconds; exponential: in [0, min(maxDelayMs, delayMs * 2 ** (failures - 1))].
 * @see Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function backoffMs(spec: RetrySpec, failures: number, random: number): number {
  if (spec.backoff === "constant") return Math.min(spec.delayMs, spec.maxDelayMs);
  // Beyond 2 ** 52 every delay is above any cap.
  const bound = Math.min(spec.maxDelayMs, spec.delayMs * 2 ** Math.min(failures - 1, 52));
  return Math.round(bound * random);
}
