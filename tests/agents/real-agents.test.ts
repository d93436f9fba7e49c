import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AgentRequest, AttemptContext, Usage } from "@aiw/core";
import { AiwError } from "@aiw/core";
import { afterEach, describe, expect, it } from "vitest";
import { type Desk, openDesk } from "./desk.js";
import type { Scenario } from "./fake-model/scenario.js";
import { findRealAgent, isRequired, type RealAgent } from "./programs.js";

interface Expected {
  readonly model: string;
  readonly usage: { readonly text: Usage; readonly write: Usage };
  readonly textCostUsd: number | undefined;
}

/** The same answers of the fake model in each agent's own counting, normalised. */
const agents: Readonly<Record<RealAgent, Expected>> = {
  claude: {
    model: "claude-sonnet-4-5",
    usage: {
      text: { inputTokens: 1200, cacheReadTokens: 800, cacheWriteTokens: 100, outputTokens: 34, reasoningTokens: 0 },
      write: { inputTokens: 2600, cacheReadTokens: 1600, cacheWriteTokens: 200, outputTokens: 55, reasoningTokens: 0 },
    },
    textCostUsd: 0.004725,
  },
  codex: {
    model: "gpt-5.1-codex",
    usage: {
      text: { inputTokens: 1200, cacheReadTokens: 800, cacheWriteTokens: 0, outputTokens: 46, reasoningTokens: 12 },
      write: { inputTokens: 2600, cacheReadTokens: 1600, cacheWriteTokens: 0, outputTokens: 79, reasoningTokens: 24 },
    },
    textCostUsd: undefined,
  },
};

const hello: Scenario = { do: "text", text: "The fake model says hello." };
const writing = { do: "write", path: "hello.txt", content: "hello from the fake model", text: "Written." } as const;

for (const name of ["claude", "codex"] as const) {
  const command = findRealAgent(name);
  if (command === undefined && !isRequired) {
    const reason = `skipped: the real ${name} is not installed; run \`node scripts/agents.mjs\``;
    process.stderr.write(`${reason}\n`);
    describe.skip(`the real ${name} (${reason})`, () => it("runs", () => {}));
  } else {
    describe(`the real ${name}`, () => describeReal(name, command ?? `/missing/${name}`));
  }
}

