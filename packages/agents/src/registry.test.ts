import { expect, it } from "vitest";
import { createAgents } from "./registry.js";

it("lists its agents in the order in which auto looks", () => {
  const { entries } = createAgents({ answersFile: "answers.yaml", commands: [{ id: "own", command: "own" }] });
  expect(entries.map((entry) => entry.id)).toEqual(["claude", "codex", "scripted", "offline", "own"]);
  expect(entries.filter((entry) => entry.auto).map((entry) => entry.id)).toEqual(["claude", "codex"]);
});

it("loads each agent once, and knows no other", async () => {
  const agents = createAgents({ env: { PATH: "/bin", ANTHROPIC_API_KEY: "k" }, answersFile: "a.yaml" });
  for (const { id, auto } of agents.entries) {
    const agent = await agents.get(id);
    expect(agent).toMatchObject({ id, capabilities: { auto } });
    expect(await agents.get(id)).toBe(agent);
  }
  expect(await agents.get("scripted ")).toBeUndefined();
  expect(await createAgents().get("scripted")).toBeUndefined();
});

it("lets a command take the place of a built-in agent, but not two commands one name", async () => {
  const agents = createAgents({ commands: [{ id: "codex", command: "my-codex" }] });
  expect((await agents.get("codex"))?.capabilities.resume).toBe(false);
  const twice = [
    { id: "own", command: "a" },
    { id: "own", command: "b" },
  ];
  expect(() => createAgents({ commands: twice })).toThrow(expect.objectContaining({ code: "config_invalid" }));
});
