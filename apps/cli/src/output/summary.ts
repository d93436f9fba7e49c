import type { Json, OpenWait, RunSummary } from "@aiw/core";
import { type CliContext, printJson, printLine } from "../context.js";
import { formatError } from "./error.js";
import { formatMs, formatUsd, stripControl } from "./format.js";
import { createStyle } from "./style.js";

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

/** Prints how a run ended and what to do next; its error unless a step has told it already. */
export function printSummary(context: CliContext, summary: RunSummary, isErrorTold = false): void {
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
      if (summary.error && summary.reason !== "step" && !isErrorTold) line(formatError(summary.error, style));
      for (const text of undoLines(summary)) line(text);
      line(`${style.cyan("next:")} ${howToMend(summary.run)}`);
      return;
    case "cancelled":
      line(`${style.yellow("■")} ${style.bold("cancelled")}  ${style.dim(`${facts} · ${summary.run}`)}`);
      for (const text of undoLines(summary)) line(text);
      line(`${style.cyan("next:")} \`aiw resume ${summary.run}\` goes on after all`);
      return;
    case "running":
    case "suspended":
      line(`${style.yellow("◌")} ${style.bold("paused")}  ${style.dim(`${facts} · ${summary.run}`)}`);
      for (const wait of summary.waits ?? []) line(`  ${style.dim("waits:")} ${waitLine(wait)}`);
      line(`${style.cyan("next:")} ${howToGoOn(summary)}`);
  }
}

/** What to do with a run that failed. A run keeps its workflow, so a changed file needs a new run. */
export function howToMend(run: string): string {
  return `mend the cause, then \`aiw resume ${run}\` repeats only what is not done, with the workflow as it was; to use a changed file, start a new run`;
}

/** How a failed run ended, in a word or two. */
function endWord({ reason }: RunSummary): string {
  if (reason === "timeout") return "timed out";
  return reason === "rejected" || reason === "expired" ? reason : "failed";
}

function undoLines({ undone = [], notUndone = [] }: RunSummary): readonly string[] {
  return [
    ...(undone.length === 0 ? [] : [`undone: ${undone.join(", ")}`]),
    ...notUndone.map(({ step, error }) => `NOT undone: ${step}: ${stripControl(error.message)}`),
  ];
}

/** What a paused run waits for, in a line. */
export function waitLine({ step, waits, name, by = [], min = 1, approvals = [], until, child }: OpenWait): string {
  const who = by.length === 0 ? "" : ` by ${by.join(" or ")}`;
  const quorum = min > 1 ? ` (${approvals.length} of ${min})` : "";
  const isInterrupted = waits === "approval" && name === "interrupted";
  const what = {
    approval: isInterrupted ? "a decision about its interruption" : `approval${who}${quorum}`,
    signal: `the signal ${name ?? ""}`,
    timer: "its time",
    retry: "its next attempt",
    children: `run ${child ?? ""}`,
  }[waits];
  const end = until === undefined ? "" : `, until ${new Date(until).toISOString()}`;
  return `${step} for ${what}${end}`;
}

function howToGoOn({ run, waits = [] }: RunSummary): string {
  const interrupted = waits.filter(({ name, waits: kind }) => kind === "approval" && name === "interrupted");
  if (interrupted.length > 0) {
    const names = interrupted.map(({ step }) => step).join(", ");
    return `${names} was interrupted and its effects are unknown: \`aiw resume ${run} --interrupted retry\` repeats it, \`--interrupted fail\` gives it up`;
  }
  if (waits.some((wait) => wait.waits === "approval"))
    return `\`aiw approve ${run}\` (or \`--reject\`), then \`aiw resume ${run}\``;
  const signal = waits.find((wait) => wait.waits === "signal");
  if (signal !== undefined) return `\`aiw signal ${run} ${signal.name ?? "NAME"}\`, then \`aiw resume ${run}\``;
  if (waits.some((wait) => wait.waits === "children"))
    return `\`aiw approvals list ${run}\` shows what its sub-workflows ask`;
  return `\`aiw resume ${run}\``;
}

function printable(value: Json): string {
  return stripControl(typeof value === "string" ? value : JSON.stringify(value, null, 2));
}
