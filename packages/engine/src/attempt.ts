import {
  AiwError,
  type AttemptContext,
  attemptScope,
  type ErrorInfo,
  type Evaluator,
  formatDuration,
  type Masker,
  type Progress,
  type Scope,
  type StartedProcess,
  toErrorInfo,
} from "@aiw/core";
import { AttemptNames } from "./attempt-names.js";
import { finishResult } from "./finish.js";
import { runAgent } from "./handlers/agent.js";
import { logsHint } from "./handlers/logs-hint.js";
import { runScript } from "./handlers/script.js";
import { runTool } from "./handlers/tool.js";
import type { EngineOptions } from "./options.js";
import type { AttemptPlan } from "./plan.js";
import { evaluateCondition } from "./prepare.js";
import type { AttemptResult } from "./result.js";
import { workingDirectory } from "./working-directory.js";

const defaultGiveUpMs = 10_000;

/** What an attempt may use and whom it tells. */
export interface AttemptHost {
  readonly options: Pick<EngineOptions, "spawner" | "clock" | "tempFolder" | "logger" | "giveUpMs">;
  readonly masker: Masker;
  readonly evaluator: Evaluator;
  /** For `fail-if`. */
  readonly scope: () => Scope;
  readonly onProgress: (progress: Progress) => void;
  /** The agent's session or the process became known. */
  readonly onCheckpoint: (found: { readonly session?: string; readonly process?: StartedProcess }) => void;
}

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

/** Makes one attempt: handler, output check, `fail-if`, within its time-outs. */
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
  /** A sign of life. False when the attempt is over and nobody wants to hear of it. */
  readonly alive: () => boolean;
}

async function run(plan: AttemptPlan, running: Running): Promise<AttemptResult> {
  const names = new AttemptNames(plan, running.host.options.tempFolder);
  let result: AttemptResult;
  try {
    const { cwd: own } = plan.input;
    // What needs no disk waits for none: thousands of calls may start in one tick.
    const cwd = own === undefined ? plan.root : await workingDirectory(plan.root, own);
    const context = createContext(plan, { ...running, names, cwd });
    result = finishResult(plan, await handle(plan, context, running.host));
    result = failIf(plan, result, running.host);
  } catch (error) {
    result = { status: "failed", error: toErrorInfo(error) };
  }
  if (names.hasFolder) await names.remove();
  const { signal } = running;
  if (result.status === "failed" && signal.aborted) return { ...result, error: toErrorInfo(signal.reason) };
  return result;
}

function handle(plan: AttemptPlan, context: AttemptContext, host: AttemptHost): Promise<AttemptResult> {
  const { step, work } = plan;
  if (work.kind === "tool" && step.kind === "tool") return runTool({ plan, step, tool: work.tool }, context);
  if (work.kind === "agent" && step.kind === "agent") return runAgent({ plan, step, work }, context);
  if (step.kind === "script") {
    return runScript({ plan, step }, context, (process) => host.onCheckpoint({ process }));
  }
  throw new AiwError("internal", `step ${step.id} was prepared as ${work.kind}`);
}

function createContext(
  plan: AttemptPlan,
  { host, signal, alive, names, cwd }: Running & { readonly names: AttemptNames; readonly cwd: string },
): AttemptContext {
  const { options, masker } = host;
  return {
    run: plan.run,
    step: plan.step.id,
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
      AIW_STEP: plan.step.id,
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

function failIf(plan: AttemptPlan, result: AttemptResult, host: AttemptHost): AttemptResult {
  const { failIf: condition } = plan.step;
  if (condition === undefined || result.status === "failed") return result;
  const scope = host.scope();
  const { output, text, status, exitCode = null, stderr = null } = result;
  const names = attemptScope(scope.names, { output, text, status, exitCode, stderr });
  if (!evaluateCondition(host.evaluator, condition, { ...scope, names })) return result;
  const error = new AiwError("condition_failed", `fail-if was true: ${condition}`, {
    hint: logsHint({ run: plan.run, step: plan.step.id }),
  });
  const { usage, costUsd, session } = result;
  return {
    status: "failed",
    error: toErrorInfo(error),
    text,
    exitCode: result.exitCode,
    stderr: result.stderr,
    usage,
    costUsd,
    session,
  };
}

/** Aborts when a time-out passes. */
function watchTime(
  plan: AttemptPlan,
  { abort, clock }: { readonly abort: (reason: AiwError) => void; readonly clock: EngineOptions["clock"] },
): { readonly alive: () => void; readonly stop: () => void } {
  const { timeoutMs, step } = plan;
  const { idleTimeoutMs } = step;
  const stopTotal =
    timeoutMs === undefined ? undefined : clock.after(timeoutMs, () => abort(timedOut("timeout", plan, timeoutMs)));
  let last = clock.monotonic();
  let stopIdle: (() => void) | undefined;
  const armIdle = (limitMs: number) => {
    const left = last + limitMs - clock.monotonic();
    // Signs of life come often: they only note the time, and the timer looks when it fires.
    stopIdle = clock.after(Math.max(left, 1), () => {
      if (clock.monotonic() - last >= limitMs) abort(timedOut("idle_timeout", plan, limitMs));
      else armIdle(limitMs);
    });
  };
  if (idleTimeoutMs !== undefined) armIdle(idleTimeoutMs);
  return {
    alive: () => {
      last = clock.monotonic();
    },
    stop: () => {
      stopTotal?.();
      stopIdle?.();
    },
  };
}

function timedOut(code: "timeout" | "idle_timeout", plan: AttemptPlan, limitMs: number): AiwError {
  const limit = formatDuration(limitMs);
  const what = code === "timeout" ? `took longer than its time-out of ${limit}` : `was silent for ${limit}`;
  return new AiwError(code, `step ${plan.step.id} ${what}`, {
    retryable: true,
    hint: `raise \`${code === "timeout" ? "timeout" : "idle-timeout"}\` of the step`,
  });
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