function describeReal(name: RealAgent, command: string): void {
  const expected = agents[name];
  let desk: Desk;
  const open = async (scenario: Scenario) => {
    desk = await openDesk(name, command, scenario);
    return desk;
  };
  const run = (request: Partial<AgentRequest> = {}, overrides: Partial<AttemptContext> = {}) =>
    desk.agent.run({ prompt: "Do it.", model: expected.model, ...request }, desk.context(overrides));
  afterEach(async () => {
    const { wanted } = desk.egress;
    await desk.close();
    expect(wanted, "nothing but the model's endpoint is reached").toEqual([]);
  });

  it("is healthy, without a model call", async () => {
    const { agent, model, spawner, cwd } = await open(hello);
    const health = await agent.health({ spawner, cwd, signal: new AbortController().signal });
    expect(health).toMatchObject({ ok: true, version: name === "claude" ? "2.1.330" : "0.169.0" });
    expect(model.requests).toEqual([]);
  });

  it("answers with text, its session, model and usage", async () => {
    const { model, seen } = await open(hello);
    const result = await run({ instructions: "Be brief: standing instruction." });
    expect(result).toMatchObject({ status: "completed", text: "The fake model says hello." });
    expect(result.usage).toEqual(expected.usage.text);
    expect(result.costUsd).toBe(expected.textCostUsd);
    expect(model.requests).toHaveLength(1);
    expect(JSON.stringify(model.requests[0]?.body)).toContain("Be brief: standing instruction.");
    expect(seen).toContainEqual({ type: "session", id: expect.any(String) });
    expect(seen.some((update) => update.type === "text")).toBe(true);
  });

  it("writes a file through a tool", async () => {
    const { cwd, model, seen } = await open(writing);
    const result = await run();
    expect(result).toMatchObject({ status: "completed", text: "Written." });
    expect(readFileSync(join(cwd, "hello.txt"), "utf8")).toBe("hello from the fake model");
    expect(result.usage).toEqual(expected.usage.write);
    expect(model.requests).toHaveLength(2);
    expect(seen.some((update) => update.type === "tool")).toBe(true);
  });

  it("writes nothing when it may not", async () => {
    const { cwd } = await open(writing);
    const result = await run({ permissions: { write: [] } });
    expect(result.status).toBe("completed");
    expect(existsSync(join(cwd, "hello.txt"))).toBe(false);
  });

  it("writes nothing outside its workspace", async () => {
    const { cwd } = await open({ ...writing, path: "../outside.txt" });
    await run();
    expect(existsSync(join(cwd, "..", "outside.txt"))).toBe(false);
  });

  it("runs commands in its own sandbox, without a network or a way out of the workspace", async () => {
    const probe = "echo ran > ran.txt; touch ../outside.txt; curl -sS -m 3 http://127.0.0.1:9/ || echo none > net.txt";
    const { cwd } = await open({ do: "shell", command: probe, text: "Done." });
    expect(await run()).toMatchObject({ status: "completed" });
    expect(readFileSync(join(cwd, "ran.txt"), "utf8")).toBe("ran\n");
    expect(existsSync(join(cwd, "net.txt"))).toBe(true);
    expect(existsSync(join(cwd, "..", "outside.txt"))).toBe(false);
  });

  it("keeps its key from the model's commands", async () => {
    const { cwd } = await open({ do: "shell", command: "env > env.txt", text: "Done." });
    expect(await run()).toMatchObject({ status: "completed" });
    expect(readFileSync(join(cwd, "env.txt"), "utf8")).not.toContain("sk-dummy");
  });

  it("gives structured output that fits the schema", async () => {
    const { model } = await open({ do: "structured", value: { answer: "forty-two", score: 42 } });
    const outputSchema = {
      type: "object",
      properties: { answer: { type: "string" }, score: { type: "integer" }, note: { type: "string" } },
      required: ["answer", "score"],
      additionalProperties: false,
    };
    const result = await run({ outputSchema });
    expect(result).toMatchObject({ status: "completed", structured: { answer: "forty-two", score: 42 } });
    expect(model.requests).toHaveLength(1);
  });

  it("gives a structured value that is no object", async () => {
    await open({ do: "structured", value: { value: ["a", "b"] } });
    const result = await run({ outputSchema: { type: "array", items: { type: "string" } } });
    expect(result).toMatchObject({ status: "completed", structured: ["a", "b"] });
  });

  it("goes on with its session and counts this run alone", async () => {
    const { model } = await open(hello);
    const first = await run();
    const second = await run({ prompt: "And again.", resume: first.session });
    const third = await run({ prompt: "And once more.", resume: second.session });
    for (const result of [second, third]) {
      expect(result).toMatchObject({ status: "completed" });
      expect(result.usage).toEqual(expected.usage.text);
      if (expected.textCostUsd !== undefined) expect(result.costUsd).toBeCloseTo(expected.textCostUsd, 9);
    }
    expect(JSON.stringify(model.requests[2]?.body)).toContain("And again.");
  });

  it("forks a session: the new one knows what was said, the old one hears nothing of it", async () => {
    const { model } = await open(hello);
    const first = await run();
    const forked = await run({ prompt: "In the fork.", resume: first.session, fork: true });
    expect(forked).toMatchObject({ status: "completed" });
    expect(forked.usage).toEqual(expected.usage.text);
    if (expected.textCostUsd !== undefined) expect(forked.costUsd).toBeCloseTo(expected.textCostUsd, 9);
    expect(threadOf(forked.session)).not.toBe(threadOf(first.session));
    const further = await run({ prompt: "Further.", resume: forked.session });
    expect(further.usage).toEqual(expected.usage.text);
    await run({ prompt: "Back at the start.", resume: first.session });
    const [, inFork, inFurther, back] = model.requests.map(({ body }) => JSON.stringify(body));
    expect(inFork).toContain("Do it.");
    expect(inFurther).toContain("In the fork.");
    expect(back).toContain("Do it.");
    expect(back).not.toContain("In the fork.");
  });

  it("passes the effort on to the model", async () => {
    const { model } = await open(hello);
    // Older models of claude know no effort.
    const of = name === "claude" ? { model: "claude-opus-4-6" } : {};
    expect(await run({ ...of, effort: "medium" })).toMatchObject({ status: "completed" });
    expect(JSON.stringify(model.requests[0]?.body).includes('"effort":"medium"')).toBe(true);
  });

  it("names a session that is gone", async () => {
    await open(hello);
    const result = await run({ resume: "00000000-0000-4000-8000-000000000000" });
    expect(result).toMatchObject({ status: "failed", error: { code: "agent_crashed" } });
    expect(result.status === "failed" && result.error.message).toContain("session");
  });

  const failures: readonly (readonly [string, Scenario, string, boolean])[] = [
    ["a refused key", { do: "status", status: 401 }, "auth", false],
    ["a missing model", { do: "status", status: 404 }, "model_not_found", false],
    ["a rate limit", { do: "status", status: 429 }, "rate_limit", true],
    ["a broken service", { do: "status", status: 500 }, "overloaded", true],
    ["an overloaded service", { do: "status", status: 529 }, "overloaded", true],
    ["a prompt that does not fit", { do: "overflow" }, "context_overflow", false],
    ["a cut connection", { do: "drop" }, "network", true],
  ];
  it.each(failures)("names %s", async (_, scenario, code, isRetryable) => {
    await open(scenario);
    const result = await run();
    expect(result).toMatchObject({ status: "failed", error: { code } });
    expect(result.status === "failed" && (result.error.retryable ?? false)).toBe(isRetryable);
    expect(result.status === "failed" && result.error.hint).toBeTruthy();
  });

  it("ends soon after a cancel, with nothing alive and the request given up", async () => {
    const { model, spawner } = await open({ do: "hang" });
    const controller = new AbortController();
    const context = desk.context({ signal: controller.signal });
    const pending = desk.agent.run({ prompt: "Do it.", model: expected.model }, context);
    while (model.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const start = performance.now();
    controller.abort();
    const result = await pending;
    expect(result).toMatchObject({ status: "failed", error: { code: "cancelled" }, session: expect.any(String) });
    expect(performance.now() - start).toBeLessThan(4_000);
    expect(await spawner.sweep([context.token])).toBe(0);
    await expect.poll(() => model.aborted).toBe(1);
  });

  it("reports a time-out as one", async () => {
    const { model } = await open({ do: "hang" });
    const controller = new AbortController();
    const pending = run({}, { signal: controller.signal });
    while (model.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort(new AiwError("timeout", "the time-out passed", { retryable: true }));
    expect(await pending).toMatchObject({ status: "failed", error: { code: "timeout", retryable: true } });
  });
}

/** Without the counts that codex's sessions carry. */
function threadOf(session: string | undefined): string | undefined {
  return session?.split("#")[0];
}
