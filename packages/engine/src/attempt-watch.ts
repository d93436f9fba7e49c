import { AiwError, formatDuration } from "@aiw/core";
import type { EngineOptions } from "./options.js";
import type { AttemptPlan } from "./plan.js";

/** The time-outs of one attempt. */
export interface AttemptWatch {
  /** A sign of life. */
  readonly alive: () => void;
  readonly stop: () => void;
}

/** Aborts the attempt when it takes or is silent for too long. */
export function watchTime(
  plan: AttemptPlan,
  { abort, clock }: { readonly abort: (reason: AiwError) => void; readonly clock: EngineOptions["clock"] },
): AttemptWatch {
  const { timeoutMs, step } = plan;
  const { idleTimeoutMs } = step;
  const stopTotal =
    timeoutMs === undefined ? undefined : clock.after(timeoutMs, () => abort(timedOut("timeout", plan, timeoutMs)));
  let last = clock.monotonic();
  let stopIdle: (() => void) | undefined;
  const armIdle = (limitMs: number) => {
    const left = last + limitMs - clock.monotonic();
    // Signs of life come often: they only note the time, and the timer looks when it fires.
    stopIdle = clock.after(Math.max(left, 1), () => {
      if (clock.monotonic() - last >= limitMs) abort(timedOut("idle_timeout", plan, limitMs));
      else armIdle(limitMs);
    });
  };
  if (idleTimeoutMs !== undefined) armIdle(idleTimeoutMs);
  return {
    alive: () => {
      last = clock.monotonic();
    },
    stop: () => {
      stopTotal?.();
      stopIdle?.();
    },
  };
}

function timedOut(code: "timeout" | "idle_timeout", plan: AttemptPlan, limitMs: number): AiwError {
  const limit = formatDuration(limitMs);
  const what = code === "timeout" ? `took longer than its time-out of ${limit}` : `was silent for ${limit}`;
  return new AiwError(code, `step ${plan.path} ${what}`, {
    retryable: true,
    hint: `raise \`${code === "timeout" ? "timeout" : "idle-timeout"}\` of the step`,
  });
}
