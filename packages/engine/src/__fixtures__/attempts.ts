import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEvaluator, createMasker, type Json, type Progress, Secret, type Step } from "@aiw/core";
import { createFakeClock, createMemoryArtifactStore, createMemoryStepCache, type FakeClock } from "@aiw/core/testing";
import { startAttempt } from "../attempt.js";
import type { AttemptHost } from "../host.js";
import type { AttemptPlan, AttemptWork } from "../plan.js";
import type { AttemptResult } from "../result.js";
import { fakeSpawner, type ScriptBehaviour } from "./world.js";

/** What one attempt is made of, where a test says more than the default. */
export interface AttemptOptions extends Partial<Omit<AttemptPlan, "step" | "work">> {
  readonly work?: AttemptWork;
  readonly host?: Partial<AttemptHost>;
  readonly options?: Partial<AttemptHost["options"]>;
  readonly names?: Readonly<Record<string, Json>>;
}

/** A folder, stores and a clock for single attempts, without a run around them. */
export interface AttemptBench {
  readonly cwd: string;
  readonly clock: FakeClock;
  readonly seen: Progress[];
  readonly options: AttemptHost["options"];
  run(step: Step, more?: AttemptOptions): Promise<AttemptResult>;
  start(step: Step, more?: AttemptOptions): ReturnType<typeof startAttempt>;
  close(): void;
}

export function createAttemptBench(scripts: ScriptBehaviour = () => ({})): AttemptBench {
  const cwd = mkdtempSync(join(tmpdir(), "aiw-attempt-"));
  const temp = mkdtempSync(join(tmpdir(), "aiw-attempt-temp-"));
  const clock = createFakeClock();
  const seen: Progress[] = [];
  const options = {
    spawner: fakeSpawner(scripts),
    clock,
    tempFolder: temp,
    cache: createMemoryStepCache(),
    artifacts: createMemoryArtifactStore(),
    explainCache: true,
  };
  const start = (step: Step, { work, host, options: other, names = {}, ...more }: AttemptOptions = {}) => {
    const plan: AttemptPlan = {
      run: "run_1",
      path: step.id,
      step,
      attempt: 1,
      key: "key",
      fence: 1,
      root: cwd,
      folder: cwd,
      input: { env: {} },
      work: work ?? { kind: "script" },
      timeoutMs: undefined,
      ...more,
    };
    return startAttempt(plan, {
      options: { ...options, ...other },
      masker: createMasker([new Secret("TOKEN", "hunter2-hunter2")]),
      evaluator: createEvaluator(),
      scope: () => ({ names, now: () => 0, file: () => "" }),
      onProgress: (progress) => seen.push(progress),
      onCheckpoint: () => undefined,
      ...host,
    });
  };
  return {
    cwd,
    clock,
    seen,
    options,
    start,
    run: (step, more) => start(step, more).ended,
    close() {
      for (const path of [cwd, temp]) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Text of the warnings so far. */
export function warningsOf({ seen }: AttemptBench): readonly string[] {
  return seen.flatMap((progress) => (progress.type === "warning" ? [progress.message] : []));
}
