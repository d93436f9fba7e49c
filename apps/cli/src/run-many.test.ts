import { AiwError, type OpenWait } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { type ManyTarget, runMany, worstExit } from "./run-many.js";
import { createFakeContext, hostileText } from "./testing/fake-context.js";
import { completed, created, started } from "./testing/fake-run.js";
import { createFakeRuntime, type FakeRunPlan } from "./testing/fake-runtime.js";
import { step, workflow } from "./testing/steps.js";

const flow = (name: string) => workflow([step("say")], name);
const target = (name: string): ManyTarget => {
  const origin = { folder: "/flows", cwd: "/flows", bundle: false };
  return { name: `${name}.md`, request: { workflow: flow(name), origin } };
};
const events = (name: string) => [created(flow(name)), started("say"), completed("say")];
const failed: FakeRunPlan = {
  summary: { status: "failed", reason: "step", error: { code: "exit", message: "no" } },
};

async function run(
  plans: Readonly<Record<string, FakeRunPlan>>,
  { maxParallel = 2, json = false, names = Object.keys(plans) } = {},
) {
  const fake = createFakeRuntime(plans);
  const context = createFakeContext({ json });
  const signal = new AbortController().signal;
  const code = await runMany(fake.runtime, names.map(target), { maxParallel, signal }, context);
  return { code, fake, out: context.out(), err: context.err() };
}

describe("several runs", () => {
  it("prints each event with the name of its target, then a table", async () => {
    const { code, out } = await run({ a: { events: events("a") }, bee: { events: events("bee") } });
    expect(code).toBe(0);
    const lines = out.split("\n");
    expect(lines.filter((line) => line.startsWith("a.md   │"))).toEqual([
      expect.stringContaining("created"),
      expect.stringContaining("say  started"),
      expect.stringContaining("say  ok"),
    ]);
    expect(lines.filter((line) => line.startsWith("bee.md │"))).toHaveLength(3);
    expect(out).toMatch(
      /✔ +a\.md +completed +1\.0s +run_a\n✔ +bee\.md +completed +1\.0s +run_bee\n\n2 workflows: 2 completed\n$/,
    );
  });

  it("prints what completed runs give", async () => {
    const outputs = { report: "one\ntwo\u001b[2J", score: 7 };
    const { out } = await run({ a: { summary: { outputs } }, b: failed });
    expect(out).toMatch(/^a\.md │ report: one\na\.md │ two\na\.md │ score: 7\n/);
  });

  it("keeps at most so many open, and starts the next when one ends", async () => {
    const gates = new Map(["a", "b", "c", "d", "e"].map((name) => [name, Promise.withResolvers<void>()]));
    const plans = Object.fromEntries([...gates].map(([name, { promise }]) => [name, { until: promise }]));
    const fake = createFakeRuntime(plans);
    const signal = new AbortController().signal;
    const all = runMany(fake.runtime, Object.keys(plans).map(target), { maxParallel: 2, signal }, createFakeContext());
    await settled();
    expect(fake.started).toEqual(["a", "b"]);
    gates.get("b")?.resolve();
    await settled();
    expect(fake.started).toEqual(["a", "b", "c"]);
    for (const { resolve } of gates.values()) resolve();
    expect(await all).toBe(0);
    expect([fake.started.length, fake.most()]).toEqual([5, 2]);
  });

  it("goes on with the others when one fails or cannot be started", async () => {
    const refuse = new AiwError("agent_none", "no agent", { hint: "log in" });
    const { code, out, fake } = await run({ a: failed, b: { refuse }, c: {} }, { maxParallel: 1 });
    expect(code).toBe(6);
    expect(fake.started).toEqual(["a", "c"]);
    expect(out).toContain("b.md │ error[agent_none] no agent\nb.md │ help: log in\n");
    expect(out).toMatch(/✖ +a\.md +failed +1\.0s +run_a +aiw resume run_a\n✖ +b\.md +not started: agent_none *\n/);
    expect(out).toContain("3 workflows: 1 completed, 1 failed, 1 not started");
  });

  it("says how to go on with one that waits", async () => {
    const waits: OpenWait[] = [{ step: "ask", waits: "approval", since: 0 }];
    const { code, out } = await run({ a: { summary: { status: "suspended", waits } } });
    expect(code).toBe(20);
    expect(out).toMatch(/◌ +a\.md +paused +1\.0s +run_a +aiw approve run_a\n/);
  });

  it("prints with --json the events of all runs, then a summary each, and nothing else", async () => {
    const refuse = new AiwError("input_missing", "input 'x' has no value");
    const { code, out, err } = await run({ a: { events: events("a") }, b: failed, c: { refuse } }, { json: true });
    expect(code).toBe(2);
    const rows = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows.slice(0, 3)).toEqual([1, 2, 3].map((seq) => expect.objectContaining({ run: "run_a", seq })));
    expect(rows.slice(3)).toEqual([
      expect.objectContaining({ type: "summary", run: "run_a", status: "completed", target: "a.md" }),
      expect.objectContaining({ type: "summary", run: "run_b", status: "failed", target: "b.md" }),
      expect.objectContaining({ type: "summary", run: null, reason: "refused", target: "c.md" }),
    ]);
    expect(err).toContain("3 workflows: 1 completed, 1 failed, 1 not started");
  });

  it("tells the same file apart when it is named twice", async () => {
    const { out } = await run({ a: {} }, { names: ["a", "a"] });
    expect(out).toMatch(/a\.md +completed[^\n]*\n✔ +a\.md \(2\) +completed/);
  });

  it("lets no text from outside steer the terminal", async () => {
    const { out } = await run({ a: { events: [created(flow(hostileText))] } });
    expect(out.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });
});

describe("an interruption", () => {
  it("stops what runs, starts nothing more, and says how to go on", async () => {
    const stop = new AbortController();
    const never = new Promise<void>(() => undefined);
    const fake = createFakeRuntime({ a: { until: never, summary: { steps: { say: "running" } } }, b: {} });
    const context = createFakeContext();
    const options = { maxParallel: 1, signal: stop.signal };
    const all = runMany(fake.runtime, ["a", "b"].map(target), options, context);
    await settled();
    stop.abort();
    expect(await all).toBe(130);
    expect([fake.started, fake.isClosed()]).toEqual([["a"], true]);
    const text = context.out();
    expect(text).toMatch(/◌ +a\.md +stopped +1\.0s +run_a +aiw resume run_a\n· +b\.md +not started/);
  });
});

describe("the exit code", () => {
  it.each([
    [[], 0],
    [[0, 0], 0],
    [[0, 20], 20],
    [[20, 1], 1],
    [[1, 3], 3],
    [[3, 5, 1], 5],
    [[5, 4], 4],
    [[4, 6, 20], 6],
    [[7, 6], 7],
    [[7, 2], 2],
    [[2, 130, 0], 130],
    [[0, 99], 99],
  ])("of %j is %i", (codes, worst) => {
    expect(worstExit(codes)).toBe(worst);
  });
});

/** Lets everything that can go on now do so. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
