import type { AgentStep } from "@aiw/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AttemptBench, createAttemptBench } from "../__fixtures__/attempts.js";
import { agent, type FakeAgent, fakeAgent } from "../__fixtures__/world.js";

let bench: AttemptBench;
beforeEach(() => {
  bench = createAttemptBench();
});
afterEach(() => bench.close());

/** Answers badly first, each time in the session that it names. */
function helper(fork: boolean): FakeAgent {
  return fakeAgent(
    "helper",
    (request, _, count) => ({
      status: "completed",
      text: count % 2 === 1 ? "no JSON" : "7",
      session: request.fork === true ? `fork of ${request.resume}` : (request.resume ?? "new"),
    }),
    { fork },
  );
}

function ask(
  to: FakeAgent,
  more: { readonly resume?: string; readonly sessionFork?: boolean },
  step?: Partial<AgentStep>,
) {
  const { resume, sessionFork } = more;
  const options = { effort: "high" };
  return bench.run(agent("a", "Go", step), { work: { kind: "agent", agent: to, options, resume }, sessionFork });
}

describe("the session of an agent step", () => {
  it("is forked when it is another step's, and its own after an interruption", async () => {
    const forker = helper(true);
    expect(await ask(forker, { resume: "s1", sessionFork: true })).toMatchObject({ session: "fork of s1" });
    expect(await ask(forker, { resume: "s1", sessionFork: false })).toMatchObject({ session: "s1" });
    expect(await ask(forker, { sessionFork: true })).toMatchObject({ session: "new" });
    expect(forker.requests.map(({ fork, resume }) => [fork, resume])).toEqual([
      [true, "s1"],
      [undefined, "s1"],
      [undefined, undefined],
    ]);
  });

  it("is resumed where the agent cannot fork", async () => {
    const other = helper(false);
    expect(await ask(other, { resume: "s1", sessionFork: true })).toMatchObject({ session: "s1" });
    expect(other.requests[0]).not.toHaveProperty("fork");
  });

  it("goes on in the fork when its answer has to be repaired", async () => {
    const forker = helper(true);
    const result = await ask(forker, { resume: "s1", sessionFork: true }, { output: { type: "integer" } });
    expect(result).toMatchObject({ status: "completed", output: 7, session: "fork of s1" });
    expect(forker.requests[1]).toMatchObject({ resume: "fork of s1", effort: "high" });
    expect(forker.requests[1]).not.toHaveProperty("fork");
  });
});
