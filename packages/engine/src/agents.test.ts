import type { AgentResult } from "@aiw/core";
import { createFakeClock } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { agent, createWorld, type FakeAgent, fakeAgent, origin, within, workflow } from "./__fixtures__/world.js";

const usage = { inputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 5, reasoningTokens: 0 };
const said = (text: string, more: Partial<AgentResult> = {}): AgentResult =>
  ({ status: "completed", text, usage, costUsd: 1, session: "s", ...more }) as AgentResult;
const failed = (code: string, retryable = false): AgentResult => ({
  status: "failed",
  error: { code, message: code, retryable },
});
const score = {
  type: "object",
  properties: { score: { type: "integer" } },
  required: ["score"],
  additionalProperties: false,
};

async function run(
  flow: ReturnType<typeof workflow>,
  agents: readonly FakeAgent[],
  request: { agent?: string; model?: string } = {},
) {
  const clock = createFakeClock();
  const { engine, events } = createWorld({ clock, agents });
  const handle = await within(clock, engine.start({ workflow: flow, origin, run: "r", ...request }));
  const summary = await within(clock, handle.done);
  await engine.close();
  return { summary, events: await events("r") };
}

describe("structured output", () => {
  const flow = workflow([agent("a", "judge", { output: score })], {
    outputs: { all: "steps.a.output", usage: "steps.a.usage.input_tokens" },
  });

  it("is asked for in words and found in the text", async () => {
    for (const text of ['{"score": 3}', 'Sure:\n```json\n{"score": 3}\n```', 'I say {"score": 3} because {x}']) {
      const one = fakeAgent("one", () => said(text));
      const { summary } = await run(flow, [one]);
      expect(summary.outputs.all).toEqual({ score: 3 });
      expect(one.requests[0]?.prompt).toContain('"score"');
      expect(one.requests[0]?.outputSchema).toBeUndefined();
    }
  });

  it("is forced where the agent can", async () => {
    const one = fakeAgent("one", () => said("", { structured: { score: 4 } }), { structured: "native" });
    const { summary } = await run(flow, [one]);
    expect(summary.outputs.all).toEqual({ score: 4 });
    expect(one.requests[0]).toMatchObject({ prompt: "judge", outputSchema: score });
  });

  it("gets one repair turn in the same attempt, and what both used is added", async () => {
    const one = fakeAgent("one", (_request, _context, count) =>
      said(count === 1 ? '{"score": "high"}' : '{"score": 9}'),
    );
    const { summary, events } = await run(flow, [one]);
    expect(summary).toMatchObject({ status: "completed", outputs: { all: { score: 9 }, usage: 20 }, costUsd: 2 });
    expect(one.requests[1]).toMatchObject({ resume: "s" });
    expect(one.requests[1]?.prompt).toContain("score is a string");
    expect(events.filter((event) => event.type === "step.started")).toHaveLength(1);
  });

  it("that never fits is invalid_output", async () => {
    const { summary } = await run(flow, [fakeAgent("one", () => said("no idea"))]);
    expect(summary.error?.code).toBe("invalid_output");
    expect(summary.costUsd).toBe(2);
  });
});

describe("choosing agents", () => {
  it("auto takes the first healthy one; none is exit 6 with a hint", async () => {
    const ill = fakeAgent("ill", () => said("x"), { healthy: false });
    const well = fakeAgent("well", () => said("y"));
    const { summary } = await run(workflow([agent("a", "x")], { outputs: { by: "steps.a.agent" } }), [ill, well]);
    expect(summary.outputs.by).toBe("well");
    await expect(run(workflow([agent("a", "x")]), [ill])).rejects.toMatchObject({ code: "agent_none" });
    const unknown = workflow([agent("a", "x", { agent: [{ agent: "nobody" }] })]);
    await expect(run(unknown, [well])).rejects.toMatchObject({ code: "agent_not_found" });
  });

  it("retries the same agent, then fails over to the next with its own model", async () => {
    const one = fakeAgent("one", () => failed("rate_limit", true));
    const two = fakeAgent("two", () => said("two did it"));
    const step = agent("a", "x", {
      agent: [{ agent: "one" }, { agent: "two", model: "big" }],
      retry: { attempts: 1, backoff: "constant", delayMs: 100, maxDelayMs: 100 },
    });
    const { summary, events } = await run(workflow([step], { outputs: { by: "steps.a.agent" } }), [one, two]);
    expect(summary.outputs.by).toBe("two");
    expect([one.requests.length, two.requests.length]).toEqual([2, 1]);
    expect(two.requests[0]?.model).toBe("big");
    const nexts = events.flatMap((event) => (event.type === "step.attempt_failed" ? [event.data.next.do] : []));
    expect(nexts).toEqual(["retry", "failover"]);
    expect(events.find((event) => event.type === "step.failed_over")?.data).toEqual({
      from: "one",
      to: "two",
      reason: "rate_limit",
    });
  });

  it("passes over an agent that is not healthy and says so", async () => {
    const ill = fakeAgent("ill", () => said("x"), { healthy: false });
    const well = fakeAgent("well", () => said("y"));
    const step = agent("a", "x", { agent: [{ agent: "ill" }, { agent: "well" }] });
    const { events } = await run(workflow([step]), [ill, well]);
    const started = events.find((event) => event.type === "step.started");
    expect(started?.data).toMatchObject({ agent: "well", passedOver: [{ agent: "ill" }] });
  });

  it("takes the caller's agent and model over the file's", async () => {
    const one = fakeAgent("one", () => said("1"));
    const two = fakeAgent("two", () => said("2"));
    const flow = workflow([agent("a", "x", { agent: [{ agent: "one", model: "m" }], model: "n" })]);
    await run(flow, [one, two], { agent: "two" });
    expect(two.requests[0]?.model).toBeUndefined();
    await run(flow, [one, two], { agent: "two/huge" });
    expect(two.requests[1]?.model).toBe("huge");
    await run(flow, [one, two], { model: "tiny" });
    expect(one.requests[0]?.model).toBe("tiny");
  });

  it("refuses what an agent cannot honour before anything is written", async () => {
    const one = {
      ...fakeAgent("one", () => said("1")),
      check: () => [{ code: "unsupported_option", message: "cannot deny net" }],
    };
    await expect(run(workflow([agent("a", "x")]), [one])).rejects.toMatchObject({ code: "unsupported_option" });
  });
});
