import {
  AiwError,
  type ArtifactRef,
  type AttemptContext,
  type ErrorInfo,
  formatDuration,
  toErrorInfo,
} from "@aiw/core";
import { collectArtifacts } from "./artifacts.js";
import { createContext } from "./attempt-context.js";
import { AttemptNames } from "./attempt-names.js";
import { watchTime } from "./attempt-watch.js";
import { throughCache } from "./cache/through-cache.js";
import { failedAfter, failIfError, finishResult } from "./finish.js";
import { runAgent } from "./handlers/agent.js";
import { runCode } from "./handlers/code.js";
import { runScript } from "./handlers/script.js";
import { runTool } from "./handlers/tool.js";
import type { AttemptHost } from "./host.js";
import type { AttemptPlan } from "./plan.js";
import type { AttemptResult } from "./result.js";
import { workingDirectory } from "./working-directory.js";

const defaultGiveUpMs = 10_000;

/** An attempt under way. */
export interface LiveAttempt {
  readonly plan: AttemptPlan;
  /** Stops it; the first reason counts. */
  abort(reason: AiwError): void;
  /**
   * Never rejects. When it resolves, nothing of the attempt is alive, unless it ignored for too long that it was told to
   * stop: then its late result is dropped.
   */
  readonly ended: Promise<AttemptResult>;
}

/** Makes one attempt within its time-outs: cache, handler, output check, `fail-if`, artifacts. */
export function startAttempt(plan: AttemptPlan, host: AttemptHost): LiveAttempt {
  const { clock, giveUpMs = defaultGiveUpMs } = host.options;
  const controller = new AbortController();
  const { promise: ended, resolve } = Promise.withResolvers<AttemptResult>();
  let isOver = false;
  let stopGivingUp: (() => void) | undefined;
  const settle = (result: AttemptResult) => {
    if (isOver) return;
    isOver = true;
    watch.stop();
    stopGivingUp?.();
    resolve(result);
  };
  const abort = (reason: AiwError) => {
    if (isOver || controller.signal.aborted) return;
    controller.abort(reason);
    // The spawner ends a script for certain, and nothing may start anew before.
    if (plan.work.kind === "script") return;
    stopGivingUp = clock.after(giveUpMs, () => settle({ status: "failed", error: abandoned(reason, giveUpMs) }), true);
  };
  const watch = watchTime(plan, { abort, clock });
  const alive = () => {
    if (!isOver) watch.alive();
    return !isOver;
  };
  void run(plan, { host, signal: controller.signal, alive }).then(settle);
  return { plan, abort, ended };
}

/** What an attempt ends with when it goes on although it was told to stop: it may still be alive, so nothing follows it. */
function abandoned(reason: AiwError, giveUpMs: number): ErrorInfo {
  const info = toErrorInfo(reason);
  const message = `${info.message}; it ignored that for ${formatDuration(giveUpMs)} and was given up`;
  return { ...info, message, retryable: false, details: { ...info.details, abandoned: true } };
}

interface Running {
  readonly host: AttemptHost;
  readonly signal: AbortSignal;
  readonly alive: () => boolean;
}

async function run(plan: AttemptPlan, running: Running): Promise<AttemptResult> {
  const { host, signal } = running;
  const names = new AttemptNames(plan, host.options.tempFolder);
  let result: AttemptResult;
  try {
    const { cwd: own } = plan.input;
    // What needs no disk waits for none: thousands of calls may start in one tick.
    const cwd = own === undefined ? plan.root : await workingDirectory(plan.root, own);
    const context = createContext(plan, { ...running, names, cwd });
    const make = () => makeResult(plan, context, host);
    result = plan.cache === undefined ? await make() : await throughCache(plan, { context, host }, make);
  } catch (error) {
    result = { status: "failed", error: toErrorInfo(error) };
  }
  if (names.hasFolder) await names.remove();
  if (result.status === "failed" && signal.aborted) return { ...result, error: toErrorInfo(signal.reason) };
  return result;
}

async function makeResult(plan: AttemptPlan, context: AttemptContext, host: AttemptHost): Promise<AttemptResult> {
  const result = finishResult(plan, await handle(plan, context, host));
  if (result.status === "failed") return result;
  const failure = failIfError(plan, result, host);
  if (failure !== undefined) return failedAfter(result, failure);
  const { artifacts: patterns } = plan.step;
  if (patterns === undefined || patterns.length === 0) return result;
  try {
    return { ...result, artifacts: await keepArtifacts(plan, context, { patterns, host }) };
  } catch (error) {
    return failedAfter(result, error);
  }
}

function handle(plan: AttemptPlan, context: AttemptContext, host: AttemptHost): Promise<AttemptResult> {
  const { step, work } = plan;
  if (work.kind === "tool" && step.kind === "tool") return runTool({ plan, step, tool: work.tool }, context);
  if (work.kind === "agent" && step.kind === "agent") return runAgent({ plan, step, work }, context);
  if (work.kind === "code" && step.kind === "code") return runCode({ plan, work }, context);
  if (step.kind === "script") {
    return runScript({ plan, step }, context, (process) => host.onCheckpoint({ process }));
  }
  throw new AiwError("internal", `step ${plan.path} was prepared as ${work.kind}`);
}

async function keepArtifacts(
  plan: AttemptPlan,
  context: AttemptContext,
  { patterns, host }: { readonly patterns: readonly string[]; readonly host: AttemptHost },
): Promise<ArtifactRef[]> {
  const { artifacts: store } = host.options;
  if (store === undefined) {
    throw new AiwError("unsupported_option", `step ${plan.path} keeps artifacts, and there is nowhere to keep them`, {
      hint: "remove `artifacts:`, or give the engine an artifact store",
    });
  }
  const { cwd, signal } = context;
  const kept = await collectArtifacts({ patterns, cwd, store, step: plan.path, signal, masker: host.masker });
  if (kept.length === 0) {
    context.progress({ type: "warning", message: `no file matches \`artifacts\` (${patterns.join(", ")})` });
  }
  return kept;
}
