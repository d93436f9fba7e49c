import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type ClaudeAgentOptions, createClaudeAgent, createCodexAgent } from "@aiw/agents";
import {
  type Agent,
  type AttemptContext,
  createSystemClock,
  type Masker,
  type Progress,
  type Spawner,
} from "@aiw/core";
import { createSpawner } from "@aiw/process";
import { type EgressLog, startEgressLog } from "./egress.js";
import type { Scenario } from "./fake-model/scenario.js";
import { type FakeModel, startFakeModel } from "./fake-model/server.js";
import type { RealAgent } from "./programs.js";

/** A fresh home, a fake model, a proxy that lets nothing out, and the real agent between them. */
export interface Desk {
  readonly agent: Agent;
  readonly model: FakeModel;
  readonly egress: EgressLog;
  readonly spawner: Spawner;
  readonly cwd: string;
  readonly seen: Progress[];
  context(overrides?: Partial<AttemptContext>): AttemptContext;
  close(): Promise<void>;
}

/** Sets up one desk. The keys are dummies; nothing of the machine's own logins is used. */
export async function openDesk(
  name: RealAgent,
  command: string,
  scenario: Scenario,
  limits: Pick<ClaudeAgentOptions, "maxTurns" | "maxBudgetUsd" | "maxRetries"> = {},
): Promise<Desk> {
  // Codex puts no helper programs below /tmp, and without them its sandbox does not start.
  const folder = mkdtempSync(join("/var/tmp", `aiw-real-${name}-`));
  const [home, cwd, scratch] = ["home", "work", "scratch"].map((part) => join(folder, part)) as [
    string,
    string,
    string,
  ];
  for (const path of [home, cwd, scratch]) mkdirSync(path);
  const [model, egress] = await Promise.all([startFakeModel(scenario), startEgressLog()]);
  const spawner = createSpawner({ baseEnv: { PATH: process.env.PATH, HOME: home, LANG: "C.UTF-8" } });
  const proxy = { HTTPS_PROXY: egress.url, HTTP_PROXY: egress.url, NO_PROXY: "127.0.0.1" };
  const agent =
    name === "claude"
      ? createClaudeAgent({
          command,
          maxRetries: 0,
          ...limits,
          env: { ...proxy, ANTHROPIC_API_KEY: "sk-dummy", ANTHROPIC_BASE_URL: model.url },
        })
      : createCodexAgent({
          command,
          maxRetries: 0,
          provider: { id: "fake", baseUrl: `${model.url}/v1`, keyVariable: "FAKE_KEY" },
          env: { ...proxy, FAKE_KEY: "sk-dummy" },
        });
  const seen: Progress[] = [];
  let attempts = 0;
  return {
    agent,
    model,
    egress,
    spawner,
    cwd,
    seen,
    context(overrides = {}) {
      attempts += 1;
      return {
        run: "run_real",
        step: "step",
        attempt: attempts,
        idempotencyKey: "key",
        token: `real-${process.pid}-${attempts}`,
        cwd,
        folder: scratch,
        env: {},
        signal: new AbortController().signal,
        spawner,
        masker: plainMasker,
        clock: createSystemClock(),
        progress: (update) => void seen.push(update),
        ...overrides,
      };
    },
    async close() {
      await spawner.close();
      await Promise.all([model.close(), egress.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const plainMasker: Masker = {
  mask: (text) => text,
  stream: () => ({ push: (chunk) => chunk, end: () => "" }),
};
