import type { Progress, Usage } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { readCapture } from "./__fixtures__/bench.js";
import { createClaudeParser } from "./claude/parser.js";
import { claudeProgram } from "./claude/program.js";
import { classifyTurn } from "./cli/classify.js";
import type { CliExit, CliParser, CliProgram } from "./cli/program.js";
import { createCodexParser } from "./codex/parser.js";
import { codexProgram } from "./codex/program.js";

const programs: Readonly<Record<"claude" | "codex", CliProgram>> = {
  claude: claudeProgram({
    command: "claude",
    env: {},
    maxRetries: 0,
    maxTurns: undefined,
    maxBudgetUsd: undefined,
    hasSandbox: true,
  }),
  codex: codexProgram({ command: "codex", env: {}, provider: undefined, maxRetries: 0, config: {} }),
};

type Counts = readonly [input: number, read: number, written: number, output: number, reasoning: number];

function usageOf([inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens]: Counts): Usage {
  return { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens };
}

function read(parser: CliParser, lines: readonly string[]): readonly Progress[] {
  return lines.flatMap((line) => parser.push(line));
}

function exited(exitCode: number): CliExit {
  return { exitCode, signal: null, ended: "exit" };
}

describe("usage of recorded runs, in one meaning for all agents", () => {
  const claude: readonly (readonly [string, Counts, number])[] = [
    ["text", [1200, 800, 100, 34, 0], 0.004725],
    ["write", [2600, 1600, 200, 55, 0], 0.009855],
    ["structured", [1200, 800, 100, 34, 0], 0.004725],
    // On resume, `total_cost_usd` is that of the whole session.
    ["res2", [1200, 800, 100, 34, 0], 0.004725],
    // Stopped by a limit, `usage` leaves out the last turn.
    ["budget", [3600, 2400, 300, 102, 0], 0.014175],
    ["maxturns", [2400, 1600, 200, 68, 0], 0.00945],
    ["401-noretry", [0, 0, 0, 0, 0], 0],
  ];
  it.each(claude)("claude: %s", (name, counts, costUsd) => {
    const parser = createClaudeParser({}, () => 0);
    read(parser, readCapture("claude", name));
    expect(parser.state.usage).toEqual(usageOf(counts));
    expect(parser.state.costUsd ?? 0).toBeCloseTo(costUsd, 9);
  });

  const codex: readonly (readonly [string, Counts])[] = [
    ["text", [1200, 800, 0, 46, 12]],
    ["write", [2600, 1600, 0, 79, 24]],
    ["shell", [2400, 1600, 0, 92, 24]],
    ["structured", [1200, 800, 0, 46, 12]],
  ];
  it.each(codex)("codex: %s", (name, counts) => {
    const parser = createCodexParser({});
    read(parser, readCapture("codex", name));
    expect(parser.state.usage).toEqual(usageOf(counts));
    expect(parser.state.costUsd).toBeUndefined();
  });

  it("codex: subtracts what an earlier run of the thread had used", () => {
    const first = createCodexParser({});
    read(first, readCapture("codex", "res1"));
    const second = createCodexParser({ resume: first.state.session });
    const seen = read(second, readCapture("codex", "res2"));
    expect(second.state.usage).toEqual(usageOf([1200, 800, 0, 46, 12]));
    expect(seen).toContainEqual({ type: "session", id: first.state.session });
    expect(second.state.session).toBe("01a20238-95a6-7ad0-b672-acaacedcb8bd#2400.1600.0.92.24");
  });
});

describe("ends of recorded runs", () => {
  const ends: readonly (readonly ["claude" | "codex", string, number, string])[] = [
    ["claude", "text", 0, "completed"],
    ["claude", "flaky-429", 0, "completed"],
    ["claude", "denied-dontask", 0, "completed"],
    ["claude", "401-noretry", 1, "auth"],
    ["claude", "429-noretry", 1, "rate_limit"],
    ["claude", "529-noretry", 1, "overloaded"],
    ["claude", "error-404", 1, "model_not_found"],
    ["claude", "context-overflow", 1, "context_overflow"],
    ["claude", "budget", 1, "budget_exceeded"],
    ["claude", "maxturns", 1, "turn_limit"],
    ["claude", "drop", 1, "agent_crashed"],
    ["claude", "no-sandbox", 1, "unsupported_option"],
    ["claude", "hang-SIGTERM", 143, "agent_crashed"],
    ["claude", "hang-SIGINT", 0, "agent_crashed"],
    ["codex", "text", 0, "completed"],
    ["codex", "flaky-429", 0, "completed"],
    ["codex", "error-401", 1, "auth"],
    ["codex", "429-noretry", 1, "rate_limit"],
    ["codex", "context-overflow", 1, "context_overflow"],
    ["codex", "drop", 1, "network"],
    ["codex", "hang-SIGINT", 1, "agent_crashed"],
    // Only words without meaning.
    ["codex", "error-404", 1, "agent_crashed"],
  ];
  it.each(ends)("%s: %s with exit code %i is %s", (agent, name, exitCode, expected) => {
    const parser = programs[agent].createParser({ prompt: "" }, () => 0);
    read(parser, readCapture(agent, name));
    const result = classifyTurn(programs[agent], parser.state, exited(exitCode), "");
    expect(result.status === "completed" ? result.status : result.error.code).toBe(expected);
    expect(result.session).toBeTypeOf("string");
  });

  it("takes our own abort over everything that the agent says", () => {
    const parser = createClaudeParser({}, () => 0);
    read(parser, readCapture("claude", "text"));
    const end = { exitCode: 0, signal: null, ended: "aborted" } as const;
    expect(classifyTurn(programs.claude, parser.state, end, "")).toMatchObject({ error: { code: "cancelled" } });
  });

  it("takes a non-zero exit code over a good result", () => {
    const parser = createCodexParser({});
    read(parser, readCapture("codex", "text"));
    const result = classifyTurn(programs.codex, parser.state, exited(101), "thread 'main' panicked");
    expect(result).toMatchObject({ status: "failed", error: { code: "agent_crashed", details: { exitCode: 101 } } });
  });

  it("reads the reason from stderr when stdout has none", () => {
    const { state } = createCodexParser({});
    const result = classifyTurn(programs.codex, state, exited(1), "Missing environment variable: `FAKE_KEY`.");
    expect(result).toMatchObject({ error: { code: "auth" } });
  });

  it("calls silence with exit code 0 a breach of protocol", () => {
    const { state } = createCodexParser({});
    expect(classifyTurn(programs.codex, state, exited(0), "")).toMatchObject({ error: { code: "agent_protocol" } });
  });
});

