import { describe, expect, it } from "vitest";
import type { NewEvent, StoredEvent } from "../events/event.js";
import type { Step } from "../model/step.js";
import type { Workflow } from "../model/workflow.js";
import { type DecideLimits, decide } from "./decide.js";
import type { Decision } from "./decision.js";
import { foldJournal } from "./fold.js";
import { summarize } from "./summarize.js";

const limits: DecideLimits = { free: { processes: 2, inProcess: 9, agents: 1 }, toolPool: "inProcess" };
const error = { code: "exit", message: "exit code 1" };

function step(id: string, needs: readonly string[] = [], more: Partial<Extract<Step, { kind: "script" }>> = {}): Step {
  return { id, title: id, needs, env: {}, onError: "fail", kind: "script", lang: "sh", script: "", ...more };
}

function journal(steps: readonly Step[], events: readonly NewEvent[], more: Partial<Workflow> = {}): StoredEvent[] {
  const workflow: Workflow = {
    model: 1,
    name: "w",
    inputs: {},
    outputs: {},
    secrets: [],
    env: {},
    tools: {},
    steps,
    ...more,
  };
  const origin = { folder: "/w", cwd: "/w", bundle: false };
  const deadline = workflow.timeoutMs === undefined ? {} : { deadline: workflow.timeoutMs };
  const created: NewEvent = {
    type: "run.created",
    data: { workflow, hash: "h", inputs: {}, origin, trigger: "manual", ...deadline },
  };
  return [created, ...events].map((event, index) => ({ v: 1, run: "r", seq: index + 1, at: index, ...event }));
}

const started = (id: string, attempt = 1): NewEvent => ({
  type: "step.started",
  step: id,
  data: { attempt, fence: 1, kind: "script", key: `k-${id}`, input: {} },
});
const completed = (id: string): NewEvent => ({
  type: "step.completed",
  step: id,
  data: { attempt: 1, output: null, text: id, ms: 1 },
});
const attemptFailed = (
  id: string,
  next: Extract<NewEvent, { type: "step.attempt_failed" }>["data"]["next"],
): NewEvent => ({
  type: "step.attempt_failed",
  step: id,
  data: { attempt: 1, error, next },
});
const failed = (id: string, more: object = {}): NewEvent => ({
  type: "step.failed",
  step: id,
  data: { error, attempts: 1, ...more },
});

function decisions(events: readonly StoredEvent[], now = 100): readonly Decision[] {
  return decide(foldJournal(events).state, now, limits).decisions;
}

