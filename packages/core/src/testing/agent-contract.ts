import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isErrorCode } from "../error-codes.js";
import type { ErrorInfo } from "../errors.js";
import type { Agent, AgentRequest, AgentResult } from "../ports/agent.js";
import type { AttemptContext, Progress } from "../ports/attempt.js";

/** What the suite needs of one implementation. Made anew for each test. */
export interface AgentFixture {
  readonly agent: Agent;
  /** A context for one turn in an empty working directory. The suite replaces its signal and progress. */
  readonly context: () => AttemptContext;
  /** A turn that completes. */
  readonly works: AgentRequest;
  /** A turn that fails in a way that is to be expected. */
  readonly fails: AgentRequest;
  /** A turn that runs for minutes unless it is aborted; absent for agents that answer at once. */
  readonly hangs?: AgentRequest;
  /** A turn with an output schema; needed unless the agent's `structured` is `none`. */
  readonly structured?: AgentRequest;
  /** How many processes of the agent are alive. */
  readonly alive?: () => Promise<number>;
  readonly cleanUp?: () => Promise<void>;
}

/** Tests to leave out, with the reason. */
export interface AgentSuiteOptions {
  readonly skip?: Readonly<Record<string, string>>;
}

/** Longest time from abort to the end of a turn: a grace and a kill. */
const abortLimitMs = 5_000;

