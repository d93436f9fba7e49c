import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AttemptContext, Masker, Progress, Spawner } from "@aiw/core";
import { createSystemClock } from "@aiw/core";
import { createSpawner } from "@aiw/process";

/** A place for one test: a working folder, a scratch folder, a real spawner. */
export interface Bench {
  readonly folder: string;
  readonly cwd: string;
  readonly spawner: Spawner;
  /** Path of a program that plays this agent. */
  stub(agent: "claude" | "codex"): string;
  context(overrides?: Partial<AttemptContext>): AttemptContext;
  close(): Promise<void>;
}

let count = 0;

/** Makes a bench below the system's folder for temporary files. */
export function createBench(): Bench {
  const folder = mkdtempSync(join(tmpdir(), "aiw-agents-"));
  const cwd = join(folder, "work");
  mkdirSync(cwd);
  const spawner = createSpawner({ baseEnv: process.env });
  return {
    folder,
    cwd,
    spawner,
    stub(agent) {
      const path = join(folder, agent);
      const script = fileURLToPath(new URL("./stub-agent.mjs", import.meta.url));
      writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${script}" ${agent} "$@"\n`);
      chmodSync(path, 0o755);
      return path;
    },
    context(overrides = {}) {
      count += 1;
      const scratch = join(folder, `scratch-${count}`);
      mkdirSync(scratch, { mode: 0o700 });
      return {
        run: "run_test",
        step: "step",
        attempt: 1,
        idempotencyKey: "key",
        token: `token-${process.pid}-${count}`,
        cwd,
        folder: scratch,
        env: {},
        signal: new AbortController().signal,
        spawner,
        masker: plainMasker,
        clock: createSystemClock(),
        progress: () => {},
        ...overrides,
      };
    },
    async close() {
      await spawner.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The progress of one turn, and where to put it. */
export function collectProgress(): { readonly seen: Progress[]; readonly progress: (update: Progress) => void } {
  const seen: Progress[] = [];
  return { seen, progress: (update) => void seen.push(update) };
}

/** Lines of a recorded run. */
export function readCapture(agent: "claude" | "codex", name: string): readonly string[] {
  return readFileSync(fixturePath(`${agent}/${name}.jsonl`), "utf8").trimEnd().split("\n");
}

function fixturePath(name: string): string {
  return fileURLToPath(new URL(`./${name}`, import.meta.url));
}

const plainMasker: Masker = {
  mask: (text) => text,
  stream: () => ({ push: (chunk) => chunk, end: () => "" }),
};
