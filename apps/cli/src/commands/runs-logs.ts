import { setTimeout as sleep } from "node:timers/promises";
import { AiwError, nearest, parseStepPath, type RunStore, type StoredEvent } from "@aiw/core";
import { type CliContext, printJson, printLine } from "../context.js";
import { interruptedExit } from "../exit-codes.js";
import { createStyle } from "../output/style.js";
import { createEventLines, isWanted } from "../runs/event-lines.js";
import { findRun, readJournal, withRunStore } from "../runs/journal.js";
import { isInterrupted } from "../runs/status.js";

/** Flags of `aiw runs logs`. */
export interface RunsLogsOptions {
  readonly step?: string | undefined;
  readonly follow: boolean;
}

const pollMs = 250;
/** A run that waited for a retry is due for a moment before its own process takes it up again. */
const claimMs = 3_000;

/** `aiw runs logs [RUN]`: the journal as lines for people, or as stored with `--json`. */
export async function runsLogsCommand(
  run: string | undefined,
  options: RunsLogsOptions,
  context: CliContext,
): Promise<number> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  if (options.follow) process.once("SIGINT", interrupt);
  try {
    await withRunStore(context, async (opened) => {
      const found = await findRun(opened, run);
      await printJournal(found.store, found.run, { ...options, signal: stop.signal }, context);
    });
    return stop.signal.aborted ? interruptedExit : 0;
  } finally {
    process.off("SIGINT", interrupt);
  }
}

/** Prints the events of a run; with `follow` until it ends or the signal is aborted. */
export async function printJournal(
  store: RunStore,
  run: string,
  options: RunsLogsOptions & { readonly signal: AbortSignal },
  context: CliContext,
): Promise<void> {
  const lines = createEventLines({ style: createStyle(context.color), isVerbose: context.verbose, step: options.step });
  const print = (event: StoredEvent) => {
    if (!context.json) for (const line of lines(event)) printLine(context, line);
    else if (isWanted(event, options.step)) printJson(context, event);
  };
  let seq = 0;
  let hasEnded = false;
  let isOver = false;
  for (;;) {
    for await (const events of readJournal(store, run, seq)) {
      for (const event of events) {
        if (event.type === "run.created") requireStep(event, options.step);
        hasEnded = endsRun(event) ?? hasEnded;
        print(event);
      }
      seq = events.at(-1)?.seq ?? seq;
    }
    if (!options.follow || hasEnded) return;
    if (isOver) return void context.stderr.write(`nobody drives the run; \`aiw resume ${run}\` goes on with it\n`);
    isOver = await isLeft(store, run);
    // Read once more: its worker may have written to the very end.
    if (!isOver && !(await pause(options.signal))) return;
  }
}

/** Is the run under way, and was the process that drove it ended? */
async function isLeft(store: RunStore, run: string): Promise<boolean> {
  const [row] = (await store.list({ runs: [run] })).runs;
  return row !== undefined && isInterrupted(row, Date.now() - claimMs);
}

/** True after an event that ends the run, false after one that opens it again. */
function endsRun({ type }: StoredEvent): boolean | undefined {
  if (type === "run.completed" || type === "run.failed" || type === "run.cancelled") return true;
  return type === "run.reopened" ? false : undefined;
}

function requireStep(created: Extract<StoredEvent, { type: "run.created" }>, step: string | undefined): void {
  const { steps, onFailure = [], finally: last = [] } = created.data.workflow;
  const ids = [...steps, ...onFailure, ...last].map(({ id }) => id);
  // Items, rounds and undo have paths of their own: `build[3]#2!undo`.
  if (step === undefined || ids.includes(parseStepPath(step)?.id ?? step)) return;
  const near = nearest(step, ids);
  throw new AiwError("usage", `run ${created.run} has no step '${step}'`, {
    hint: near === undefined ? `its steps are ${ids.slice(0, 20).join(", ")}` : `did you mean '${near}'?`,
  });
}

/** False when it was interrupted. */
async function pause(signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(pollMs, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
