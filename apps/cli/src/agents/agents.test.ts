import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { agentInfoCommand } from "../commands/agent-info.js";
import { agentListCommand, renderAgents } from "../commands/agent-list.js";
import { createStyle } from "../output/style.js";
import { createFakeContext, hostileText } from "../testing/fake-context.js";
import { agentState } from "./health.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aiw-agents-test-"));
  writeFileSync(join(folder, "aiw.yaml"), "agents:\n  mine: { command: cat, env: [MY_KEY] }\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const env = () => ({ PATH: "/usr/bin:/bin", HOME: folder, MY_KEY: "value", OTHER_KEY: "value" });

describe("agent list", () => {
  it("lists every agent with its state", async () => {
    const context = createFakeContext({ cwd: folder, json: true, env: env() });
    expect(await agentListCommand(context)).toBe(0);
    const { agents, auto } = JSON.parse(context.out());
    expect(agents.map((agent: { id: string }) => agent.id)).toEqual(
      expect.arrayContaining(["claude", "codex", "mine", "offline"]),
    );
    expect(agents.find((agent: { id: string }) => agent.id === "offline")).toMatchObject({ state: "ready", ok: true });
    expect(agents.find((agent: { id: string }) => agent.id === "claude")).toMatchObject({
      state: "not_installed",
      ok: false,
    });
    expect(auto).toContain("claude");
  });

  it("says which agent auto takes, or that there is none", () => {
    const report = { id: "claude", about: hostileText, agent: undefined };
    const style = createStyle(false);
    const ready = renderAgents([{ ...report, health: { ok: true, version: hostileText } }], ["claude"], style);
    expect(ready).toContain("`agent: auto` takes claude");
    expect(ready.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    const error = { code: "auth", message: "not logged in" };
    const none = renderAgents([{ ...report, health: { ok: false, error } }], ["claude"], style);
    expect(none).toContain("▲ claude  not logged in");
    expect(none).toContain("no agent is ready");
  });

  it("reads a health check as one word", () => {
    const failed = (code: string) => agentState({ ok: false, error: { code, message: "" } });
    expect([failed("agent_not_installed"), failed("auth"), failed("timeout")]).toEqual([
      "not_installed",
      "not_logged_in",
      "broken",
    ]);
  });
});

describe("agent info", () => {
  it("shows capabilities and the names of variables, never their values", async () => {
    const context = createFakeContext({ cwd: folder, env: env() });
    expect(await agentInfoCommand("mine", context)).toBe(0);
    const text = context.out();
    expect(text).toMatch(/may edit files/);
    expect(text).toMatch(/variables its process gets from yours: HOME MY_KEY PATH$/m);
    expect(text).not.toContain("OTHER_KEY");
  });

  it("names the nearest agent for an unknown one", async () => {
    const context = createFakeContext({ cwd: folder, env: env() });
    await expect(agentInfoCommand("cluade", context)).rejects.toMatchObject({
      code: "agent_not_found",
      hint: "did you mean 'claude'?",
    });
  });
});
