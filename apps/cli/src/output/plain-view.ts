import type { StoredEvent } from "@aiw/core";
import type { CliContext } from "../context.js";
import { formatError } from "./error.js";
import { formatClock, stripControl } from "./format.js";
import { type BoardStep, createStepBoard, howFar, stepFacts } from "./step-board.js";
import { createStyle } from "./style.js";
import type { RunView } from "./view.js";

/** One line an event, without cursor codes: for pipes, logs and CI. With `-v` also the output of the steps. */
export function createPlainView(context: CliContext): RunView {
  const board = createStepBoard();
  const out = context.json ? context.stderr : context.stdout;
  const style = createStyle(context.color);
  const printLine = (at: number, id: string, text: string) =>
    out.write(`${style.dim(formatClock(at))} ${id.padEnd(width(board.steps.keys()))}  ${text}\n`);
  return {
    event(event) {
      const step = board.apply(event);
      const text = step ? describeStep(event, step) : undefined;
      if (step && text) printLine(event.at, step.id, text);
      if (event.type === "step.failed" || event.type === "step.compensation_failed")
        out.write(`${formatError(event.data.error, style)}\n`);
      if (event.type === "run.warned") out.write(`${style.yellow("warning:")} ${stripControl(event.data.message)}\n`);
    },
    past(event) {
      board.apply(event);
    },
    present() {
      out.write(`${howFar(board)}\n`);
    },
    stopped() {
      const at = Date.now();
      for (const step of board.steps.values()) if (step.status === "running") printLine(at, step.id, "interrupted");
    },
    progress(step, progress) {
      if (progress.type === "warning")
        out.write(`${style.yellow("warning:")} ${step}: ${stripControl(progress.message)}\n`);
      if (!context.verbose || (progress.type !== "output" && progress.type !== "text")) return;
      for (const line of stripControl(progress.text).replace(/\n$/, "").split("\n"))
        out.write(`${style.dim(`[${step}]`)} ${line}\n`);
    },
    close() {},
  };
}

function describeStep(event: StoredEvent, step: BoardStep): string | undefined {
  switch (event.type) {
    case "step.started":
      return step.agent ? `started  ${step.agent}` : "started";
    case "step.completed":
      return `ok  ${stepFacts(step)}${step.note ? `  (${step.note})` : ""}`;
    case "step.attempt_failed":
      return step.note
        ? `attempt ${event.data.attempt} failed: ${stripControl(event.data.error.message)}; ${step.note}`
        : undefined;
    case "step.failed":
      return `failed  ${stepFacts(step)}${step.note ? `  (${step.note})` : ""}`;
    case "step.compensated":
      return `undone  ${stepFacts(step)}`;
    case "step.compensation_failed":
      return "could not be undone";
    case "step.skipped":
      return `skipped  ${step.note ?? ""}`;
    case "step.suspended":
      return step.note ?? "waits";
    default:
      return undefined;
  }
}

function width(ids: Iterable<string>): number {
  let longest = 0;
  for (const id of ids) longest = Math.max(longest, id.length);
  return Math.min(longest, 32);
}
