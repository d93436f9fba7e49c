import type { ErrorInfo } from "../errors.js";
import type { RetrySpec, Step } from "../model/step.js";

/** Decides whether and when a failed attempt is made again. What it decides is journaled, so it runs once per failure. */
export interface RetryPolicy {
  /** @returns Delay in ms until the next attempt, or null to stop. */
  delay(failure: FailedAttempt): number | null;
}

/** A failed attempt. */
export interface FailedAttempt {
  readonly kind: Step["kind"];
  readonly spec: RetrySpec | undefined;
  /** Failed attempts of this step with this agent so far, this one included; interrupted ones do not count. */
  readonly failures: number;
  readonly error: ErrorInfo;
  /** Uniform in [0, 1), drawn once for this failure. */
  readonly random: number;
}
