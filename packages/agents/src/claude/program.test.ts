import type { AgentRequest } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { createClaudeAgent } from "./agent.js";
import { claudeProgram } from "./program.js";

const program = claudeProgram({
  command: "claude",
  env: {},
  maxRetries: 0,
  maxTurns: undefined,
  maxBudgetUsd: undefined,
  hasSandbox: true,
});

function argsOf(request: Partial<AgentRequest>): readonly string[] {
  const place = { cwd: "/work", folder: "/scratch", containment: "group" } as const;
  return program.buildCommand({ prompt: "Do it.", ...request }, place).args;
}

describe("claude's command line", () => {
  it("goes on with a session, and leaves it as it is when asked to", () => {
    expect(argsOf({}).join(" ")).not.toContain("--resume");
    expect(argsOf({ resume: "s1" }).join(" ")).toMatch(/--resume s1(?!.*--fork-session)/);
    expect(argsOf({ resume: "s1", fork: true }).join(" ")).toContain("--resume s1 --fork-session");
    expect(argsOf({ fork: true })).not.toContain("--fork-session");
  });

  it("passes an effort on and refuses one that claude does not know", () => {
    expect(argsOf({ effort: "high" }).join(" ")).toContain("--effort high");
    const agent = createClaudeAgent();
    expect(agent.check({ effort: "max" })).toEqual([]);
    expect(agent.check({ effort: "enormous" })).toMatchObject([{ code: "unsupported_option" }]);
  });
});
