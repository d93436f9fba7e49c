import type { AttemptContext, Masker, Progress } from "@aiw/core";
import type { AttemptNames } from "./attempt-names.js";
import type { AttemptHost } from "./host.js";
import type { AttemptPlan } from "./plan.js";

/** An attempt under way, as its handler sees it. */
export interface ContextParts {
  readonly host: AttemptHost;
  readonly signal: AbortSignal;
  /** A sign of life. False when the attempt is over and nobody wants to hear of it. */
  readonly alive: () => boolean;
  readonly names: AttemptNames;
  /** Absolute working directory. */
  readonly cwd: string;
}

/** What a handler, an agent or a tool gets. */
export function createContext(plan: AttemptPlan, { host, signal, alive, names, cwd }: ContextParts): AttemptContext {
  const { options, masker } = host;
  return {
    run: plan.run,
    step: plan.path,
    attempt: plan.attempt,
    idempotencyKey: plan.key,
    get token() {
      return names.token();
    },
    cwd,
    get folder() {
      return names.folder();
    },
    env: {
      ...plan.input.env,
      AIW_RUN: plan.run,
      AIW_STEP: plan.path,
      AIW_IDEMPOTENCY_KEY: plan.key,
      AIW_WORKFLOW_DIR: plan.folder,
    },
    signal,
    spawner: options.spawner,
    masker,
    clock: options.clock,
    progress(progress) {
      if (!alive()) return;
      if (progress.type === "session") host.onCheckpoint({ session: progress.id });
      host.onProgress(maskProgress(masker, progress));
    },
  };
}

function maskProgress(masker: Masker, progress: Progress): Progress {
  switch (progress.type) {
    case "output":
    case "text":
    case "thinking":
      return { ...progress, text: masker.mask(progress.text) };
    case "tool":
      return progress.detail === undefined ? progress : { ...progress, detail: masker.mask(progress.detail) };
    case "retry":
    case "warning":
      return { ...progress, message: masker.mask(progress.message) };
    case "session":
    case "alive":
      return progress;
  }
}
