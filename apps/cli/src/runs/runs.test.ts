import type { NewEvent, RunStore } from "@aiw/core";
import { createMemoryRunStore } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { renderRuns } from "../commands/runs-list.js";
import { printJournal } from "../commands/runs-logs.js";
import { createStyle } from "../output/style.js";
import { createFakeContext, hostileText } from "../testing/fake-context.js";
import { completed, created, journal, started } from "../testing/fake-run.js";
import { step, workflow } from "../testing/steps.js";
import { createEventLines } from "./event-lines.js";
import { findRun } from "./journal.js";
import { renderReport } from "./render.js";
import { type RunReport, readReport, reportJson } from "./report.js";

const style = createStyle(false);
const flow = workflow([step("fetch"), step("build", ["fetch"]), step("ship", ["fetch", "build"])]);
const error = { code: "exit", message: "build ended with exit code 2", hint: "look at its output" };
const failedRun: readonly NewEvent[] = [
  created(flow, { inputs: { base: "main" } }),
  { type: "run.claimed", data: { worker: "0ff32f56-928e", fence: 1, cause: "start" } },
  started("fetch"),
  completed("fetch", { text: "fetched" }),
  started("build"),
  {
    type: "step.attempt_failed",
    step: "build",
    data: { attempt: 1, error, stderr: "oops", next: { do: "retry", at: Date.UTC(2026, 0, 2) + 9_000 } },
  },
  started("build", { attempt: 2 }),
  { type: "step.attempt_failed", step: "build", data: { attempt: 2, error, next: { do: "stop" } } },
  { type: "step.failed", step: "build", data: { error, attempts: 2 } },
  { type: "step.skipped", step: "ship", data: { cause: "failed" } },
  { type: "run.failed", data: { reason: "step", error, step: "build", ms: 10_000 } },
];

async function storeWith(events: readonly NewEvent[], run = "run_test"): Promise<RunStore> {
  const store = createMemoryRunStore();
  const create = { request: "hash", name: "Test", format: 1, worker: "w" };
  await store.append([{ run, id: "1", expect: 0, fence: 0, events, at: Date.UTC(2026, 0, 2), create }]);
  return store;
}

async function reportOf(events: readonly NewEvent[]): Promise<RunReport> {
  const { store, row } = await findRun(await storeWith(events), undefined);
  return await readReport(store, row);
}

/** A run under way whose worker has left. */
async function leftRun(): Promise<RunStore> {
  const store = await storeWith(failedRun.slice(0, 5));
  const owner = { host: "h", boot: "b", pid: 1, startedAt: "1" };
  await store.poll({ worker: "w", owner, now: Date.now() - 120_000, ttlMs: 1, graceMs: 1, held: [] });
  return store;
}