describe("decide", () => {
  it("starts what is ready, as far as its pool reaches", () => {
    const steps = ["a", "b", "c"].map((id) => step(id));
    const { decisions: made, starved } = decide(foldJournal(journal(steps, [])).state, 0, limits);
    expect(made).toEqual([
      { do: "start", step: "a" },
      { do: "start", step: "b" },
    ]);
    expect(starved).toEqual(["processes"]);
  });

  it("starts a step when everything it needs is done: completed, skipped, or failed with continue", () => {
    const steps = [step("a"), step("b"), step("c"), step("d", ["a", "b", "c"])];
    const events = [
      started("a"),
      completed("a"),
      started("b"),
      attemptFailed("b", { do: "stop" }),
      failed("b", { continue: true }),
    ];
    expect(decisions(journal(steps, events))).toEqual([{ do: "start", step: "c" }]);
    const skipped: NewEvent = { type: "step.skipped", step: "c", data: { cause: "if" } };
    expect(decisions(journal(steps, [...events, skipped]))).toEqual([{ do: "start", step: "d" }]);
  });

  it("stops after a failure: what waits for the step is skipped as upstream, the rest as failed", () => {
    const steps = [step("a"), step("b", ["a"]), step("c"), step("d", ["c"])];
    const events = [started("a"), started("c"), attemptFailed("a", { do: "stop" }), failed("a")];
    expect(decisions(journal(steps, events))).toEqual([
      { do: "skip", step: "b", cause: "upstream" },
      { do: "skip", step: "d", cause: "failed" },
    ]);
  });

  it("finishes what a journal can end in the middle of", () => {
    const steps = [step("a")];
    expect(decisions(journal(steps, [started("a"), attemptFailed("a", { do: "stop" })]))).toEqual([
      { do: "fail", step: "a", error },
    ]);
    expect(decisions(journal(steps, [started("a"), attemptFailed("a", { do: "ask" })]))).toEqual([
      { do: "ask", step: "a" },
    ]);
    expect(decisions(journal(steps, [started("a"), attemptFailed("a", { do: "stop" }), failed("a")]))).toEqual([
      { do: "fail_run", reason: "step", step: "a", error },
    ]);
  });

  it("waits in memory for a short delay, suspends for a long one, and never starts early", () => {
    const at = 50_000;
    const events = journal([step("a")], [started("a"), attemptFailed("a", { do: "retry", at })]);
    expect(decisions(events, at - 1)).toEqual([]);
    expect(decide(foldJournal(events).state, at - 1, limits).wakeAt).toBe(at);
    expect(decisions(events, at)).toEqual([{ do: "start", step: "a" }]);
    expect(decisions(events, at - 30_001)).toEqual([{ do: "suspend", steps: ["a"], dueAt: at }]);
  });

  it("aborts what runs when the total time is used up, and names that as the reason", () => {
    const events = journal([step("a"), step("b", ["a"])], [started("a")], { timeoutMs: 1_000 });
    expect(decisions(events, 1_000)).toMatchObject([{ do: "halt", reason: "timeout", error: { code: "timeout" } }]);
    const halted: NewEvent = {
      type: "run.halted",
      data: { reason: "timeout", error: { code: "timeout", message: "m" } },
    };
    const first = decisions(
      journal([step("a"), step("b", ["a"])], [started("a"), halted], { timeoutMs: 1_000 }),
      1_001,
    );
    expect(first).toMatchObject([
      { do: "abort", step: "a", error: { code: "timeout" } },
      { do: "skip", step: "b", cause: "failed" },
    ]);
    expect(decide(foldJournal(events).state, 999, limits)).toMatchObject({ decisions: [], wakeAt: 1_000 });
    const [abort] = first;
    if (abort?.do !== "abort") throw new Error("no abort");
    const end = journal(
      [step("a"), step("b", ["a"])],
      [
        started("a"),
        halted,
        { type: "step.skipped", step: "b", data: { cause: "failed" } },
        { type: "step.attempt_failed", step: "a", data: { attempt: 1, error: abort.error, next: { do: "stop" } } },
        { type: "step.failed", step: "a", data: { error: abort.error, attempts: 1 } },
      ],
      { timeoutMs: 1_000 },
    );
    expect(decisions(end, 2_000)).toMatchObject([{ do: "fail_run", reason: "timeout" }]);
  });

  it("ends a cancelled run once nothing runs", () => {
    const cancel: NewEvent = { type: "run.cancel_requested", data: { by: "ann" } };
    expect(decisions(journal([step("a")], [cancel]))).toEqual([{ do: "skip", step: "a", cause: "cancelled" }]);
    const skipped: NewEvent = { type: "step.skipped", step: "a", data: { cause: "cancelled" } };
    expect(decisions(journal([step("a")], [cancel, skipped]))).toEqual([{ do: "cancel_run", by: "ann" }]);
  });

  it("completes a run without steps", () => {
    expect(decisions(journal([], []))).toEqual([{ do: "complete" }]);
  });
});

describe("fold", () => {
  it("refuses gaps, unknown steps and newer events", () => {
    const events = journal([step("a")], [started("a"), completed("a")]);
    const [first, , third] = events;
    if (first === undefined || third === undefined) throw new Error("no events");
    expect(() => foldJournal([first, third])).toThrow("event 3 follows event 1");
    expect(() => foldJournal(journal([step("a")], [started("zz")]))).toThrow("has no step zz");
    expect(() => foldJournal([{ ...first, v: 99 }])).toThrow("newer version");
    const strange = JSON.parse('{"v":1,"run":"r","seq":2,"at":1,"type":"run.invented","data":{}}');
    expect(() => foldJournal([first, strange])).toThrow("newer version");
    expect(() => foldJournal([])).toThrow("no events");
  });

  it("takes failed and skipped steps back when a run is reopened, and counts the epoch", () => {
    const steps = [step("a"), step("b", ["a"]), step("c", ["b"])];
    const events = journal(steps, [
      started("a"),
      completed("a"),
      started("b"),
      attemptFailed("b", { do: "stop" }),
      failed("b"),
      { type: "step.skipped", step: "c", data: { cause: "upstream" } },
      { type: "run.failed", data: { reason: "step", error, step: "b", ms: 1 } },
      { type: "run.reopened", data: { by: "ann", reset: ["b", "c"], epoch: 1 } },
    ]);
    const { state } = foldJournal(events);
    expect(state).toMatchObject({ epoch: 1, end: undefined, failure: undefined, pending: 2 });
    expect(summarize(state).steps).toEqual({ a: "completed", b: "pending", c: "pending" });
    expect(decide(state, 100, limits).decisions).toEqual([{ do: "start", step: "b" }]);
    expect(state.steps.get("b")).toMatchObject({ attempts: 1, failures: 0 });
  });

  it("shows steps to expressions", () => {
    const { state } = foldJournal(journal([step("a"), step("b")], [started("a"), completed("a")]));
    expect(state.views.a).toMatchObject({ text: "a", status: "completed", error: null, duration_ms: 1 });
    expect(state.views.b).toMatchObject({ text: null, status: "pending" });
  });
});
