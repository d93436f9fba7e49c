import type { Json, RunSummary } from "@aiw/core";
import { formatError } from "../output/error.js";
import { formatDate, formatMs, formatTokens, formatUsd, oneLine, stripControl } from "../output/format.js";
import type { BoardStep } from "../output/step-board.js";
import type { Style } from "../output/style.js";
import { howToMend } from "../output/summary.js";
import { formatTable } from "../output/table.js";
import type { RunReport } from "./report.js";
import { paintStatus, statusMark } from "./status.js";

/** A run for people: head, steps, errors with their hints, outputs and the next command. */
export function renderReport(report: RunReport, style: Style, isVerbose: boolean): string {
  const { state, summary, board, warnings, isInterrupted } = report;
  const parts = [
    renderHead(report, style),
    renderSteps(report, style),
    ...[...board.steps.values()].flatMap((step) => renderFault(step, style)),
    ...renderRunFault(summary, [...board.steps.values()], style),
    ...warnings.map((warning) => `${style.yellow("warning:")} ${stripControl(warning)}`),
    ...(isVerbose ? [...state.steps.keys()].flatMap((id) => renderResult(id, state.views[id], style)) : []),
    ...renderOutputs(summary, style),
    ...nextCommands(summary, isInterrupted).map((next) => `${style.cyan("next:")} ${next}`),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function renderHead({ state, summary, isInterrupted }: RunReport, style: Style): string {
  const { end, createdAt, origin } = state;
  const status = isInterrupted ? "interrupted" : summary.status;
  const text = status === "failed" ? howItFailed(summary) : status;
  const facts = [
    formatMs(summary.ms),
    formatUsd(summary.costUsd),
    `started ${formatDate(createdAt)} by ${state.trigger}`,
  ];
  const inputs = Object.entries(state.inputs).map(
    ([name, value]) => `${oneLine(name, 60)}=${oneLine(plain(value), 60)}`,
  );
  return [
    `${style.bold(oneLine(summary.name, 200))}  ${style.dim(summary.run)}`,
    `${paintStatus(text, status, style)}  ${style.dim(
      facts
        .filter((fact) => fact !== "")
        .map(stripControl)
        .join(" · "),
    )}`,
    ...(end === undefined ? [] : [style.dim(`ended ${formatDate(end.at)}`)]),
    ...(origin.file === undefined ? [] : [style.dim(`file ${oneLine(origin.file, 500)}`)]),
    ...(inputs.length === 0 ? [] : [style.dim(`inputs ${inputs.join("  ")}`)]),
  ].join("\n");
}

function howItFailed({ reason, step }: RunSummary): string {
  if (reason === "timeout") return "timed out";
  if (reason === "step") return step === undefined ? "failed" : `failed at ${oneLine(step, 60)}`;
  return reason === undefined ? "failed" : `failed (${oneLine(reason, 60)})`;
}

function renderSteps({ summary, board, isInterrupted }: RunReport, style: Style): string {
  const rows = [...board.steps.values()].map((step) => {
    const inJournal = summary.steps[step.id] ?? step.status;
    const status = isInterrupted && inJournal === "running" ? "interrupted" : inJournal;
    return [`${statusMark(status)} ${oneLine(step.title, 50)}`, step.id, status, ...stepColumns(step), noteOf(step)];
  });
  // A column in which nothing stands would only push the next one away.
  const kept = (rows[0] ?? []).map((_, column) => rows.some((row) => row[column] !== ""));
  const shown = rows.map((row) => row.filter((_, column) => kept[column] === true));
  return formatTable(shown, (cell, column, row) => {
    const status = rows[row]?.[2];
    if (column === 0) return `${paintStatus(cell.slice(0, 1), status, style)}${cell.slice(1)}`;
    return column === 2 ? paintStatus(cell, status, style) : style.dim(cell);
  });
}

function stepColumns(step: BoardStep): readonly string[] {
  if (step.attempts === 0) return ["", "", "", "", ""];
  const attempts = step.attempts > 1 ? `${step.attempts} attempts` : "";
  const time = step.ms === 0 && step.status === "running" ? "" : formatMs(step.ms);
  return [oneLine(step.agent ?? "", 40), time, attempts, formatTokens(step.usage), formatUsd(step.costUsd)];
}

function noteOf(step: BoardStep): string {
  return oneLine(step.note ?? "", 120);
}

function renderFault(step: BoardStep, style: Style): readonly string[] {
  if (step.error === undefined || step.status === "completed") return [];
  const place = step.line === undefined ? "" : `, line ${step.line}`;
  return [
    `${style.red("✖")} ${style.bold(oneLine(step.title, 200))} ${style.dim(`(${step.id}${place})`)}\n${formatError(step.error, style)}`,
  ];
}

/** The run's own error, unless it is that of a step above. */
function renderRunFault({ error, reason }: RunSummary, steps: readonly BoardStep[], style: Style): readonly string[] {
  const isTold = steps.some((step) => step.status === "failed" && step.error?.message === error?.message);
  return error === undefined || reason === "step" || isTold ? [] : [formatError(error, style)];
}

function renderResult(id: string, view: Readonly<Record<string, Json>> | undefined, style: Style): readonly string[] {
  const value = view?.output ?? view?.text;
  const text = value === undefined || value === null ? "" : stripControl(plain(value)).trimEnd();
  return text === "" ? [] : [`${style.cyan(`${id}:`)}\n${text}`];
}

function renderOutputs(summary: RunSummary, style: Style): readonly string[] {
  const lines = Object.entries(summary.outputs).map(
    ([name, value]) => `${style.cyan(`${oneLine(name, 100)}:`)} ${stripControl(plain(value))}`,
  );
  return lines.length === 0 ? [] : [lines.join("\n")];
}

function plain(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** What can be done with the run now. */
export function nextCommands({ run, status, steps }: RunSummary, isInterrupted = false): readonly string[] {
  if (isInterrupted) return [`\`aiw resume ${run}\` goes on; the process that drove the run has ended`];
  switch (status) {
    case "completed":
      return [];
    case "failed":
      return [howToMend(run)];
    case "cancelled":
      return [`\`aiw resume ${run}\` goes on after all`];
    case "running":
      return [`\`aiw runs logs ${run} --follow\` watches it`];
    case "suspended": {
      const waiting = Object.values(steps).includes("suspended");
      return [
        `\`aiw resume ${run}\` goes on${waiting ? "; a step that was interrupted needs `--interrupted retry` or `--interrupted fail`" : ""}`,
      ];
    }
  }
}
