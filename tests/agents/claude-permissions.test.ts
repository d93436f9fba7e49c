import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Permissions } from "@aiw/core";
import { afterEach, describe, expect, it } from "vitest";
import { type Desk, openDesk } from "./desk.js";
import type { Scenario } from "./fake-model/scenario.js";
import { findRealAgent, isRequired } from "./programs.js";

const command = findRealAgent("claude");

describe.skipIf(command === undefined && !isRequired)("permissions of the real claude", () => {
  let desk: Desk | undefined;
  afterEach(async () => {
    await desk?.close();
  });
  const run = async (scenario: Scenario, permissions: Permissions) => {
    desk = await openDesk("claude", command ?? "/missing/claude", scenario);
    mkdirSync(join(desk.cwd, "reports"));
    expect(desk.agent.check({ permissions })).toEqual([]);
    const result = await desk.agent.run({ prompt: "Do it.", model: "claude-sonnet-4-5", permissions }, desk.context());
    const { cwd } = desk;
    return { result, has: (path: string) => existsSync(join(cwd, path)) };
  };
  const write = (path: string): Scenario => ({ do: "write", path, content: "x", text: "Done." });
  const shell = (text: string): Scenario => ({ do: "shell", command: text, text: "Done." });

  it("writes below the named folder", async () => {
    const { result, has } = await run(write("reports/a.txt"), { write: ["reports/"] });
    expect(result).toMatchObject({ status: "completed", denials: 0 });
    expect(has("reports/a.txt")).toBe(true);
  });

  it("writes nowhere else, and counts the denial", async () => {
    const { result, has } = await run(write("other.txt"), { write: ["reports/"] });
    expect(result).toMatchObject({ status: "completed", denials: 1 });
    expect(has("other.txt")).toBe(false);
  });

  it("runs a named command", async () => {
    const { result, has } = await run(shell("touch made.txt"), { run: ["touch"] });
    expect(result).toMatchObject({ status: "completed", denials: 0 });
    expect(has("made.txt")).toBe(true);
  });

  it("runs no other command, also not behind a named one", async () => {
    const { result, has } = await run(shell("git --version && touch made.txt"), { run: ["git"] });
    expect(result).toMatchObject({ status: "completed", denials: 1 });
    expect(has("made.txt")).toBe(false);
  });

  it("cannot redirect a named command into a file that it may not write", async () => {
    const { has } = await run(shell("git --version > made.txt"), { run: ["git"], write: [] });
    expect(has("made.txt")).toBe(false);
  });

  it("fetches from no other host than the named one", async () => {
    const { result } = await run(
      { do: "fetch", address: "https://other.example/", text: "Done." },
      { net: ["api.github.com"] },
    );
    expect(result).toMatchObject({ status: "completed", denials: 1 });
    expect(desk?.egress.wanted).toEqual([]);
  });

  it("stops at the limit of turns", async () => {
    desk = await openDesk("claude", command ?? "/missing/claude", { do: "loop", command: "true" }, { maxTurns: 2 });
    const result = await desk.agent.run({ prompt: "Do it.", model: "claude-sonnet-4-5" }, desk.context());
    expect(result).toMatchObject({ status: "failed", error: { code: "turn_limit" } });
    expect(result.usage?.inputTokens).toBeGreaterThan(0);
  });

  it("stops at its budget", async () => {
    desk = await openDesk(
      "claude",
      command ?? "/missing/claude",
      { do: "loop", command: "true" },
      { maxBudgetUsd: 0.01 },
    );
    const result = await desk.agent.run({ prompt: "Do it.", model: "claude-sonnet-4-5" }, desk.context());
    expect(result).toMatchObject({ status: "failed", error: { code: "budget_exceeded" }, costUsd: expect.any(Number) });
  });

  it("goes on by itself after one refusal of the service", async () => {
    desk = await openDesk(
      "claude",
      command ?? "/missing/claude",
      { do: "flaky", times: 1, text: "Hello." },
      { maxRetries: 2 },
    );
    const result = await desk.agent.run({ prompt: "Do it.", model: "claude-sonnet-4-5" }, desk.context());
    expect(result).toMatchObject({ status: "completed", text: "Hello." });
    expect(desk.seen.some((update) => update.type === "retry")).toBe(true);
  });
});