describe("runs show", () => {
  it("calls a run interrupted that nobody drives, with its step and the way to go on", async () => {
    const { store, row } = await findRun(await leftRun(), undefined);
    const report = await readReport(store, row);
    const text = renderReport(report, style, false);
    expect(text).toMatch(/run_test\ninterrupted/);
    expect(text).toMatch(/■ build +build +interrupted/);
    expect(text).toContain("next: `aiw resume run_test` goes on");
    expect(reportJson(report)).toMatchObject({ interrupted: true });
  });

  it("aligns agents and attempts, and shows no empty block with -v", async () => {
    const events: readonly NewEvent[] = [
      created(flow),
      started("fetch", { agent: "claude", attempt: 2 }),
      completed("fetch", { text: " \n" }),
      started("build", { agent: "a-longer-agent", attempt: 3 }),
      completed("build"),
    ];
    const text = renderReport(await reportOf(events), style, true);
    const lines = text.split("\n").filter((line) => line.startsWith("✔"));
    expect(new Set(lines.map((line) => line.search(/\d attempts/))).size).toBe(1);
    expect(text).not.toContain("fetch:");
    expect(text).toContain("build:\ndone");
  });

  it("shows every step with status and attempts, the error with its hint, and the next command", async () => {
    const text = renderReport(await reportOf(failedRun), style, false);
    expect(text).toMatch(/^Test {2}run_test\nfailed at build/);
    expect(text).toMatch(/inputs base=main/);
    expect(text).toMatch(/✔ fetch +fetch +completed/);
    expect(text).toMatch(/✖ build +build +failed +.*2 attempts/);
    expect(text).toMatch(/○ ship +ship +skipped/);
    expect(text).toContain("error[exit] build ended with exit code 2\nhelp: look at its output");
    expect(text).toContain(
      "next: mend the cause, then `aiw resume run_test` repeats only what is not done, with the workflow as it was",
    );
  });

  it("shows what steps gave only when asked", async () => {
    const report = await reportOf(failedRun);
    expect(renderReport(report, style, false)).not.toContain("fetched");
    expect(renderReport(report, style, true)).toContain("fetch:\nfetched");
  });

  it("tells the error of a run that timed out once", async () => {
    const late = { code: "timeout", message: "the run took longer than its total time" };
    const events: readonly NewEvent[] = [
      ...failedRun.slice(0, 5),
      { type: "step.failed", step: "build", data: { error: late, attempts: 1 } },
      { type: "run.failed", data: { reason: "timeout", error: late, ms: 10 } },
    ];
    const text = renderReport(await reportOf(events), style, false);
    expect(text).toMatch(/^Test.*\ntimed out/);
    expect(text.match(/error\[timeout\]/g)).toHaveLength(1);
  });

  it("says the same as JSON", async () => {
    const json = reportJson(await reportOf(failedRun));
    expect(json).toMatchObject({
      run: "run_test",
      status: "failed",
      reason: "step",
      step: "build",
      error: { code: "exit" },
    });
    expect(json.steps).toMatchObject([
      { id: "fetch", status: "completed", attempts: 1, text: "fetched" },
      { id: "build", status: "failed", attempts: 2, error: { code: "exit", hint: "look at its output" } },
      { id: "ship", status: "skipped", attempts: 0 },
    ]);
  });

  it.each([
    ["running", failedRun.slice(0, 3), "aiw runs logs run_test --follow"],
    [
      "cancelled",
      [...failedRun.slice(0, 4), { type: "run.cancelled", data: { by: "cli", ms: 1 } } as const],
      "goes on after all",
    ],
  ])("says what can be done with a %s run", async (status, events, next) => {
    const text = renderReport(await reportOf(events), style, false);
    expect(text).toContain(status);
    expect(text).toContain(next);
  });

  it("lets nothing of a run steer the terminal", async () => {
    const hostile = workflow([step("a", [], { title: hostileText })], hostileText);
    const events: readonly NewEvent[] = [
      created(hostile, { inputs: { [hostileText]: hostileText }, trigger: hostileText }),
      started("a", { agent: hostileText }),
      completed("a", { text: hostileText, stderr: hostileText, agent: hostileText }),
      { type: "run.warned", data: { code: "x", message: hostileText } },
      { type: "run.completed", data: { outputs: { [hostileText]: hostileText }, ms: 1 } },
    ];
    const report = await reportOf(events);
    const lines = createEventLines({ style, isVerbose: true });
    const text = [renderReport(report, style, true), ...journal(events).flatMap((event) => lines(event))].join("\n");
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });
});

