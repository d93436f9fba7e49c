import type { Json, RunSummary } from "@aiw/core";
import { type CliContext, printJson, printLine } from "../context.js";
import type { TreeWait } from "../runs/wait-tree.js";
import { formatError } from "./error.js";
import { formatMs, formatUsd, stripControl } from "./format.js";
import { createStyle } from "./style.js";
import { howToGoOn, waitLines } from "./wait-lines.js";

/** The last line of `--json`: what became of the run. */
export function summaryJson(summary: RunSummary): Record<string, unknown> {
  const { run, status, reason, outputs, steps, step, error } = summary;
  return {
    type: "summary",
    run,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(step === undefined ? {} : { step }),
    ...(error === undefined ? {} : { error }),
    ...(summary.waits === undefined ? {} : { waits: summary.waits }),
    ...(summary.undone === undefined ? {} : { undone: summary.undone }),
    ...(summary.notUndone === undefined ? {} : { not_undone: summary.notUndone }),
    outputs,
    steps,
    cost_usd: summary.costUsd,
    duration_ms: summary.ms,
  };
}

/** What is known besides the summary. */
export interface SummaryFacts {
  /** A step has told the error of the run already. */
  readonly isErrorTold?: boolean | undefined;
  /** What the run waits for, with its sub-workflows. */
  readonly waits?: readonly TreeWait[] | undefined;
}

/** Prints how a run ended, or what it waits for, and what to do next. */
export function printSummary(
  context: CliContext,
  summary: RunSummary,
  { isErrorTold, waits = [] }: SummaryFacts = {},
): void {
  if (context.json) printJson(context, summaryJson(summary));
  const style = createStyle(context.color);
  const facts = [formatMs(summary.ms), formatUsd(summary.costUsd)].filter((part) => part !== "").join(" · ");
  const line = (text: string) => printLine(context, text);
  switch (summary.status) {
    case "completed":
      line(`${style.green("✔")} ${style.bold("completed")}  ${style.dim(`${facts} · ${summary.run}`)}`);
      for (const [name, value] of Object.entries(summary.outputs)) line(`${style.cyan(name)}: ${printable(value)}`);
      return;
    case "failed":
      line(`${style.red("✖")} ${style.bold(endWord(summary))}  ${style.dim(`${facts} · ${summary.run}`)}`);
      if (summary.error && summary.reason !== "step" && isErrorTold !== true) line(formatError(summary.error, style));
      for (const text of undoLines(summary)) line(text);
      line(`${style.cyan("next:")} ${howToMend(summary)}`);
      return;
    case "cancelled":
      line(`${style.yellow("■")} ${style.bold("cancelled")}  ${style.dim(`${facts} · ${summary.run}`)}`);
      if (summary.reason !== undefined) line(`reason: ${stripControl(summary.reason)}`);
      for (const text of undoLines(summary)) line(text);
      line(`${style.cyan("next:")} \`aiw resume ${summary.run}\` goes on after all`);
      return;
    case "running":
    case "suspended":
      line(`${style.yellow("◌")} ${style.bold("paused")}  ${style.dim(`${facts} · ${summary.run}`)}`);
      for (const text of waitLines(summary.run, waits, style)) line(text);
      line(`${style.cyan("next:")} ${howToGoOn(summary.run, waits)}`);
  }
}

/** What to do with a run that failed. A run keeps its workflow, so a changed file needs a new run. */
export function howToMend({ run, reason }: RunSummary): string {
  if (reason === "rejected" || reason === "expired") return `\`aiw resume ${run}\` asks again`;
  return `mend the cause, then \`aiw resume ${run}\` repeats only what is not done, with the workflow as it was; to use a changed file, start a new run`;
}

/** How a failed run ended, in a word or two. */
function endWord({ reason }: RunSummary): string {
  if (reason === "timeout") return "timed out";
  return reason === "rejected" || reason === "expired" ? reason : "failed";
}

/** What was undone when the run stopped, and what could not be. */
export function undoLines({ undone = [], notUndone = [] }: RunSummary): readonly string[] {
  return [
    ...(undone.length === 0 ? [] : [`undone: ${undone.join(", ")}`]),
    ...notUndone.map(({ step, error }) => `NOT undone: ${step}: ${stripControl(error.message)}`),
  ];
}

function printable(value: Json): string {
  return stripControl(typeof value === "string" ? value : JSON.stringify(value, null, 2));
}
