import { type RunHandle, type RunSummary, type StartRequest, toErrorInfo } from "@aiw/core";
import type { Runtime } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "./context.js";
import { exitCodeOfError, exitCodeOfRun, interruptedExit } from "./exit-codes.js";
import { onInterrupt } from "./interrupt.js";
import { createStyle } from "./output/style.js";
import { summaryJson } from "./output/summary.js";
import { createManyLines, type ManyLines, type ManyResult, renderMany } from "./run-many-lines.js";

/** One of several workflows that are run at once. */
export interface ManyTarget {
  /** What its lines begin with: the path as it was typed. */
  readonly name: string;
  readonly request: StartRequest;
}

/** How several workflows are run. */
export interface ManyOptions {
  /** Most runs at once. */
  readonly maxParallel: number;
  /** Stops all of them; default: Ctrl-C. */
  readonly signal?: AbortSignal | undefined;
}

/** What is needed of a runtime. */
export type ManyRuntime = Pick<Runtime, "control" | "close">;

/**
 * Runs several workflows, so many at once, and shows them: a line an event, which begins with the name of its target, and a
 * table at the end. With `--json` it is the events of all runs, then one summary each. One that fails or cannot be started
 * stops no other. Ctrl-C stops the attempts of this process, keeps the runs, and says how to go on.
 *
 * @returns The exit code of the failure that matters most, see {@link worstExit}.
 */
export async function runMany(
  runtime: ManyRuntime,
  targets: readonly ManyTarget[],
  options: ManyOptions,
  context: CliContext,
): Promise<number> {
  const stop = new AbortController();
  const forget = options.signal === undefined ? onInterrupt(() => stop.abort()) : undefined;
  const signal = options.signal ?? stop.signal;
  context.stdout.on("error", keepGoing);
  try {
    const results = await startAll({ runtime, targets: withUniqueNames(targets), options, context, signal });
    if (signal.aborted) await runtime.close();
    report(results, context);
    return signal.aborted ? interruptedExit : worstExit(results.map(exitCodeOf));
  } finally {
    forget?.();
    context.stdout.off("error", keepGoing);
  }
}

/**
 * Of several exit codes the one that says most: interrupted, refused, denied, agent or tool missing, budget, time-out,
 * rejected, any other failure, paused.
 */
export function worstExit(codes: readonly number[]): number {
  return priority.find((code) => codes.includes(code)) ?? codes.find((code) => code !== 0) ?? 0;
}

const priority = [interruptedExit, 2, 7, 6, 4, 5, 3, 1, 20];

interface Many {
  readonly runtime: ManyRuntime;
  readonly targets: readonly ManyTarget[];
  readonly options: ManyOptions;
  readonly context: CliContext;
  readonly signal: AbortSignal;
}

/** Takes the next target whenever a run ends. */
async function startAll(many: Many): Promise<readonly ManyResult[]> {
  const { targets, options, context, signal } = many;
  const results = targets.map(({ name }): ManyResult => ({ name, is: "left" }));
  const lines = createManyLines(targets, context);
  const open = [...targets.entries()];
  const work = async () => {
    for (let next = open.shift(); next !== undefined && !signal.aborted; next = open.shift()) {
      const [index, target] = next;
      results[index] = await startOne(target, many, lines);
    }
  };
  const workers = Math.max(1, Math.min(options.maxParallel, targets.length));
  await Promise.all(Array.from({ length: workers }, work));
  return results;
}

async function startOne({ name, request }: ManyTarget, many: Many, lines: ManyLines): Promise<ManyResult> {
  let handle: RunHandle;
  try {
    handle = await many.runtime.control.start(request);
  } catch (error) {
    const info = toErrorInfo(error);
    lines.refused(name, info);
    return { name, is: "refused", error: info };
  }
  return { name, is: "run", summary: await show(handle, name, many, lines) };
}

/** Until the run ends, waits for people, or all are stopped. */
async function show(handle: RunHandle, name: string, many: Many, lines: ManyLines): Promise<RunSummary> {
  const { context, signal } = many;
  const { control } = many.runtime;
  const github = await githubView(context);
  const stopProgress = control.onProgress?.((run, step, progress) => {
    if (run === handle.run) lines.progress(name, step, progress);
  });
  const shown = (async () => {
    for await (const event of control.watch(handle.run, { signal })) {
      lines.event(name, event);
      github?.event(event);
    }
  })();
  try {
    const summary = await Promise.race([
      Promise.all([handle.done, shown]).then(([done]) => done),
      aborted(signal).then(async () => stoppedNow(await control.get(handle.run))),
    ]);
    github?.close(summary);
    if (summary.status === "completed") lines.outputs(name, summary.outputs);
    return summary;
  } finally {
    stopProgress?.();
  }
}

async function githubView(context: CliContext) {
  if (context.env.GITHUB_ACTIONS !== "true") return undefined;
  return (await import("./output/github-view.js")).createGithubView(context);
}

/** An attempt that was stopped is over; its step waits for the run to be gone on with. */
function stoppedNow({ steps, ...summary }: RunSummary): RunSummary {
  if (summary.status !== "running") return { ...summary, steps };
  const now = Object.entries(steps).map(([id, status]) => [id, status === "running" ? "suspended" : status] as const);
  return { ...summary, status: "suspended", reason: "interrupted", steps: Object.fromEntries(now) };
}

function report(results: readonly ManyResult[], context: CliContext): void {
  if (context.json) for (const result of results) printJson(context, resultJson(result));
  printLine(context, renderMany(results, createStyle(context.color)));
}

/** The summary of a run as `aiw run` prints it, with the target that it is of. */
function resultJson(result: ManyResult): Record<string, unknown> {
  if (result.is === "run") return { ...summaryJson(result.summary), target: result.name };
  const nothing = { outputs: {}, steps: {}, cost_usd: 0, duration_ms: 0, target: result.name };
  if (result.is === "left")
    return { type: "summary", run: null, status: "cancelled", reason: "interrupted", ...nothing };
  return { type: "summary", run: null, status: "failed", reason: "refused", error: result.error, ...nothing };
}

function exitCodeOf(result: ManyResult): number {
  switch (result.is) {
    case "run":
      return exitCodeOfRun(result.summary);
    case "refused":
      return exitCodeOfError(result.error.code);
    case "left":
      return interruptedExit;
  }
}

/** The same file twice, with other inputs say, is told apart by a number. */
function withUniqueNames(targets: readonly ManyTarget[]): readonly ManyTarget[] {
  const seen = new Map<string, number>();
  return targets.map((target) => {
    const count = (seen.get(target.name) ?? 0) + 1;
    seen.set(target.name, count);
    return count === 1 ? target : { ...target, name: `${target.name} (${count})` };
  });
}

/** A second listener tells the program that a closed pipe is no reason to leave the runs. */
function keepGoing(): void {}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
