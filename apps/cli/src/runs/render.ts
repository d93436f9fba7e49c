import { type Json, parseStepPath, type RunSummary } from "@aiw/core";
import { formatError } from "../output/error.js";
import { formatDate, formatMs, formatTokens, formatUsd, oneLine, stripControl } from "../output/format.js";
import type { BoardStep } from "../output/step-board.js";
import type { Style } from "../output/style.js";
import { howToMend, undoLines } from "../output/summary.js";
import { formatTable } from "../output/table.js";
import { howToGoOn, waitLines } from "../output/wait-lines.js";
import type { RunReport } from "./report.js";
import { paintStatus, statusMark } from "./status.js";

/** A run for people: head, steps, errors with their hints, outputs and the next command. */
export function renderReport(report: RunReport, style: Style, isVerbose: boolean): string {
  const { state, summary, board, warnings } = report;
  const parts = [
    renderHead(report, style),
    renderSteps(report, style),
    ...[...board.steps.values()].flatMap((step) => renderFault(step, style)),
    ...renderRunFault(summary, [...board.steps.values()], style),
    undoLines(summary).join("\n"),
    waitLines(summary.run, report.waits, style).join("\n"),
    ...warnings.map((warning) => `${style.yellow("warning:")} ${stripControl(warning)}`),
    ...(isVerbose ? [...state.steps.keys()].flatMap((id) => renderResult(id, state.views[id], style)) : []),
    ...renderOutputs(summary, style),
    ...nextCommands(report).map((next) => `${style.cyan("next:")} ${next}`),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function renderHead({ state, summary, root, isInterrupted }: RunReport, style: Style): string {
  const { end, createdAt, origin } = state;
  const status = isInterrupted ? "interrupted" : summary.status;
  const text = status === "failed" ? howItFailed(summary) : status;
  const why = summary.status === "cancelled" ? summary.reason : undefined;
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
    ...(root === summary.run ? [] : [style.dim(`part of run ${root}`)]),
    ...(why === undefined ? [] : [style.dim(`reason ${oneLine(why, 200)}`)]),
    ...(end === undefined ? [] : [style.dim(`ended ${formatDate(end.at)}`)]),
    ...(origin.file === undefined ? [] : [style.dim(`file ${oneLine(origin.file, 500)}`)]),
    ...(inputs.length === 0 ? [] : [style.dim(`inputs ${inputs.join("  ")}`)]),
  ].join("\n");
}

function howItFailed({ reason, step }: RunSummary): string {
  if (reason === "timeout") return "timed out";
  if (reason === "rejected" || reason === "expired") return reason;
  if (reason === "step") return step === undefined ? "failed" : `failed at ${oneLine(step, 60)}`;
  return reason === undefined ? "failed" : `failed (${oneLine(reason, 60)})`;
}

function renderSteps({ summary, board, isInterrupted }: RunReport, style: Style): string {
  const rows = inOrder([...board.steps.values()]).map((step) => {
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

/** Items, rounds and undo stand below their step. */
function inOrder(steps: readonly BoardStep[]): readonly BoardStep[] {
  const idOf = ({ id }: BoardStep) => parseStepPath(id)?.id ?? id;
  const groups = new Map<string, BoardStep[]>();
  for (const step of steps) groups.set(idOf(step), [...(groups.get(idOf(step)) ?? []), step]);
  return [...groups.values()].flat();
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
function nextCommands({ summary, root, waits, isInterrupted }: RunReport): readonly string[] {
  const { status } = summary;
  // A sub-workflow goes on with the run that it is part of.
  const run = root;
  if (isInterrupted) return [`\`aiw resume ${run}\` goes on; the process that drove the run has ended`];
  switch (status) {
    case "completed":
      return [];
    case "failed":
      return [howToMend({ ...summary, run })];
    case "cancelled":
      return [`\`aiw resume ${run}\` goes on after all`];
    case "running":
      return [`\`aiw runs logs ${summary.run} --follow\` watches it`];
    case "suspended":
      return [howToGoOn(run, waits)];
  }
}
