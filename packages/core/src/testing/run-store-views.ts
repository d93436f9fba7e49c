import { expect } from "vitest";
import type { NewEvent } from "../events/event.js";
import type { RunStatus, RunStore } from "../ports/run-store.js";
import {
  appendOne,
  claiming,
  completed,
  createItem,
  item,
  message,
  type RunStoreTest,
  runCompleted,
} from "./run-store-fixture.js";

const error = { code: "exit", message: "script ended with exit code 3", retryable: true };

/** The views of runs and steps. */
export const viewTests: Readonly<Record<string, RunStoreTest>> = {
  "lists a run as it goes through its life": async ({ store }) => {
    await appendOne(store, createItem("r"));
    const queued = {
      run: "r",
      name: "review",
      status: "queued",
      seq: 1,
      fence: 0,
      request: "hash-1",
      costUsd: 0,
    } as const;
    expect((await store.list({})).runs).toEqual([{ ...queued, createdAt: 1_000, updatedAt: 1_000 }]);
    await store.poll(claiming("w"));
    expect((await store.list({})).runs).toMatchObject([{ status: "running", worker: "w", fence: 1 }]);
    await appendOne(store, item("r", 1, [completed("a")], { release: { dueAt: 77 }, at: 2_500 }));
    const [suspended] = (await store.list({})).runs;
    expect(suspended).toMatchObject({ status: "suspended", dueAt: 77, seq: 2, updatedAt: 2_500 });
    expect(suspended?.worker).toBeUndefined();
    await store.poll(claiming("w"));
    const failed: NewEvent = { type: "run.failed", data: { reason: "step", error, step: "b", ms: 5 } };
    await appendOne(store, item("r", 2, [failed], { fence: 2, at: 3_000 }));
    const [ended] = (await store.list({})).runs;
    expect(ended).toMatchObject({ status: "failed", error, endedAt: 3_000, seq: 3 });
    expect(ended?.dueAt ?? ended?.worker).toBeUndefined();
  },
  "tells whether the worker of a run seems alive": async ({ store, other = store, deadOwner }, clock) => {
    const driven = async () => (await other.list({})).runs[0]?.driven;
    const now = () => ({ now: clock.now() });
    await appendOne(store, createItem("r"));
    expect(await driven()).toBeUndefined();
    await store.poll(claiming("w", now()));
    expect(await driven()).toBe(true);
    clock.advance(61_000);
    expect(await driven()).toBe(false);
    await store.poll(claiming("w", { ...now(), held: ["r"] }));
    expect(await driven()).toBe(true);
    await store.poll(claiming("w", { ...now(), leave: true }));
    expect((await other.list({})).runs).toMatchObject([{ status: "suspended" }]);
    expect(await driven()).toBeUndefined();
    if (deadOwner === undefined) return;
    await appendOne(store, createItem("s"));
    await store.poll(claiming("v", { ...now(), owner: deadOwner }));
    expect(await driven()).toBe(false);
  },
  "opens a failed run again": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    const failedStep: NewEvent = { type: "step.failed", step: "b", data: { error, attempts: 2 } };
    const failedRun: NewEvent = { type: "run.failed", data: { reason: "step", error, step: "b", ms: 5 } };
    await appendOne(store, item("r", 1, [completed("a"), failedStep, failedRun]));
    await store.post([{ run: "r", id: "m", type: "resume", data: null, at: 1 }]);
    const { claimed, messages } = await store.poll(claiming("w"));
    expect(claimed).toMatchObject([{ cause: "inbox", fence: 2 }]);
    const reopened: NewEvent = { type: "run.reopened", data: { by: "ann", reset: ["b"], epoch: 1 } };
    const consume = messages.map((message) => message.pos);
    await appendOne(store, item("r", 4, [reopened], { fence: 2, consume }));
    const page = await store.list({ steps: true });
    expect(page.runs).toMatchObject([{ status: "running", worker: "w" }]);
    expect(page.runs[0]?.error ?? page.runs[0]?.endedAt).toBeUndefined();
    expect(page.steps?.map((step) => step.step)).toEqual(["a"]);
  },
  "keeps a row for each step that ended or is suspended": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    await appendOne(
      store,
      item("r", 1, [
        {
          type: "step.completed",
          step: "a",
          data: { attempt: 1, output: 1, text: null, ms: 40, agent: "claude", costUsd: 0.5 },
        },
        {
          type: "step.attempt_failed",
          step: "b",
          data: { attempt: 1, error, ms: 10, costUsd: 0.25, next: { do: "retry", at: 9_000 } },
        },
        { type: "step.failed", step: "c", data: { error, attempts: 3 } },
        { type: "step.skipped", step: "d", data: { cause: "if" } },
        { type: "step.started", step: "e", data: { attempt: 1, fence: 1, kind: "script", key: "k", input: {} } },
        { type: "step.suspended", step: "f", data: { waits: "approval" } },
      ]),
    );
    const rows = await stepsOf(store);
    expect(rows).toEqual([
      {
        run: "r",
        step: "a",
        status: "completed",
        attempt: 1,
        agent: "claude",
        costUsd: 0.5,
        startedAt: 1_960,
        endedAt: 2_000,
      },
      { run: "r", step: "b", status: "running", attempt: 1, error, costUsd: 0.25, startedAt: 1_990 },
      { run: "r", step: "c", status: "failed", attempt: 3, error, costUsd: 0, endedAt: 2_000 },
      { run: "r", step: "d", status: "skipped", attempt: 0, costUsd: 0, endedAt: 2_000 },
      { run: "r", step: "f", status: "suspended", attempt: 0, costUsd: 0 },
    ]);
    const second: NewEvent = {
      type: "step.completed",
      step: "b",
      data: { attempt: 2, output: 1, text: null, ms: 5, costUsd: 0.5 },
    };
    await appendOne(store, item("r", 7, [second], { at: 9_500 }));
    expect((await stepsOf(store))[1]).toEqual({
      ...{ run: "r", step: "b", status: "completed", attempt: 2, costUsd: 0.75, startedAt: 1_990, endedAt: 9_500 },
    });
    expect((await store.list({})).runs).toMatchObject([{ costUsd: 1.25 }]);
    expect((await store.list({})).steps).toBeUndefined();
  },
  "keeps a row for each item, each round and each undoing": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    await appendOne(
      store,
      item("r", 1, [
        { type: "step.expanded", step: "each", data: { over: "foreach", count: 2, items: [1, 2] } },
        { type: "step.completed", step: "each[0]", data: { attempt: 1, output: 1, text: null, ms: 10, costUsd: 0.5 } },
        { type: "step.failed", step: "each[1]", data: { error, attempts: 1, continue: true } },
        { type: "step.completed", step: "loop", data: { ...round, again: { round: 2, at: 2_000 } } },
        { type: "step.completed", step: "loop#2", data: round },
      ]),
    );
    expect(await stepsOf(store)).toEqual([
      { run: "r", step: "each", status: "running", attempt: 0, costUsd: 0, startedAt: 2_000 },
      { run: "r", step: "each[0]", status: "completed", attempt: 1, costUsd: 0.5, startedAt: 1_990, endedAt: 2_000 },
      { run: "r", step: "each[1]", status: "failed", attempt: 1, error, costUsd: 0, endedAt: 2_000 },
      { run: "r", step: "loop", status: "completed", attempt: 1, costUsd: 0, startedAt: 1_980, endedAt: 2_000 },
      { run: "r", step: "loop#2", status: "completed", attempt: 1, costUsd: 0, startedAt: 1_980, endedAt: 2_000 },
    ]);
    const each = { attempt: 1, output: null, text: null, ms: 1_000 };
    await appendOne(
      store,
      item(
        "r",
        6,
        [
          { type: "step.completed", step: "each", data: each },
          { type: "run.halted", data: { reason: "step", error } },
          {
            type: "signal.received",
            data: { id: "m", kind: "signal", name: "go", by: "ann", data: 1, accepted: false },
          },
          { type: "step.compensated", step: "loop#2!undo", data: { undoes: "loop#2", ms: 30 } },
          { type: "step.compensation_failed", step: "each[0]!undo", data: { undoes: "each[0]", error } },
        ],
        { at: 3_000 },
      ),
    );
    const rows = await stepsOf(store);
    const undone = { run: "r", step: "loop#2!undo", status: "completed", attempt: 0, costUsd: 0 };
    const notUndone = { run: "r", step: "each[0]!undo", status: "failed", attempt: 0, error, costUsd: 0 };
    expect(rows.find(({ step }) => step === "each")).toMatchObject({
      status: "completed",
      startedAt: 2_000,
      attempt: 1,
    });
    expect(rows.find(({ step }) => step === undone.step)).toEqual({ ...undone, startedAt: 2_970, endedAt: 3_000 });
    expect(rows.find(({ step }) => step === notUndone.step)).toEqual({ ...notUndone, endedAt: 3_000 });
    expect((await store.list({})).runs).toMatchObject([{ status: "running", costUsd: 0.5 }]);
  },
  "shows what waits for people, signals, times and sub-workflows as suspended until it goes on": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    const waits = ["approval", "signal", "timer", "children"] as const;
    const suspended = waits.map((one): NewEvent => ({ type: "step.suspended", step: one, data: { waits: one } }));
    await appendOne(store, item("r", 1, suspended, { release: {} }));
    expect(await statusesOf(store)).toEqual([
      ...["approval suspended", "children suspended", "signal suspended", "timer suspended"],
    ]);
    await store.post([message("r", "m")]);
    await store.poll(claiming("w"));
    const resumed: NewEvent = { type: "step.resumed", step: "approval", data: { cause: "answer" } };
    await appendOne(store, item("r", 5, [resumed, completed("children")], { fence: 2 }));
    expect(await statusesOf(store)).toEqual([
      ...["approval running", "children completed", "signal suspended", "timer suspended"],
    ]);
  },
  "forgets the undoing of steps that become pending again": async ({ store }) => {
    await appendOne(store, createItem("r", "w"));
    const undone = (step: string): NewEvent => {
      return { type: "step.compensated", step: `${step}!undo`, data: { undoes: step, ms: 1 } };
    };
    const failed: NewEvent = { type: "run.failed", data: { reason: "step", error, step: "c", ms: 5 } };
    const steps = ["a", "b[0]#2", "b[1]"];
    await appendOne(store, item("r", 1, [...steps.map((step) => completed(step)), ...steps.map(undone), failed]));
    await store.post([message("r", "m", "resume")]);
    await store.poll(claiming("w"));
    const reopened: NewEvent = { type: "run.reopened", data: { by: "ann", reset: ["a", "b[0]#2"], epoch: 1 } };
    await appendOne(store, item("r", 8, [reopened], { fence: 2 }));
    expect(await statusesOf(store)).toEqual(["b[1] completed", "b[1]!undo completed"]);
  },
  "lists the newest run first, in pages": async ({ store }) => {
    await store.append(Array.from({ length: 7 }, (_, index) => createItem(`r${index}`)));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await store.list({ limit: 3, ...(after === undefined ? {} : { after }) });
      expect(page.runs.length).toBeLessThanOrEqual(3);
      seen.push(...page.runs.map((run) => run.run));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(["r6", "r5", "r4", "r3", "r2", "r1", "r0"]);
  },
  "filters by run, status and name": async ({ store }) => {
    await store.append([createItem("a"), createItem("b", "w"), createItem("c", "w"), named("d", "nightly")]);
    await appendOne(store, item("c", 1, [runCompleted]));
    const names = async (query: Parameters<RunStore["list"]>[0]) =>
      (await store.list(query)).runs.map((run) => run.run);
    const byStatus = (...status: RunStatus[]) => names({ status });
    expect(await names({ runs: ["a", "c", "nobody"] })).toEqual(["c", "a"]);
    expect(await byStatus("queued")).toEqual(["d", "a"]);
    expect(await byStatus("running", "completed")).toEqual(["c", "b"]);
    expect(await names({ name: "nightly" })).toEqual(["d"]);
    expect(await names({ name: "review", status: ["queued"], runs: ["a", "d"] })).toEqual(["a"]);
    expect(await names({ runs: [] })).toEqual([]);
  },
  "keeps the steps of runs apart": async ({ store }) => {
    await store.append([createItem("a", "w"), createItem("b", "w")]);
    await store.append([item("a", 1, [completed("x")]), item("b", 1, [completed("x"), completed("y")])]);
    const page = await store.list({ runs: ["b"], steps: true });
    expect(page.steps?.map((step) => `${step.run}:${step.step}`)).toEqual(["b:x", "b:y"]);
  },
};

const round = { attempt: 1, output: null, text: null, ms: 20 };

/** Each step with its status, by path. */
async function statusesOf(store: RunStore): Promise<readonly string[]> {
  return (await stepsOf(store)).map(({ step, status }) => `${step} ${status}`).sort();
}

async function stepsOf(store: RunStore) {
  return (await store.list({ steps: true })).steps ?? [];
}

function named(run: string, name: string) {
  return createItem(run, undefined, { create: { request: "h", name, format: 1 } });
}
