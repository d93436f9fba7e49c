import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AgentRequest } from "@aiw/core";
import { describeAgent } from "@aiw/core/testing";
import { createBench } from "./__fixtures__/bench.js";
import { createClaudeAgent } from "./claude/agent.js";
import { createCodexAgent } from "./codex/agent.js";
import { createCommandAgent } from "./command/agent.js";
import { createOfflineAgent } from "./offline/agent.js";
import { createScriptedAgent } from "./scripted/agent.js";
import { parseAnswers } from "./scripted/answers.js";

const outputSchema = {
  type: "object",
  properties: { answer: { type: "string" }, score: { type: "integer" } },
  required: ["answer", "score"],
};
const ask = (prompt: string): AgentRequest => ({ prompt });

for (const agent of ["claude", "codex"] as const) {
  describeAgent(`${agent} on a stub`, () => {
    const bench = createBench();
    const options = { command: bench.stub(agent), env: { STUB_LOGGED_IN: "1" } };
    const context = bench.context();
    return {
      agent: agent === "claude" ? createClaudeAgent(options) : createCodexAgent(options),
      context: () => ({ ...bench.context(), token: context.token }),
      works: ask("text 0"),
      fails: ask(agent === "claude" ? "401-noretry 1" : "error-401 1"),
      hangs: ask("hang-SIGINT 0 hang"),
      structured: { prompt: "structured 0", outputSchema },
      alive: () => bench.spawner.sweep([context.token]),
      cleanUp: () => bench.close(),
    };
  });
}

describeAgent("command", () => {
  const bench = createBench();
  const script = join(bench.folder, "program");
  const body =
    'input=$(cat)\ncase "$input" in *fail*) exit 3;; *hang*) echo on; sleep 60;; *) echo "{\\"answer\\":\\"$input\\"}";; esac';
  writeFileSync(script, `#!/bin/sh\n${body}\n`);
  chmodSync(script, 0o755);
  const context = bench.context();
  return {
    agent: createCommandAgent({ id: "own", command: script, output: "text" }),
    context: () => ({ ...bench.context(), token: context.token }),
    works: ask("hello"),
    fails: ask("fail"),
    hangs: ask("hang"),
    structured: ask("hello"),
    alive: () => bench.spawner.sweep([context.token]),
    cleanUp: () => bench.close(),
  };
});

describeAgent("scripted", () => {
  const bench = createBench();
  const answers = parseAnswers(
    {
      works: { text: "done", output: { answer: "yes" } },
      fails: { error: "rate_limit" },
      hangs: { text: "late", delay: "10m" },
    },
    "answers",
  );
  const inner = createScriptedAgent({ answers });
  return {
    // Answers go by step, the suite's requests by prompt.
    agent: { ...inner, run: (request, context) => inner.run(request, { ...context, step: request.prompt }) },
    context: () => bench.context(),
    works: ask("works"),
    fails: ask("fails"),
    hangs: ask("hangs"),
    structured: ask("works"),
    cleanUp: () => bench.close(),
  };
});

describeAgent("offline", () => {
  const bench = createBench();
  return {
    agent: createOfflineAgent(),
    context: () => bench.context(),
    works: ask('Report on this:\n\n- Files: {"total": 42, "lines": 1234}\n'),
    fails: ask("Is this a good idea?"),
    cleanUp: () => bench.close(),
  };
});
