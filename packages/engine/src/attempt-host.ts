import type { RunFold, Workflow } from "@aiw/core";
import { createAttemptSpawner } from "./attempt-spawner.js";
import { mayReuse } from "./cache/may-reuse.js";
import type { Checkpointed, DriverShared } from "./driver-types.js";
import type { AttemptHost } from "./host.js";
import type { AttemptPlan } from "./plan.js";
import { scopeOf } from "./preparing.js";
import type { Resources } from "./resources.js";

/** The run of an attempt. */
export interface AttemptRun {
  readonly fold: RunFold;
  readonly resources: Resources;
  /** It is no longer driven here. */
  readonly isOver: () => boolean;
  /** A signal from outside ended one of its programs. */
  readonly onKilled: () => void;
  readonly onCheckpoint: (event: Checkpointed) => void;
}

/** What an attempt may use, and where its signs of life go. */
export function createAttemptHost(
  plan: AttemptPlan,
  { options, hub, evaluator, lease }: DriverShared,
  run: AttemptRun,
): AttemptHost {
  const { fold, resources, isOver, onKilled } = run;
  const { clock, tempFolder, logger, giveUpMs, artifacts, cache, explainCache } = options;
  const { path: step, work } = plan;
  return {
    options: {
      spawner: createAttemptSpawner(options.spawner, { run: plan.run, lease, isOver, onKilled }),
      clock,
      tempFolder,
      logger,
      giveUpMs,
      artifacts,
      cache: isReusable(plan, fold.state.workflow) ? cache : undefined,
      explainCache,
    },
    masker: resources.masker,
    evaluator,
    agentVersion: work.kind === "agent" ? resources.agentVersions.get(work.agent.id) : undefined,
    scope: () =>
      plan.scope?.() ?? scopeOf(fold.state, { evaluator, resources, env: options.env ?? {}, now: options.clock.now() }),
    onProgress: (progress) => hub.progress(plan.run, step, progress),
    onCheckpoint: ({ session, process }) => {
      // A namespace ends with its driver; only a plain group has to be found again.
      const found = process?.containment === "group" ? { process } : {};
      if (session === undefined && process?.containment !== "group") return;
      const known = session === undefined ? {} : { session };
      run.onCheckpoint({ type: "step.checkpointed", step, data: { attempt: plan.attempt, ...known, ...found } });
    },
  };
}

/** Looks through the steps of the file, so only where there is a cache. After an interruption a turn goes on with what it has begun. */
function isReusable({ cache, step, work }: AttemptPlan, workflow: Workflow): boolean {
  if (cache === undefined || (work.kind === "agent" && work.resume !== undefined)) return false;
  return mayReuse(step, workflow);
}
