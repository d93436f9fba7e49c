import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Bench, createBench } from "../__fixtures__/bench.js";
import { createCommandAgent } from "./agent.js";

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => bench.close());

function agentOf(body: string, output: "text" | "json") {
  const command = join(bench.folder, "program");
  writeFileSync(command, `#!/bin/sh\n${body}\n`);
  chmodSync(command, 0o755);
  return createCommandAgent({ id: "own", command, output });
}

it("gives instructions and prompt on stdin, and takes all of stdout", async () => {
  const result = await agentOf("cat; echo; echo", "text").run(
    { prompt: "Go.\n\nNow.", instructions: "Be brief." },
    bench.context(),
  );
  expect(result).toEqual({ status: "completed", text: "Be brief.\n\nGo.\n\nNow." });
});

it("takes JSON as structured output, and gives the schema in a file", async () => {
  const agent = agentOf('cat "$AIW_OUTPUT_SCHEMA"', "json");
  const outputSchema = { type: "object" };
  expect(await agent.run({ prompt: "", outputSchema }, bench.context())).toMatchObject({
    structured: { type: "object" },
  });
});

it("takes the field text of a JSON answer", async () => {
  expect(await agentOf('echo \'{"text": "hi"}\'', "json").run({ prompt: "" }, bench.context())).toMatchObject({
    text: "hi",
  });
});

it("calls JSON that is none a breach, and reads the reason of a failure from stderr", async () => {
  expect(await agentOf("echo oops", "json").run({ prompt: "" }, bench.context())).toMatchObject({
    error: { code: "agent_protocol" },
  });
  expect(await agentOf("echo 'HTTP 429' >&2; exit 1", "text").run({ prompt: "" }, bench.context())).toMatchObject({
    error: { code: "rate_limit", retryable: true },
  });
});

it("refuses permissions, a model and tools", () => {
  const problems = agentOf("cat", "text").check({ model: "m", permissions: {}, tools: ["t"] });
  expect(problems.map((problem) => problem.code)).toEqual(Array(3).fill("unsupported_option"));
});

it("shows its own key neither in an answer nor in an error", async () => {
  const env = { OWN_KEY: "sk-0123456789abcdef" };
  const args = ["-c", 'echo "my key is $OWN_KEY" | tee /dev/stderr; exit "$0"'];
  const answer = (code: string) =>
    createCommandAgent({ id: "own", command: "sh", args: [...args, code], env }).run({ prompt: "" }, bench.context());
  expect(await answer("0")).toEqual({ status: "completed", text: "my key is [redacted]" });
  expect(await answer("3")).toMatchObject({ error: { message: expect.stringContaining("my key is [redacted]") } });
});
