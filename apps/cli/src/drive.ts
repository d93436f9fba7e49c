import { setTimeout as sleep } from "node:timers/promises";
import { type RunHandle, type RunSummary, toErrorInfo } from "@aiw/core";
import type { Runtime } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "./context.js";
import { exitCodeOfRun, interruptedExit } from "./exit-codes.js";
import { onInterrupt } from "./interrupt.js";
import { formatError } from "./output/error.js";
import { formatMs } from "./output/format.js";
import { createStyle } from "./output/style.js";
import { printSummary, summaryJson } from "./output/summary.js";
import type { RunView } from "./output/view.js";
import { findRun, withRunStore } from "./runs/journal.js";
import { type RunReport, readReport } from "./runs/report.js";
import { currentUser } from "./user.js";

/** What is known of a run before it is shown. */
export interface DriveOptions {
  /** Number of its last event before this command; 0 for a new one. Older events are not shown again. */
  readonly knownSeq: number;
  /** Leave as soon as the run waits, for a time too. */
  readonly detach?: boolean | undefined;
}

/**
 * Shows a run until it ends, and returns the exit code. On a terminal it asks for the approvals that the run waits for
 * and goes on. Ctrl-C stops the attempts of this process, keeps the run, and says how to go on; a run that another
 * process drives goes on without being watched.
 */
export async function drive(
  runtime: Runtime,
  handle: RunHandle,
  context: CliContext,
  options: DriveOptions,
): Promise<number> {
  const stop = new AbortController();
  const interrupt = onInterrupt(() => stop.abort());
  context.stdout.on("error", keepGoing);
  try {
    let [now, knownSeq] = [handle, options.knownSeq];
    for (;;) {
      const shown = await showOnce(runtime, now, { context, signal: stop.signal, ...options, knownSeq });
      if (typeof shown === "number") return shown;
      const isAnswered =
        shown.status === "suspended" &&
        (await answerAtTerminal(runtime, shown, { context, options, signal: stop.signal }));
      if (!isAnswered) return await finish(runtime, context, shown);
      knownSeq = (await (await runtime.store())?.list({ runs: [handle.run] }))?.runs[0]?.seq ?? 0;
      now = await runtime.control.resume(handle.run);
    }
  } finally {
    interrupt();
  }
}

async function finish(runtime: Runtime, context: CliContext, { isErrorTold, ...summary }: Shown): Promise<number> {
  const { waitsOfTree } = await import("./runs/wait-tree.js");
  const waits = context.json ? [] : await waitsOfTree((id) => runtime.control.get(id), summary.run);
  printSummary(context, summary, { isErrorTold, waits });
  return exitCodeOfRun(summary);
}

/** How a run was left, and whether the view has told its error already. */
type Shown = RunSummary & { readonly isErrorTold: boolean };

interface ShowOptions extends DriveOptions {
  readonly context: CliContext;
  readonly signal: AbortSignal;
}

/** Shows the run until it ends or waits for people. Returns an exit code when it was left by Ctrl-C. */
async function showOnce(runtime: Runtime, handle: RunHandle, options: ShowOptions): Promise<Shown | number> {
  const { context, signal } = options;
  const view = await createView(context);
  const told = new Set<string>();
  const children = new Map<string, string>();
  const stopProgress = runtime.control.onProgress?.((run, step, progress) => {
    const shownAs = run === handle.run ? step : children.get(run);
    if (shownAs !== undefined) view.progress(shownAs, progress);
  });
  try {
    const shown = show(runtime, handle, view, { ...options, told, children });
    const outcome = await Promise.race([
      shown,
      aborted(signal),
      ...(options.detach === true ? [detached(runtime, handle.run)] : []),
    ]);
    if (outcome === "interrupted") return await stopHere(runtime, handle.run, view, context);
    view.close(outcome);
    return { ...outcome, isErrorTold: !context.json && told.has(outcome.error?.message ?? "") };
  } finally {
    view.close();
    stopProgress?.();
  }
}

/** When nobody drives the run because it waits. */
async function detached(runtime: Runtime, run: string): Promise<RunSummary> {
  for (;;) {
    const row = (await (await runtime.store())?.list({ runs: [run] }))?.runs[0];
    if (row?.status === "suspended" && row.worker === undefined) return await runtime.control.get(run);
    await sleep(200, undefined, { ref: false });
  }
}

/** Asks for the approvals that the run waits for. Returns whether one was answered. */
async function answerAtTerminal(
  runtime: Runtime,
  { run }: RunSummary,
  {
    context,
    options,
    signal,
  }: { readonly context: CliContext; readonly options: DriveOptions; readonly signal: AbortSignal },
): Promise<boolean> {
  const canAsk = !context.json && options.detach !== true && context.stdout.isTTY && process.stdin.isTTY;
  if (!canAsk) return false;
  const [{ isApproval, waitsOfTree }, { askApproval }] = await Promise.all([
    import("./runs/wait-tree.js"),
    import("./output/ask-approval.js"),
  ]);
  let isAnswered = false;
  for (const open of (await waitsOfTree((id) => runtime.control.get(id), run)).filter(isApproval)) {
    const answer = await askApproval(open, context, signal);
    if (answer === undefined) continue;
    const { step, binds } = open.wait;
    const bound = binds === undefined ? {} : { binds };
    try {
      await runtime.control.signal(open.run, { type: "approval", step, by: currentUser(), ...answer, ...bound });
      isAnswered = true;
    } catch (error) {
      printLine(context, formatError(toErrorInfo(error), createStyle(context.color)));
    }
  }
  return isAnswered;
}