describe("what recorded runs show while they run", () => {
  it("claude: session, text, tool", () => {
    const seen = read(
      createClaudeParser({}, () => 0),
      readCapture("claude", "write"),
    );
    expect(seen.map((update) => update.type)).toEqual(["session", "text", "tool", "text"]);
    expect(seen[2]).toEqual({ type: "tool", name: "Write", detail: "/work-dir/cwd/hello.txt" });
  });

  it("claude: retries and denials", () => {
    const retries = read(
      createClaudeParser({}, () => 0),
      readCapture("claude", "error-401"),
    );
    expect(retries).toContainEqual({ type: "retry", message: "claude tries again in 0.6 s (status 401, attempt 1)" });
    const parser = createClaudeParser({}, () => 0);
    const seen = read(parser, readCapture("claude", "denied"));
    expect(seen).toContainEqual({ type: "warning", message: "claude was not allowed to use Write" });
    expect(parser.state.denials).toBe(1);
  });

  it("claude: says when a used-up quota opens again", () => {
    const parser = createClaudeParser({}, () => 1_000_000);
    const info = { status: "rejected", resetsAt: 1_060 };
    read(parser, [JSON.stringify({ type: "rate_limit_event", rate_limit_info: info })]);
    read(parser, readCapture("claude", "429-noretry"));
    expect(parser.state.error).toMatchObject({ code: "rate_limit", retryable: true, retryAfterMs: 60_000 });
  });

  it("claude: text as it is made, once", () => {
    const parser = createClaudeParser({}, () => 0);
    const delta = (text: string) =>
      JSON.stringify({
        type: "stream_event",
        event: { type: "content_block_delta", delta: { type: "text_delta", text } },
      });
    const whole = JSON.stringify({ type: "assistant", message: { content: [{ type: "text", text: "Hello" }] } });
    expect(read(parser, [delta("Hel"), delta("lo"), whole])).toEqual([
      { type: "text", text: "Hel" },
      { type: "text", text: "lo" },
    ]);
  });

  it("codex: session, remarks, commands, text", () => {
    const seen = read(createCodexParser({}), readCapture("codex", "write"));
    expect(seen.map((update) => update.type)).toEqual(["session", "warning", "text", "tool", "text"]);
  });

  it("codex: reconnects are retries, not failures", () => {
    const parser = createCodexParser({});
    const seen = read(parser, readCapture("codex", "flaky-429"));
    expect(seen.filter((update) => update.type === "retry")).toHaveLength(1);
    expect(parser.state.error).toBeUndefined();
  });

  it.each(["claude", "codex"] as const)("%s: garbage and the unknown are passed over", (agent) => {
    const parser = programs[agent].createParser({ prompt: "" }, () => 0);
    const odd = [
      "",
      "null",
      "{",
      "[1]",
      '{"type":7}',
      '{"type":"from_the_future"}',
      '{"type":"result"',
      "\u0000\ufffd",
    ];
    expect(read(parser, odd)).toEqual([]);
    expect(read(parser, ['{"type":"assistant"}', '{"type":"item.completed","item":null}'])).toEqual([]);
    expect(parser.state.isFinished).toBe(false);
  });
});

describe("structured output of recorded runs", () => {
  const outputSchema = {
    type: "object",
    properties: { answer: { type: "string" }, score: { type: "integer" } },
    required: ["answer", "score"],
  };
  it.each([
    ["claude", createClaudeParser({ outputSchema }, () => 0)],
    ["codex", createCodexParser({ outputSchema })],
  ] as const)("%s", (agent, parser) => {
    read(parser, readCapture(agent, "structured"));
    expect(parser.state.structured).toEqual({ answer: "forty-two", score: 42 });
  });
});
