import type { Json } from "@aiw/core";
import { createFakeClock } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import {
  createWorld,
  origin,
  script,
  tool,
  untilAborted,
  type WorldOptions,
  within,
  workflow,
} from "./__fixtures__/world.js";

async function run(flow: ReturnType<typeof workflow>, options: WorldOptions = {}, inputs: Record<string, Json> = {}) {
  const clock = createFakeClock();
  const world = createWorld({ clock, ...options });
  const handle = await within(clock, world.engine.start({ workflow: flow, origin, inputs, run: "r" }));
  const summary = await within(clock, handle.done);
  const events = await world.events("r");
  await world.engine.close();
  return { summary, events, spawner: world.spawner };
}

const failing = { exitCode: 3, stderr: "first line\nno such thing\n" };
const retry = { attempts: 2, backoff: "constant", delayMs: 1_000, maxDelayMs: 1_000 } as const;

describe("the end of an attempt", () => {
  it("fails the run at a non-zero exit code and skips what waits for the step", async () => {
    const flow = workflow([script("a", "a"), script("b", "b", { needs: ["a"] }), script("c", "c", { needs: ["b"] })]);
    const { summary } = await run(flow, { scripts: () => failing });
    expect(summary).toMatchObject({
      status: "failed",
      reason: "step",
      step: "a",
      error: { code: "exit", message: "step a ended with exit code 3: no such thing" },
      steps: { a: "failed", b: "skipped", c: "skipped" },
    });
  });

  it("lets running steps finish after a failure, and starts nothing more", async () => {
    let finish = () => {};
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const flow = workflow([tool("bad", "bad"), tool("slow", "slow"), tool("next", "ok", { needs: ["slow"] })]);
    const { summary, events } = await run(flow, {
      operations: {
        bad: () => {
          setTimeout(finish, 20);
          return { status: "failed", error: { code: "tool_failed", message: "no" } };
        },
        slow: () => slow.then(() => "done"),
        ok: () => 1,
      },
    });
    expect(summary.steps).toEqual({ bad: "failed", slow: "completed", next: "skipped" });
    expect(events.find((event) => event.type === "step.skipped")).toMatchObject({
      step: "next",
      data: { cause: "failed" },
    });
  });

  it("goes on after a failed step with on-error: continue", async () => {
    const flow = workflow([script("a", "a", { onError: "continue" }), script("b", "b", { needs: ["a"] })], {
      outputs: { code: "steps.a.error.code", text: "steps.b.text" },
    });
    const { summary } = await run(flow, { scripts: (text) => (text === "a" ? failing : { stdout: "fine" }) });
    expect(summary).toMatchObject({ status: "completed", outputs: { code: "exit", text: "fine" } });
    expect(summary.steps).toEqual({ a: "failed", b: "completed" });
  });

  it("retries as often as asked, with the same key and a journaled time", async () => {
    const flow = workflow([script("a", "a", { retry })]);
    const keys: unknown[] = [];
    const { summary, events } = await run(flow, {
      scripts: (_, spec) => {
        keys.push(spec.env?.AIW_IDEMPOTENCY_KEY);
        return failing;
      },
    });
    expect(summary.status).toBe("failed");
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    const nexts = events.flatMap((event) => (event.type === "step.attempt_failed" ? [event.data.next.do] : []));
    expect(nexts).toEqual(["retry", "retry", "stop"]);
    for (const event of events) {
      if (event.type !== "step.attempt_failed" || event.data.next.do !== "retry") continue;
      const { at } = event.data.next;
      const next = events.find((later) => later.seq > event.seq && later.type === "step.started");
      expect(next?.at).toBeGreaterThanOrEqual(at);
    }
  });

  it("skips a step whose condition is false and counts it as done", async () => {
    const flow = workflow([script("a", "a", { if: "inputs.go" }), script("b", "b", { needs: ["a"] })], {
      inputs: { go: { schema: { type: "boolean" }, required: true } },
      outputs: { a: "steps.a.status" },
    });
    const { summary, events } = await run(flow, {}, { go: false });
    expect(summary).toMatchObject({
      status: "completed",
      steps: { a: "skipped", b: "completed" },
      outputs: { a: "skipped" },
    });
    expect(events.find((event) => event.type === "step.skipped")?.data).toEqual({ cause: "if" });
  });

  it("applies fail-if to what the attempt gave", async () => {
    const flow = workflow([
      script("a", "a", {
        failIf: "text contains 'bad' || exit_code != 0".replace(" contains 'bad'", ".contains('bad')"),
      }),
    ]);
    const { summary } = await run(flow, { scripts: () => ({ stdout: "a bad day" }) });
    expect(summary).toMatchObject({ status: "failed", error: { code: "condition_failed" } });
  });

  it("refuses output that does not fit its type, and text that is no JSON", async () => {
    const output = {
      type: "object",
      properties: { n: { type: "integer" } },
      required: ["n"],
      additionalProperties: false,
    };
    const flow = workflow([
      script("a", '{"n":"x"}', { output, onError: "continue" }),
      script("b", "words", { output, onError: "continue" }),
    ]);
    const { events } = await run(flow, { scripts: (text) => ({ stdout: text }) });
    const errors = events.flatMap((event) => (event.type === "step.failed" ? [event.data.error] : []));
    expect(errors.map((error) => error.code)).toEqual(["invalid_output", "invalid_output"]);
    expect(errors.map((error) => error.message).join()).toContain("n is a string");
  });

  it("fails the step, not the driver, when an expression fails", async () => {
    const flow = workflow([script("a", "a", { env: { X: { t: "expr", expr: "1 / 0" } } })]);
    const { summary } = await run(flow);
    expect(summary).toMatchObject({ status: "failed", step: "a", error: { code: "expression_failed" } });
  });

  it("refuses NUL and 200 KB in the environment before anything starts", async () => {
    for (const value of ["a\0b", "x".repeat(200_000)]) {
      const flow = workflow([script("a", "a", { env: { X: { t: "expr", expr: "inputs.x" } } })], {
        inputs: { x: { schema: { type: "string" }, required: true } },
      });
      const { summary, spawner } = await run(flow, {}, { x: value });
      expect(summary.error?.code).toBe("env_invalid");
      expect(spawner.specs).toEqual([]);
    }
  });

  it("ends an attempt at its time-out and at silence", async () => {
    const flow = workflow([
      tool("long", "hang", { timeoutMs: 5_000, onError: "continue" }),
      tool("silent", "hang", { idleTimeoutMs: 2_000, onError: "continue" }),
    ]);
    const { events } = await run(flow, {
      operations: {
        hang: async (_, { signal }) => {
          await untilAborted(signal);
          return { status: "failed", error: { code: "killed", message: "killed" } };
        },
      },
    });
    const codes = events.flatMap((event) => (event.type === "step.failed" ? [event.data.error.code] : []));
    expect(codes.sort()).toEqual(["idle_timeout", "timeout"]);
  });

  it("ends the run at its total time", async () => {
    const flow = workflow([tool("a", "hang"), tool("b", "hang", { needs: ["a"] })], { timeoutMs: 10_000 });
    const { summary } = await run(flow, {
      operations: {
        hang: (_, { signal }) =>
          untilAborted(signal).then(() => ({ status: "failed", error: { code: "killed", message: "k" } })),
      },
    });
    expect(summary).toMatchObject({ status: "failed", reason: "timeout", error: { code: "timeout" } });
    expect(summary.steps).toEqual({ a: "failed", b: "skipped" });
  });
});

