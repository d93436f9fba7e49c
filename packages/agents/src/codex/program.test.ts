import { describe, expect, it } from "vitest";
import { checkCodexAccess, codexAccess } from "./access.js";
import { createCodexAgent } from "./agent.js";
import { codexProgram, toToml } from "./program.js";
import { formatSession, parseSession, usageSince } from "./session.js";

const place = { cwd: "/work", folder: "/scratch", containment: "group" } as const;
const program = codexProgram({ command: "codex", env: {}, provider: undefined, maxRetries: 0, config: {} });

describe("codex's permissions", () => {
  it("writes the workspace without a network by default", () => {
    expect(codexAccess(undefined)).toEqual({ sandbox: "workspace-write", hasNetwork: false });
    expect(codexAccess({ write: [] })).toEqual({ sandbox: "read-only", hasNetwork: false });
    expect(codexAccess({ net: ["*"] })).toEqual({ sandbox: "workspace-write", hasNetwork: true });
  });

  it("refuses what it cannot honour", () => {
    const refused = [
      ...[{ read: ["."] }, { read: [] }, { write: ["reports/"] }, { run: ["git"] }, { run: [] }],
      ...[{ net: ["api.github.com"] }, { write: [], net: ["*"] }],
    ];
    for (const permissions of refused) {
      expect(checkCodexAccess(permissions), JSON.stringify(permissions)).toMatchObject([
        { code: "unsupported_option" },
      ]);
    }
    expect(checkCodexAccess({ write: ["."], net: [] })).toEqual([]);
  });
});

describe("codex's command line", () => {
  it("puts every option before resume and the prompt on stdin", () => {
    const resume = "01a2-b3#1.2.3.4.5";
    const { args, stdin } = program.buildCommand({ prompt: "-rf", model: "m", resume }, place);
    expect(args.slice(-3)).toEqual(["resume", "01a2-b3", "-"]);
    expect(args.indexOf("-s")).toBeLessThan(args.indexOf("resume"));
    expect(stdin).toBe("-rf");
  });

  it("forks instead of resuming when the session is to stay as it is", () => {
    const { args } = program.buildCommand({ prompt: "Go.", resume: "01a2-b3#1.2.3.4.5", fork: true }, place);
    expect(args.slice(-3)).toEqual(["fork", "01a2-b3", "-"]);
  });

  it("passes an effort on and refuses one that codex does not know", () => {
    const { args } = program.buildCommand({ prompt: "Go.", effort: "high" }, place);
    expect(args).toContain('model_reasoning_effort="high"');
    expect(createCodexAgent().check({ effort: "xhigh" })).toEqual([]);
    expect(createCodexAgent().check({ effort: "max" })).toMatchObject([{ code: "unsupported_option" }]);
  });

  it("asks in words for what its strict schemas cannot say", () => {
    const outputSchema = { type: "object", additionalProperties: { type: "string" } };
    const { args, stdin, files } = program.buildCommand({ prompt: "Go.", outputSchema }, place);
    expect(args).not.toContain("--output-schema");
    expect(files).toBeUndefined();
    expect(stdin).toContain("JSON Schema");
  });

  it("puts instructions that are too long for an argument into the prompt", () => {
    const instructions = "é".repeat(30_000);
    const { args, stdin } = program.buildCommand({ prompt: "Go.", instructions }, place);
    expect(args.every((arg) => Buffer.byteLength(arg) < 128 * 1024)).toBe(true);
    expect(stdin).toBe(`${instructions}\n\nGo.`);
  });

  it("writes values as TOML", () => {
    expect(toToml({ a: [1, true, 'q"\n'], "b.c": { d: "\u007f" } })).toBe(
      '{"a"=[1,true,"q\\"\\n"],"b.c"={"d"="\\u007F"}}',
    );
  });
});

describe("a session of codex", () => {
  const totals = { inputTokens: 1, cacheReadTokens: 2, cacheWriteTokens: 3, outputTokens: 4, reasoningTokens: 5 };

  it("carries the thread's totals", () => {
    const session = formatSession({ thread: "t", totals });
    expect(session).toBe("t#1.2.3.4.5");
    expect(parseSession(session)).toEqual({ thread: "t", totals });
  });

  it("has none when it is a bare thread id or broken", () => {
    const none = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 };
    for (const session of ["t", "t#", "t#a.-1.1e99"])
      expect(parseSession(session)).toEqual({ thread: "t", totals: none });
  });

  it("never gives a negative usage", () => {
    const less = { ...totals, outputTokens: 1 };
    expect(usageSince(less, totals)).toEqual(less);
  });
});
