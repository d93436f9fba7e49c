import type { RunHandle, RunSummary } from "@aiw/core";
import type { Runtime } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "./context.js";
import { exitCodeOfRun, interruptedExit } from "./exit-codes.js";
import { printSummary } from "./output/summary.js";
import type { RunView } from "./output/view.js";

/** Shows a run until it ends, and returns the exit code. Ctrl-C stops its attempts, keeps the run, and says how to go on. */
export async function drive(runtime: Runtime, handle: RunHandle, context: CliContext): Promise<number> {
  const view = await createView(context);
  const stop = new AbortController();
  const interrupt = onInterrupt(() => stop.abort());
  context.stdout.on("error", keepGoing);
  const stopProgress = runtime.control.onProgress((run, step, progress) => {
    if (run === handle.run) view.progress(step, progress);
  });
  try {
    const outcome = await Promise.race([show(runtime, handle, view, stop.signal), aborted(stop.signal)]);
    if (outcome === "interrupted") return await stopHere(runtime, handle, view, context);
    view.close(outcome);
    printSummary(context, outcome);
    return exitCodeOfRun(outcome);
  } finally {
    view.close();
    stopProgress();
    interrupt();
  }
}

/** A second listener tells the program that a closed pipe is no reason to leave the run. */
function keepGoing(): void {}

async function show(runtime: Runtime, handle: RunHandle, view: RunView, signal: AbortSignal): Promise<RunSummary> {
  const shown = (async () => {
    for await (const event of runtime.control.watch(handle.run, { signal })) view.event(event);
  })();
  const [summary] = await Promise.all([handle.done, shown]);
  return summary;
}

async function stopHere(runtime: Runtime, handle: RunHandle, view: RunView, context: CliContext): Promise<number> {
  await runtime.close();
  view.close();
  const next = `aiw resume ${handle.run}`;
  if (context.json)
    printJson(context, {
      type: "summary",
      run: handle.run,
      status: "suspended",
      reason: "interrupted",
      outputs: {},
      steps: {},
      cost_usd: 0,
      duration_ms: 0,
    });
  printLine(context, `stopped; the run is kept. Go on with \`${next}\`, or end it with \`aiw cancel ${handle.run}\``);
  return interruptedExit;
}

async function createView(context: CliContext): Promise<RunView> {
  const views = await Promise.all(viewsFor(context));
  return {
    event: (event) => views.forEach((view) => void view.event(event)),
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

/** First signal: stop cleanly. Second: at once. Returns what removes the listeners. */
function onInterrupt(stop: () => void): () => void {
  let isStopping = false;
  const listener = () => {
    if (isStopping) process.exit(interruptedExit);
    isStopping = true;
    stop();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

async function aborted(signal: AbortSignal): Promise<"interrupted"> {
  return await new Promise((resolve) => signal.addEventListener("abort", () => resolve("interrupted"), { once: true }));
}