describe("scripts", () => {
  it("get variables, input file, key and folder, and give results by $AIW_OUTPUT", async () => {
    const { readFile, writeFile, stat } = await import("node:fs/promises");
    let folderMode = 0;
    const flow = workflow(
      [
        script("a", "a", {
          env: { NAME: { t: "text", parts: ["hi ", { expr: "inputs.name" }] } },
          with: { t: "map", entries: { n: { t: "literal", value: 7 } } },
          output: { type: "object" },
        }),
      ],
      { inputs: { name: { schema: { type: "string" }, required: true } }, outputs: { all: "steps.a.output" } },
    );
    const { summary } = await run(
      flow,
      {
        scripts: async (_, { env = {}, cwd, args }) => {
          const text = (name: string) => String(env[name]);
          const input = JSON.parse(await readFile(text("AIW_INPUT"), "utf8"));
          folderMode = (await stat(text("AIW_INPUT").replace("/input.json", ""))).mode & 0o777;
          const found = { name: env.NAME, input, run: env.AIW_RUN, step: env.AIW_STEP, cwd, args: args?.slice(0, 2) };
          await writeFile(text("AIW_OUTPUT"), JSON.stringify(found));
          return { stdout: "printed" };
        },
      },
      { name: "Ann" },
    );
    expect(summary.outputs.all).toEqual({
      name: "hi Ann",
      input: { n: 7 },
      run: "r",
      step: "a",
      cwd: origin.cwd,
      args: ["-eo", "pipefail"],
    });
    expect(folderMode).toBe(0o700);
  });

  it("refuse a working directory outside the project", async () => {
    const { summary } = await run(workflow([script("a", "a", { cwd: [".."] })]));
    expect(summary.error?.code).toBe("cwd_invalid");
  });
});