/** A second listener tells the program that a closed pipe is no reason to leave the run. */
function keepGoing(): void {}

async function show(
  runtime: Runtime,
  handle: RunHandle,
  view: RunView,
  {
    knownSeq,
    told,
    signal,
    children,
  }: ShowOptions & {
    readonly told: Set<string>;
    readonly children: Map<string, string>;
  },
): Promise<RunSummary> {
  const shown = (async () => {
    for await (const event of runtime.control.watch(handle.run, { signal })) {
      if (event.seq <= knownSeq) view.past(event);
      else {
        view.event(event);
        // A run that ends with its steps, at its time-out say, has the same error as they.
        if (event.type === "step.failed") told.add(event.data.error.message);
      }
      if (event.type === "step.started" && event.data.child !== undefined) children.set(event.data.child, event.step);
      if (event.seq === knownSeq) view.present();
    }
  })();
  const [summary] = await Promise.all([handle.done, shown]);
  return summary;
}

/** Leaves the run, then looks at what became of it: only the store knows whether another process drives it. */
async function stopHere(runtime: Runtime, run: string, view: RunView, context: CliContext): Promise<number> {
  await runtime.close();
  const { row, report } = await withRunStore(context, async (store) => {
    const found = await findRun(store, run);
    return { row: found.row, report: await readReport(found.store, found.row) };
  });
  if (report.state.end !== undefined) {
    view.close(report.summary);
    printSummary(context, report.summary);
    return exitCodeOfRun(report.summary);
  }
  const isElsewhere = row.driven === true;
  if (!isElsewhere) view.stopped();
  view.close();
  const summary = isElsewhere ? watchedUntilNow(report) : stoppedNow(report);
  if (context.json) printJson(context, summaryJson(summary));
  printLine(context, isElsewhere ? elsewhere(run) : stoppedLine(summary));
  return interruptedExit;
}

function watchedUntilNow({ state, summary }: RunReport): RunSummary {
  return { ...summary, ms: Math.max(summary.ms, Date.now() - state.openedAt) };
}

/** An attempt that was stopped is over; its step waits for the run to be gone on with. */
function stoppedNow(report: RunReport): RunSummary {
  const { steps, ...summary } = watchedUntilNow(report);
  const now = Object.entries(steps).map(([id, status]) => [id, status === "running" ? "suspended" : status] as const);
  return { ...summary, status: "suspended", reason: "interrupted", steps: Object.fromEntries(now) };
}

function elsewhere(run: string): string {
  return `no longer watching; ${run} goes on elsewhere. \`aiw runs logs ${run} --follow\` watches it, \`aiw cancel ${run}\` ends it`;
}

function stoppedLine({ run, steps, ms }: RunSummary): string {
  const states = Object.values(steps);
  const done = `${states.filter((status) => status === "completed").length} of ${states.length} steps done`;
  return `stopped after ${formatMs(ms)}, ${done}; the run is kept. Go on with \`aiw resume ${run}\`, or end it with \`aiw cancel ${run}\``;
}

async function createView(context: CliContext): Promise<RunView> {
  const views = await Promise.all(viewsFor(context));
  return {
    event: (event) => views.forEach((view) => void view.event(event)),
    past: (event) => views.forEach((view) => void view.past(event)),
    present: () => views.forEach((view) => void view.present()),
    stopped: () => views.forEach((view) => void view.stopped()),
    progress: (step, progress) => views.forEach((view) => void view.progress(step, progress)),
    close: (summary) => views.forEach((view) => void view.close(summary)),
  };
}

function viewsFor(context: CliContext): readonly Promise<RunView>[] {
  const views = [context.json ? jsonView(context) : textView(context)];
  if (context.env.GITHUB_ACTIONS === "true") {
    views.push(import("./output/github-view.js").then(({ createGithubView }) => createGithubView(context)));
  }
  return views;
}

async function jsonView(context: CliContext): Promise<RunView> {
  const { createJsonView } = await import("./output/json-view.js");
  return createJsonView(context);
}

async function textView(context: CliContext): Promise<RunView> {
  if (context.stdout.isTTY && context.env.TERM !== "dumb" && !context.env.CI) {
    const { createLiveView } = await import("./output/live-view.js");
    return createLiveView(context, Date.now);
  }
  const { createPlainView } = await import("./output/plain-view.js");
  return createPlainView(context);
}

async function aborted(signal: AbortSignal): Promise<"interrupted"> {
  return await new Promise((resolve) => signal.addEventListener("abort", () => resolve("interrupted"), { once: true }));
}