/** Contract of {@link Agent}: call it at the top level of a vitest file. */
export function describeAgent(
  name: string,
  create: () => AgentFixture | Promise<AgentFixture>,
  options: AgentSuiteOptions = {},
): void {
  describe(`agent contract: ${name}`, () => {
    let fixture: AgentFixture;
    beforeEach(async () => {
      fixture = await create();
    });
    afterEach(async () => {
      await fixture.cleanUp?.();
    });
    const test = (title: string, body: () => void | Promise<void>) => {
      const reason = options.skip?.[title];
      if (reason === undefined) it(title, body);
      else it.skip(`${title} (${reason})`, body);
    };
    const run = async (request: AgentRequest, signal = new AbortController().signal, seen: Progress[] = []) =>
      await fixture.agent.run(request, {
        ...fixture.context(),
        signal,
        progress: (progress) => {
          seen.push(progress);
        },
      });

    test("has a name that can stand in a workflow", () => {
      expect(fixture.agent.id).toMatch(/^[a-z][a-z0-9_-]*$/);
      expect(fixture.agent.id).not.toBe("auto");
    });

    test("completes with its final message", async () => {
      const result = await run(fixture.works);
      expect(result).toMatchObject({ status: "completed", text: expect.any(String) });
      expect(result.status === "completed" && result.text).not.toBe("");
    });

    test("counts tokens in disjoint parts, and names a cost only where it can", async () => {
      for (const result of [await run(fixture.works), await run(fixture.fails)]) {
        for (const count of Object.values(result.usage ?? {})) expect(count).toBeGreaterThanOrEqual(0);
        expect(result.usage?.reasoningTokens ?? 0).toBeLessThanOrEqual(result.usage?.outputTokens ?? 0);
        if (!fixture.agent.capabilities.cost) expect(result.costUsd).toBeUndefined();
        expect(result.costUsd ?? 0).toBeGreaterThanOrEqual(0);
      }
      const { usage } = await run(fixture.works);
      if (fixture.agent.capabilities.usage === "none") expect(usage).toBeUndefined();
      else expect(usage).toBeDefined();
    });

    test("returns an expected failure with a documented code", async () => {
      expectFailure(await run(fixture.fails));
    });

    test("gives signs of life", async () => {
      const seen: Progress[] = [];
      await run(fixture.works, undefined, seen);
      expect(seen.length).toBeGreaterThan(0);
    });

    test("starts nothing when it is aborted already", async () => {
      const seen: Progress[] = [];
      const result = await run(fixture.hangs ?? fixture.works, AbortSignal.abort(), seen);
      expect(result).toMatchObject({ status: "failed", error: { code: "cancelled" } });
      expect(seen).toEqual([]);
    });

    test("ends soon after it is aborted, as cancelled, with nothing left alive", async () => {
      if (fixture.hangs === undefined) return;
      const controller = new AbortController();
      const seen: Progress[] = [];
      const pending = run(fixture.hangs, controller.signal, seen);
      await until(() => seen.length > 0);
      const start = performance.now();
      controller.abort();
      expect(await pending).toMatchObject({ status: "failed", error: { code: "cancelled" } });
      expect(performance.now() - start).toBeLessThan(abortLimitMs);
      expect(await fixture.alive?.()).toBe(fixture.alive === undefined ? undefined : 0);
    });

    test("tells of its health without a model call", async () => {
      const { spawner, cwd } = fixture.context();
      const health = await fixture.agent.health({ spawner, cwd, signal: new AbortController().signal });
      if (health.ok) expect(health.warning).not.toBe("");
      else expectError(health.error);
    });

    test("accepts a request without options, and names what it cannot honour", () => {
      expect(fixture.agent.check({})).toEqual([]);
      const everything = { read: ["docs/"], write: ["docs/"], run: ["git"], net: ["example.com"] };
      const problems = fixture.agent.check({ model: "no such model", permissions: everything, tools: ["nothing"] });
      expect(problems.length).toBeGreaterThan(0);
      for (const problem of problems) expectError(problem);
    });

    test("gives structured output as its capabilities say", async () => {
      const outputSchema = { type: "object", properties: { answer: { type: "string" } }, required: ["answer"] };
      switch (fixture.agent.capabilities.structured) {
        case "none": {
          const refused = await run({ ...fixture.works, outputSchema });
          expect(refused).toMatchObject({ status: "failed", error: { code: "agent_refused" } });
          expect(fixture.agent.check({ outputSchema })).not.toEqual([]);
          return;
        }
        case "native": {
          const result = await run({ outputSchema, ...needed(fixture.structured) });
          expect(result.status === "completed" && result.structured).toBeTypeOf("object");
          return;
        }
        case "instruction":
          expect(await run({ outputSchema, ...needed(fixture.structured) })).toMatchObject({ status: "completed" });
      }
    });

    test("names its session while it runs, and goes on with it", async () => {
      if (!fixture.agent.capabilities.resume) return;
      const seen: Progress[] = [];
      const first = await run(fixture.works, undefined, seen);
      expect(seen.some((progress) => progress.type === "session")).toBe(true);
      expect(first.session).toBeTypeOf("string");
      expect(await run({ ...fixture.works, resume: first.session })).toMatchObject({ status: "completed" });
    });

    test("goes on with its session in a new one, where it can fork", async () => {
      if (fixture.agent.capabilities.fork !== true) return;
      const first = await run(fixture.works);
      const forked = await run({ ...fixture.works, resume: first.session, fork: true });
      expect(forked).toMatchObject({ status: "completed", session: expect.any(String) });
    });

    test("serves turns at the same time without mixing them up", async () => {
      const [first, failed, second] = await Promise.all([run(fixture.works), run(fixture.fails), run(fixture.works)]);
      expect(first).toMatchObject({ status: "completed" });
      expect(second).toMatchObject({ status: "completed", text: first.text });
      expectFailure(failed);
    });
  });
}

function expectFailure(result: AgentResult): void {
  expect(result.status).toBe("failed");
  if (result.status === "failed") expectError(result.error);
}

function expectError(error: ErrorInfo): void {
  expect(error.message).not.toBe("");
  expect(isErrorCode(error.code)).toBe(true);
}

function needed(request: AgentRequest | undefined): AgentRequest {
  if (request === undefined) throw new Error("the fixture of an agent with structured output needs `structured`");
  return request;
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
}
