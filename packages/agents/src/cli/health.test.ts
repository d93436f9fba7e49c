import { chmodSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Agent } from "@aiw/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bench, createBench } from "../__fixtures__/bench.js";
import { createClaudeAgent } from "../claude/agent.js";
import { createCodexAgent } from "../codex/agent.js";
import { createCommandAgent } from "../command/agent.js";

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => bench.close());

const check = (agent: Agent) =>
  agent.health({ spawner: bench.spawner, cwd: bench.cwd, signal: new AbortController().signal });

describe.each(["claude", "codex"] as const)("health of %s", (name) => {
  const create = (options: { env?: Record<string, string>; command?: string; searchPath?: string }) => {
    const all = { command: bench.stub(name), ...options };
    return name === "claude" ? createClaudeAgent(all) : createCodexAgent(all);
  };

  it("tells version and path when it is logged in", async () => {
    const health = await check(create({ env: { STUB_LOGGED_IN: "1" } }));
    const version = name === "claude" ? "2.1.330" : "0.169.0";
    expect(health).toEqual({ ok: true, version, path: bench.stub(name) });
  });

  it("finds the program in PATH", async () => {
    const path = bench.stub(name);
    const searchPath = `/nowhere:${dirname(path)}`;
    // The spawner has a PATH of its own, so only the path is of interest here.
    expect(await check(create({ command: name, searchPath }))).toMatchObject({ path });
  });

  it("takes a key as a login", async () => {
    const key = name === "claude" ? "ANTHROPIC_API_KEY" : "CODEX_API_KEY";
    expect(await check(create({ env: { [key]: "sk-dummy" } }))).toMatchObject({ ok: true });
  });

  it("says how to log in", async () => {
    const health = await check(create({}));
    expect(health).toMatchObject({ ok: false, error: { code: "auth", hint: expect.stringContaining("log") } });
  });

  it("says how to install it", async () => {
    const health = await check(create({ command: `/nowhere/${name}` }));
    expect(health).toMatchObject({ ok: false, error: { code: "agent_not_installed" } });
    expect(health).not.toHaveProperty("path");
  });
});

it("tells a claude whose install script did not run from one that is not there", async () => {
  const agent = createClaudeAgent({ command: bench.stub("claude"), env: { STUB_UNLINKED: "1" } });
  expect(await check(agent)).toMatchObject({
    ok: false,
    error: { code: "agent_not_installed", details: { reason: "postinstall_skipped" } },
  });
});

it("asks for the key of another provider of codex", async () => {
  const provider = { id: "own", baseUrl: "http://127.0.0.1:1/v1", keyVariable: "OWN_KEY" };
  const agent = createCodexAgent({ command: bench.stub("codex"), provider });
  expect(await check(agent)).toMatchObject({ ok: false, error: { code: "auth", hint: "set OWN_KEY" } });
});

it("names an agent that is not there once", async () => {
  const message = "claude: the program or its interpreter was not found";
  expect(await check(createClaudeAgent({ command: "claude", env: { PATH: "/nowhere" } }))).toMatchObject({
    error: { message },
  });
});

it("finds the program of a command agent by its path", async () => {
  const own = (command: string) => check(createCommandAgent({ id: "own", command, searchPath: "/bin" }));
  const program = join(bench.cwd, "mine.sh");
  expect(await own("./mine.sh")).toMatchObject({ error: { message: "own: `./mine.sh` is not there" } });
  writeFileSync(program, "#!/bin/sh\n", { mode: 0o600 });
  expect(await own("./mine.sh")).toMatchObject({ error: { hint: expect.stringContaining("chmod +x ./mine.sh") } });
  chmodSync(program, 0o700);
  expect(await own("./mine.sh")).toEqual({ ok: true, path: program });
  expect(await own(bench.cwd)).toMatchObject({ ok: false });
});

it("only looks for the program of a command agent", async () => {
  const searchPath = "/nowhere:/bin";
  expect(await check(createCommandAgent({ id: "own", command: "sh", searchPath }))).toEqual({
    ok: true,
    path: "/bin/sh",
  });
  expect(await check(createCommandAgent({ id: "own", command: "no-such-program", searchPath }))).toMatchObject({
    ok: false,
    error: { code: "agent_not_installed" },
  });
});
