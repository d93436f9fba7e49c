import type { ErrorInfo, Progress, RunSummary, StoredEvent } from "@aiw/core";
import { type CliContext, printJson } from "./context.js";
import { formatError } from "./output/error.js";
import { formatClock, formatMs, formatUsd, oneLine, stripControl } from "./output/format.js";
import { createStyle, type Style } from "./output/style.js";
import { formatTable } from "./output/table.js";
import { describeEvent, outputOf } from "./runs/describe-event.js";
import { quoteForShell } from "./shell.js";

/** What became of one of several workflows that were run. */
export type ManyResult =
  | { readonly name: string; readonly is: "run"; readonly summary: RunSummary }
  /** Nothing was started. */
  | { readonly name: string; readonly is: "refused"; readonly error: ErrorInfo }
  /** It was not its turn yet when all were stopped. */
  | { readonly name: string; readonly is: "left" };

/** Prints what happens in several runs, each line with the name of its target. */
export interface ManyLines {
  event(name: string, event: StoredEvent): void;
  progress(name: string, step: string, progress: Progress): void;
  refused(name: string, error: ErrorInfo): void;
  /** What a completed run gives. */
  outputs(name: string, outputs: RunSummary["outputs"]): void;
}

/** What only says who does the work, not what becomes of it. */
const quiet: ReadonlySet<StoredEvent["type"]> = new Set(["run.claimed", "step.checkpointed"]);
const maxName = 32;

/** With `--json` events go to stdout as they are stored, and people read the rest on stderr. */
export function createManyLines(targets: readonly { readonly name: string }[], context: CliContext): ManyLines {
  const style = createStyle(context.color);
  const out = context.json ? context.stderr : context.stdout;
  const width = Math.min(maxName, Math.max(0, ...targets.map(({ name }) => name.length)));
  const print = (name: string, text: string) =>
    out.write(`${style.cyan(`${oneLine(name, maxName).padEnd(width)} │`)} ${text}\n`);
  const printAll = (name: string, text: string) => {
    for (const line of text.trimEnd().split("\n")) print(name, line);
  };
  return {
    event(name, event) {
      if (context.json) return printStored(event, context);
      if (quiet.has(event.type)) return;
      const step = "step" in event ? `${oneLine(event.step, 40)}  ` : "";
      print(name, `${style.dim(formatClock(event.at))} ${step}${oneLine(describeEvent(event), 1_000)}`);
      if (context.verbose) for (const text of outputOf(event)) printAll(name, stripControl(text).replace(/^/gm, "  "));
    },
    progress(name, step, progress) {
      if (progress.type !== "warning") return;
      print(name, `${style.yellow("warning:")} ${oneLine(step, 40)}: ${oneLine(progress.message, 1_000)}`);
    },
    refused(name, error) {
      printAll(name, formatError(error, style));
    },
    outputs(name, outputs) {
      for (const [output, value] of Object.entries(outputs)) {
        const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
        printAll(name, `${style.cyan(output)}: ${stripControl(text)}`);
      }
    },
  };
}

/** The table of all targets, what to do next for each that is not done, and one line that counts them. */
export function renderMany(results: readonly ManyResult[], style: Style): string {
  const rows = results.map((result) => [
    mark(result),
    oneLine(result.name, 60),
    ...(result.is === "run"
      ? [statusOf(result.summary), formatMs(result.summary.ms), formatUsd(result.summary.costUsd), result.summary.run]
      : [result.is === "refused" ? `not started: ${result.error.code}` : "not started", "", "", ""]),
    nextOf(result),
  ]);
  const table = formatTable(
    [["", "workflow", "status", "duration", "cost", "run", "next"], ...rows],
    (cell, column, row) => {
      if (row === 0) return style.dim(cell);
      const result = results[row - 1];
      return column === 0 || column === 2 ? paint(cell, result, style) : cell;
    },
  );
  return `\n${table}\n\n${sumUp(results)}`;
}

function printStored({ v, seq, run, at, type, ...rest }: StoredEvent, context: CliContext): void {
  printJson(context, { v, seq, run, at, type, ...rest });
}

function mark(result: ManyResult): string {
  if (result.is === "left") return "·";
  if (result.is === "refused") return "✖";
  return { completed: "✔", failed: "✖", cancelled: "■", suspended: "◌", running: "◌" }[result.summary.status];
}

function paint(text: string, result: ManyResult | undefined, style: Style): string {
  if (result === undefined || result.is === "left") return style.dim(text);
  if (result.is === "refused" || result.summary.status === "failed") return style.red(text);
  return result.summary.status === "completed" ? style.green(text) : style.yellow(text);
}

function statusOf({ status, reason }: RunSummary): string {
  if (status === "failed") return reason === undefined || reason === "step" ? "failed" : `failed: ${reason}`;
  if (status === "suspended" || status === "running") return reason === "interrupted" ? "stopped" : "paused";
  return status;
}

function nextOf(result: ManyResult): string {
  if (result.is !== "run" || result.summary.status === "completed") return "";
  const { run, waits = [] } = result.summary;
  if (waits.some(({ waits: kind }) => kind === "approval")) return `aiw approve ${run}`;
  const signal = waits.find(({ waits: kind }) => kind === "signal");
  if (signal !== undefined) return `aiw signal ${run} ${quoteForShell(signal.name ?? "NAME")}`;
  if (waits.some(({ waits: kind }) => kind === "children")) return `aiw runs show ${run}`;
  return `aiw resume ${run}`;
}

function sumUp(results: readonly ManyResult[]): string {
  const words = results.map((result) => {
    if (result.is !== "run") return "not started";
    const { status } = result.summary;
    return status === "suspended" || status === "running" ? "paused" : status;
  });
  const order = ["completed", "failed", "cancelled", "paused", "not started"];
  const counts = order.map((word) => [word, words.filter((each) => each === word).length] as const);
  const parts = counts.filter(([, count]) => count > 0).map(([word, count]) => `${count} ${word}`);
  return `${results.length} ${results.length === 1 ? "workflow" : "workflows"}: ${parts.join(", ")}`;
}
