import type { FailedAttempt, RetrySpec } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { backoffMs, createRetryPolicy } from "./retry-policy.js";

const spec: RetrySpec = { attempts: 3, backoff: "exponential", delayMs: 1_000, maxDelayMs: 5_000 };
const failure: FailedAttempt = {
  kind: "script",
  spec,
  failures: 1,
  error: { code: "exit", message: "exit code 1" },
  random: 0.5,
};

describe("retry policy", () => {
  const policy = createRetryPolicy();

  it("does not retry without `retry:`", () => {
    expect(policy.delay({ ...failure, spec: undefined })).toBeNull();
  });

  it("stops after the extra attempts are used up", () => {
    const delays = [1, 2, 3, 4].map((failures) => policy.delay({ ...failure, failures }));
    expect(delays).toEqual([1_500, 2_500, 3_000, null]);
  });

  it("retries scripts after any error, agents and tools only when the error may pass", () => {
    const retryable = { ...failure.error, retryable: true };
    for (const kind of ["agent", "tool"] as const) {
      expect(policy.delay({ ...failure, kind })).toBeNull();
      expect(policy.delay({ ...failure, kind, error: retryable })).toBe(1_500);
    }
    expect(policy.delay(failure)).toBe(1_500);
  });

  it("follows a list of codes instead, where there is one", () => {
    const listed = { ...failure, spec: { ...spec, on: ["rate_limit", "exit"] } };
    expect(policy.delay({ ...listed, kind: "agent" })).toBe(1_500);
    expect(policy.delay({ ...listed, error: { code: "timeout", message: "", retryable: true } })).toBeNull();
  });

  it("never waits less than the other side asked for", () => {
    const error = { code: "rate_limit", message: "", retryable: true, retryAfterMs: 60_000 };
    expect(policy.delay({ ...failure, kind: "agent", error })).toBe(60_000);
    expect(policy.delay({ ...failure, kind: "agent", error: { ...error, retryAfterMs: 10 } })).toBe(1_500);
  });
});

describe("back-off", () => {
  it("spreads from the written delay to a bound that doubles up to the cap", () => {
    for (const [failures, bound] of [
      [1, 2_000],
      [2, 4_000],
      [3, 5_000],
      [4, 5_000],
      [2_000, 5_000],
    ] as const) {
      expect(backoffMs(spec, failures, 0)).toBe(1_000);
      expect(backoffMs(spec, failures, 0.999_999)).toBeCloseTo(bound, -1);
    }
  });

  it("is the cap where the written delay is above it", () => {
    for (const backoff of ["exponential", "constant"] as const) {
      expect(backoffMs({ ...spec, backoff, delayMs: 9_000 }, 1, 0.5)).toBe(5_000);
    }
  });

  it("is the same each time when constant", () => {
    const constant = { ...spec, backoff: "constant" } as const;
    expect([1, 2, 9].map((failures) => backoffMs(constant, failures, 0.1))).toEqual([1_000, 1_000, 1_000]);
  });
});
