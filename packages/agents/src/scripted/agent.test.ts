import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createFakeClock } from "@aiw/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bench, createBench } from "../__fixtures__/bench.js";
import { createScriptedAgent } from "./agent.js";
import { parseAnswers } from "./answers.js";

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => bench.close());

function agentOf(answers: unknown) {
  return createScriptedAgent({ answers: parseAnswers(answers, "answers") });
}

describe("scripted answers", () => {
  it("come from a YAML file by step id", async () => {
    const path = join(bench.folder, "answers.yaml");
    writeFileSync(
      path,
      "plan: Do it in two steps.\nbuild:\n  text: built\n  output: { ok: true }\n  files: { out/a.txt: hello }\n",
    );
    const agent = createScriptedAgent({ answers: path });
    expect(await agent.run({ prompt: "" }, bench.context({ step: "plan" }))).toMatchObject({
      text: "Do it in two steps.",
    });
    expect(await agent.run({ prompt: "" }, bench.context({ step: "build[3]#2" }))).toMatchObject({
      text: "built",
      structured: { ok: true },
    });
    expect(readFileSync(join(bench.cwd, "out/a.txt"), "utf8")).toBe("hello");
  });

  it("in a list are by attempt, in a list of lists by turn", async () => {
    const agent = agentOf({ step: [["bad", "repaired"], { error: "overloaded" }, "third"] });
    const first = bench.context({ attempt: 1 });
    expect(await agent.run({ prompt: "" }, first)).toMatchObject({ text: "bad" });
    expect(await agent.run({ prompt: "" }, first)).toMatchObject({ text: "repaired" });
    expect(await agent.run({ prompt: "" }, bench.context({ attempt: 2 }))).toMatchObject({
      error: { code: "overloaded", retryable: true },
    });
    expect(await agent.run({ prompt: "" }, bench.context({ attempt: 3 }))).toMatchObject({ text: "third" });
    expect(await agent.run({ prompt: "" }, bench.context({ attempt: 4 }))).toMatchObject({
      error: { code: "answer_missing" },
    });
  });

  it("say what is missing", async () => {
    const result = await agentOf({}).run({ prompt: "" }, bench.context({ step: "plan" }));
    expect(result).toMatchObject({ error: { code: "answer_missing", hint: expect.stringContaining("plan:") } });
  });

  it("wait by the clock they are given", async () => {
    const clock = createFakeClock();
    const pending = agentOf({ step: { text: "late", delay: "10m" } }).run({ prompt: "" }, bench.context({ clock }));
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(600_000);
    expect(await pending).toMatchObject({ text: "late" });
  });

  it.each([
    ["no map", ["a"]],
    ["a number", { step: 7 }],
    ["an unknown key", { step: { txt: "a" } }],
    ["a bad delay", { step: { delay: 5 } }],
    ["a path outside", { step: { files: { "../a": "b" } } }],
    ["an unknown code", { step: { error: "nonsense" } }],
    ["a text of a wrong type", { step: [{ text: 1 }] }],
  ])("are refused with %s", (_, answers) => {
    expect(() => parseAnswers(answers, "answers")).toThrow(expect.objectContaining({ code: "config_invalid" }));
  });

  it("make the agent unhealthy when their file is missing or broken", async () => {
    const health = { spawner: bench.spawner, cwd: bench.cwd, signal: new AbortController().signal };
    const missing = createScriptedAgent({ answers: join(bench.folder, "none.yaml") });
    expect(await missing.health(health)).toMatchObject({ ok: false, error: { code: "file_not_found" } });
    const path = join(bench.folder, "broken.yaml");
    writeFileSync(path, "a: [1\nb: 2");
    expect(await createScriptedAgent({ answers: path }).health(health)).toMatchObject({
      error: { code: "config_invalid" },
    });
    expect(await createScriptedAgent({ answers: path }).run({ prompt: "" }, bench.context())).toMatchObject({
      error: { code: "config_invalid" },
    });
    writeFileSync(path, "a: *nothing\n");
    expect(await createScriptedAgent({ answers: path }).health(health)).toMatchObject({
      error: { code: "config_invalid" },
    });
  });
});