describe("secrets", () => {
  const secrets = { TOKEN: "s3cr3t-value-1234" };
  const flow = workflow(
    [
      script("a", "a", {
        env: {
          T: { t: "expr", expr: "secrets.TOKEN" },
          H: { t: "text", parts: ["Bearer ", { expr: "secrets.TOKEN" }] },
        },
        retry: { attempts: 1, backoff: "constant", delayMs: 10, maxDelayMs: 10 },
      }),
    ],
    { secrets: ["TOKEN"], outputs: { text: "steps.a.text" } },
  );

  it("reach the process and no event, also in a retry", async () => {
    const seen: string[] = [];
    const { summary, events } = await run(flow, {
      secrets,
      scripts: (_, { env = {} }) => {
        for (const name of ["T", "H"]) {
          const value = env[name];
          seen.push(typeof value === "object" ? value.reveal() : String(value));
        }
        return seen.length === 2 ? { exitCode: 1, stderr: secrets.TOKEN } : { stdout: `leak ${secrets.TOKEN}` };
      },
    });
    expect(seen).toEqual([secrets.TOKEN, `Bearer ${secrets.TOKEN}`, secrets.TOKEN, `Bearer ${secrets.TOKEN}`]);
    expect(summary.outputs.text).toBe("leak [redacted]");
    expect(JSON.stringify(events)).not.toContain(secrets.TOKEN);
  });

  it("are asked for before anything is written", async () => {
    await expect(run(flow)).rejects.toMatchObject({ code: "secret_missing" });
    await expect(run(flow, { secrets: { TOKEN: "abc" } })).rejects.toMatchObject({ code: "secret_unsafe" });
  });
});

describe("inputs", () => {
  const flow = workflow([], {
    inputs: {
      n: { schema: { type: "integer" }, required: true },
      word: { schema: { type: "string", default: "x" }, required: false },
      maybe: { schema: { type: "string" }, required: false },
    },
    outputs: { n: "inputs.n", word: "inputs.word", maybe: "inputs.maybe" },
  });

  it("are checked, and get their defaults", async () => {
    const { summary } = await run(flow, {}, { n: 3 });
    expect(summary).toMatchObject({ status: "completed", outputs: { n: 3, word: "x", maybe: null } });
    await expect(run(flow, {}, {})).rejects.toMatchObject({ code: "input_missing" });
    await expect(run(flow, {}, { n: "3" })).rejects.toMatchObject({ code: "input_invalid" });
    await expect(run(flow, {}, { n: 3, m: 1 })).rejects.toMatchObject({ code: "input_unknown" });
  });
});