describe("runs logs", () => {
  it("prints one line an event, aligned, with a date above", async () => {
    const context = createFakeContext();
    await printJournal(await storeWith(failedRun), "run_test", { follow: false, signal: never }, context);
    const lines = context.out().trimEnd().split("\n");
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(lines).toHaveLength(failedRun.length + 1);
    expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d run {4}created Test, 3 steps, by manual$/);
    expect(lines[6]).toMatch(/build {2}attempt 1 failed exit: build ended with exit code 2; next attempt in/);
    expect(lines.at(-1)).toMatch(/run {4}failed step/);
  });

  it("adds what the steps printed with -v", async () => {
    const context = createFakeContext({ verbose: true });
    await printJournal(
      await storeWith(failedRun),
      "run_test",
      { follow: false, step: "build", signal: never },
      context,
    );
    expect(context.out()).toContain("  │ oops");
    expect(context.out()).not.toContain("fetch ");
  });

  it("prints the journal as stored with --json, and nothing else", async () => {
    const context = createFakeContext({ json: true });
    const store = await storeWith(failedRun);
    await printJournal(store, "run_test", { follow: false, signal: never }, context);
    const { events } = await store.read({ run: "run_test", afterSeq: 0 });
    const lines = context.out().trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(events)));
    expect(context.err()).toBe("");
  });

  it("follows a run to its end", async () => {
    const store = await storeWith(failedRun.slice(0, 4));
    const context = createFakeContext({ json: true });
    const followed = printJournal(store, "run_test", { follow: true, signal: never }, context);
    const append = {
      run: "run_test",
      id: "2",
      expect: 4,
      fence: 1,
      events: failedRun.slice(4),
      at: Date.UTC(2026, 0, 3),
    };
    expect(await store.append([append])).toEqual([{ ok: true, seq: failedRun.length }]);
    await followed;
    const seen = context
      .out()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).seq);
    expect(seen).toEqual(failedRun.map((_, index) => index + 1));
  });

  it("stops following a run that nobody drives, and says so", async () => {
    const context = createFakeContext({ json: true });
    await printJournal(await leftRun(), "run_test", { follow: true, signal: never }, context);
    expect(context.out().trimEnd().split("\n")).toHaveLength(5);
    expect(context.err()).toBe("nobody drives the run; `aiw resume run_test` goes on with it\n");
  });

  it("stops following when it is told to", async () => {
    const stop = new AbortController();
    const followed = printJournal(
      await storeWith(failedRun.slice(0, 4)),
      "run_test",
      { follow: true, signal: stop.signal },
      createFakeContext(),
    );
    stop.abort();
    await followed;
  });

  it("refuses a step that the run does not have, with the nearest", async () => {
    const printed = printJournal(
      await storeWith(failedRun),
      "run_test",
      { follow: false, step: "biuld", signal: never },
      createFakeContext(),
    );
    await expect(printed).rejects.toMatchObject({ code: "usage", hint: "did you mean 'build'?" });
  });
});

describe("runs list", () => {
  const rendering = { limit: 20, isFiltered: false, now: Date.UTC(2026, 0, 2), style };

  it("shows a row a run", async () => {
    const page = await (await storeWith(failedRun)).list({});
    expect(renderRuns(page, rendering)).toMatch(/^run +workflow +status .*\nrun_test +Test +failed .* exit$/);
  });

  it("calls a run interrupted that nobody drives, and stops its duration", async () => {
    const page = await (await leftRun()).list({});
    expect(renderRuns(page, { ...rendering, now: Date.UTC(2027, 0, 1) })).toMatch(
      /^run .*\nrun_test +Test +interrupted .* 0\.0s\nnext: `aiw resume run_test`/,
    );
  });

  it("says what to do when there is none", () => {
    expect(renderRuns({ runs: [] }, rendering)).toBe("no runs yet; start one with `aiw run FILE`");
    expect(renderRuns({ runs: [] }, { ...rendering, isFiltered: true })).toBe("no run fits; `aiw runs list` shows all");
  });

  it("finds the newest run and suggests the nearest id", async () => {
    const store = await storeWith(failedRun);
    expect(await findRun(store, undefined)).toMatchObject({ run: "run_test" });
    await expect(findRun(store, "run_tset")).rejects.toMatchObject({
      code: "run_not_found",
      hint: "did you mean 'run_test'?",
    });
    await expect(findRun(undefined, undefined)).rejects.toMatchObject({ code: "run_not_found" });
  });
});

const never = new AbortController().signal;
