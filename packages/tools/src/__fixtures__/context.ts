import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AttemptContext, createMasker, createSystemClock, type Secret, type Spawner } from "@aiw/core";
import { createSpawner } from "@aiw/process";
import { onTestFinished } from "vitest";

/** A spawner of real processes, with the environment that the tests need. */
export function makeSpawner(): Spawner {
  return createSpawner({ baseEnv: process.env, containment: "group" });
}

/** A context of one call; its private folder goes after the test. */
export function makeContext(spawner: Spawner, options: Partial<AttemptContext> & { secrets?: readonly Secret[] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "aiw-attempt-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { secrets = [], ...rest } = options;
  const context: AttemptContext = {
    run: "run_test",
    step: "step",
    attempt: 1,
    idempotencyKey: "key",
    token: `test-${Math.random()}`,
    cwd: folder,
    folder: join(folder, "private"),
    env: {},
    signal: new AbortController().signal,
    spawner,
    masker: createMasker(secrets),
    clock: createSystemClock(),
    progress: () => {},
    ...rest,
  };
  return context;
}
