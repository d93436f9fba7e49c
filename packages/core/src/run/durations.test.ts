import { describe, expect, it } from "vitest";
import type { NewEvent, StoredEvent } from "../events/event.js";
import { foldJournal } from "./fold.js";
import { summarize } from "./summarize.js";

const hourMs = 3_600_000;
const error = { code: "exit", message: "exit code 1" };

/** A run with one step, told as `[time, event]`. */
function summaryOf(...timed: readonly (readonly [at: number, event: NewEvent])[]) {
  const step = { id: "a", title: "a", needs: [], env: {}, onError: "fail", kind: "script", lang: "sh" } as const;
  const workflow = { model: 1, name: "w", inputs: {}, outputs: {}, secrets: [], env: {}, tools: {} } as const;
  const origin = { folder: "/w", cwd: "/w", bundle: false };
  const whole = { ...workflow, steps: [{ ...step, script: "" }] };
  const first: NewEvent = {
    type: "run.created",
    data: { workflow: whole, hash: "h", inputs: {}, origin, trigger: "manual" },
  };
  const events = [[0, first] as const, ...timed].map(([at, event], index): StoredEvent => {
    return { v: 1, run: "r", seq: index + 1, at, ...event };
  });
  const { state } = foldJournal(events);
  return { runMs: summarize(state).ms, stepMs: state.views.a?.duration_ms };
}

const claimed = (fence: number, interrupted: readonly string[] = []): NewEvent => ({
  type: "run.claimed",
  data: {
    worker: "w",
    fence,
    cause: fence === 1 ? "start" : "due",
    ...(interrupted.length === 0 ? {} : { interrupted: [...interrupted] }),
  },
});
const started = (attempt: number): NewEvent => ({
  type: "step.started",
  step: "a",
  data: { attempt, fence: 1, kind: "script", key: "k", input: {} },
});
const attemptFailed = (interrupted: boolean, at: number): NewEvent => ({
  type: "step.attempt_failed",
  step: "a",
  data: { attempt: 1, error, ...(interrupted ? { interrupted } : {}), next: { do: "retry", at } },
});
const completed: NewEvent = {
  type: "step.completed",
  step: "a",
  data: { attempt: 2, output: null, text: null, ms: 30 },
};

describe("durations", () => {
  it("count the waits between the attempts of a step", () => {
    expect(
      summaryOf(
        [0, claimed(1)],
        [10, started(1)],
        [20, attemptFailed(false, 500)],
        [500, started(2)],
        [530, completed],
      ),
    ).toEqual({ runMs: 530, stepMs: 520 });
  });

  it("leave out the pause after a driver that left", () => {
    expect(
      summaryOf(
        [0, claimed(1)],
        [10, started(1)],
        [20, attemptFailed(true, 20)],
        [hourMs, claimed(2)],
        [hourMs, started(2)],
        [hourMs + 30, completed],
      ),
    ).toEqual({ runMs: 50, stepMs: 30 });
  });

  it("leave out the pause after a driver that was killed", () => {
    expect(
      summaryOf(
        [0, claimed(1)],
        [10, started(1)],
        [hourMs, claimed(2, ["a"])],
        [hourMs, attemptFailed(true, hourMs)],
        [hourMs + 5, started(2)],
        [hourMs + 35, completed],
      ),
    ).toEqual({ runMs: 45, stepMs: 30 });
  });

  it("leave out the time for which the run had ended", () => {
    expect(
      summaryOf(
        [0, claimed(1)],
        [10, started(1)],
        [20, { type: "step.attempt_failed", step: "a", data: { attempt: 1, error, next: { do: "stop" } } }],
        [20, { type: "step.failed", step: "a", data: { error, attempts: 1 } }],
        [20, { type: "run.failed", data: { reason: "step", error, step: "a", ms: 20 } }],
        [hourMs, claimed(2)],
        [hourMs, { type: "run.reopened", data: { by: "ann", reset: ["a"], epoch: 1 } }],
        [hourMs, started(2)],
        [hourMs + 30, completed],
      ),
    ).toEqual({ runMs: 50, stepMs: 30 });
  });
});
