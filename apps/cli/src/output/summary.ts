import type { Json, RunSummary } from "@aiw/core";
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
      line(
        `${style.red("✖")} ${style.bold(summary.reason === "timeout" ? "timed out" : "failed")}  ${style.dim(`${facts} · ${summary.run}`)}`,
      );
      if (summary.error && summary.reason !== "step" && !isErrorTold) line(formatError(summary.error, style));
      line(`${style.cyan("next:")} ${howToMend(summary.run)}`);
      return;
    case "cancelled":
      line(`${style.yellow("■")} ${style.bold("cancelled")}  ${style.dim(`${facts} · ${summary.run}`)}`);
      line(`${style.cyan("next:")} \`aiw resume ${summary.run}\` goes on after all`);
      return;
    case "running":
    case "suspended":
      line(`${style.yellow("◌")} ${style.bold("paused")}  ${style.dim(`${facts} · ${summary.run}`)}`);
      line(`${style.cyan("next:")} ${howToGoOn(summary)}`);
  }
}

/** What to do with a run that failed. A run keeps its workflow, so a changed file needs a new run. */
export function howToMend(run: string): string {
  return `mend the cause, then \`aiw resume ${run}\` repeats only what is not done, with the workflow as it was; to use a changed file, start a new run`;
}

function howToGoOn(summary: RunSummary): string {
  const waiting = Object.entries(summary.steps).filter(([, status]) => status === "suspended");
  if (waiting.length === 0) return `\`aiw resume ${summary.run}\``;
  const names = waiting.map(([id]) => id).join(", ");
  return `${names} was interrupted and its effects are unknown: \`aiw resume ${summary.run} --interrupted retry\` repeats it, \`--interrupted fail\` gives it up`;
}

function printable(value: Json): string {
  return stripControl(typeof value === "string" ? value : JSON.stringify(value, null, 2));
}
