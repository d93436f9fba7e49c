import type { AgentRequest } from "@aiw/core";
import { AiwError } from "@aiw/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bench, collectProgress, createBench } from "../__fixtures__/bench.js";
import { createClaudeAgent } from "../claude/agent.js";
import { createCodexAgent } from "../codex/agent.js";

describe.each(["claude", "codex"] as const)("%s played by a stub", (name) => {
  let bench: Bench;
  beforeEach(() => {
    bench = createBench();
  });
  afterEach(() => bench.close());
  const agentOf = (env: Readonly<Record<string, string>> = {}, command = bench.stub(name)) =>
    name === "claude" ? createClaudeAgent({ command, env }) : createCodexAgent({ command, env });
  const ask = (prompt: string, more: Partial<AgentRequest> = {}): AgentRequest => ({ prompt, ...more });

  it.each(["garbage", "huge"])("reads on after %s", async (twist) => {
    const result = await agentOf().run(ask(`text 0 ${twist}`), bench.context());
    expect(result).toMatchObject({ status: "completed", text: "The fake model says hello." });
  });

  it("calls an end without the final marker a crash, and keeps the session", async () => {
    const result = await agentOf().run(ask("text 0 cut"), bench.context());
    expect(result).toMatchObject({ status: "failed", error: { code: "agent_crashed" }, session: expect.any(String) });
  });

  it("names the signal that ended it", async () => {
    const capture = name === "claude" ? "hang-SIGTERM" : "hang-SIGINT";
    const result = await agentOf().run(ask(`${capture} 0 kill`), bench.context());
    expect(result).toMatchObject({
      status: "failed",
      error: { code: "agent_crashed", details: { signal: "SIGKILL" } },
    });
  });

  it("leaves no child behind that outlived the program", async () => {
    const context = bench.context();
    expect(await agentOf().run(ask("text 0 zombie"), context)).toMatchObject({ status: "completed" });
    expect(await bench.spawner.sweep([context.token])).toBe(0);
  });

  it("kills a program that does not listen", async () => {
    const controller = new AbortController();
    const { seen, progress } = collectProgress();
    const context = bench.context({ signal: controller.signal, progress });
    const pending = agentOf().run(ask("hang-SIGINT 0 stubborn"), context);
    await expect.poll(() => seen.length).toBeGreaterThan(0);
    controller.abort(new AiwError("idle_timeout", "silent for too long", { retryable: true }));
    expect(await pending).toMatchObject({ status: "failed", error: { code: "idle_timeout", retryable: true } });
    expect(await bench.spawner.sweep([context.token])).toBe(0);
  });

  it("says how to install a program that is not there", async () => {
    const result = await agentOf({}, `/nowhere/${name}`).run(ask("text"), bench.context());
    expect(result).toMatchObject({ status: "failed", error: { code: "agent_not_installed" } });
    expect(result.status === "failed" && result.error.hint).toContain("npm install");
  });

  it("passes on what the spawner refuses", async () => {
    const result = await agentOf().run(ask("text 0"), bench.context({ env: { BAD: "a\0b" } }));
    expect(result).toMatchObject({ status: "failed", error: { code: "env_invalid" } });
  });
});

describe("claude without its command sandbox", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = createBench();
  });
  afterEach(() => bench.close());

  it("goes on without commands when nobody asked for them", async () => {
    const agent = createClaudeAgent({ command: bench.stub("claude"), env: { STUB_NO_SANDBOX: "1" } });
    const { seen, progress } = collectProgress();
    expect(await agent.run({ prompt: "text 0" }, bench.context({ progress }))).toMatchObject({ status: "completed" });
    expect(seen).toContainEqual({ type: "warning", message: expect.stringContaining("no command sandbox") });
  });

  it("refuses when commands were asked for", async () => {
    const agent = createClaudeAgent({ command: bench.stub("claude"), env: { STUB_NO_SANDBOX: "1" } });
    const result = await agent.run({ prompt: "text 0", permissions: { run: ["git"] } }, bench.context());
    expect(result).toMatchObject({ status: "failed", error: { code: "unsupported_option" } });
  });
});
