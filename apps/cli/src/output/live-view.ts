import { stripVTControlCharacters } from "node:util";
import { createLogUpdate } from "log-update";
import type { CliContext } from "../context.js";
import { formatError } from "./error.js";
import { clip, formatMs, formatUsd, oneLine } from "./format.js";
import { type BoardStep, createStepBoard, howFar, stepFacts } from "./step-board.js";
import { createStyle, type Style } from "./style.js";
import type { RunView } from "./view.js";

const framesPerSecond = 10;
const ends: ReadonlySet<string> = new Set([
  "step.completed",
  "step.failed",
  "step.skipped",
  "step.compensated",
  "step.compensation_failed",
]);
const spinner = ["◐", "◓", "◑", "◒"];

/**
 * For a terminal: a finished step is printed once and scrolls away; only a small block of running steps and one footer
 * is redrawn, at most ten times a second and never taller than the screen.
 */
export function createLiveView(context: CliContext, now: () => number): RunView {
  const board = createStepBoard();
  const style = createStyle(context.color);
  const out = context.stdout;
  const block = createLogUpdate(out, { showCursor: false });
  let isClosed = false;
  let frame = 0;
  let isDirty = true;
  let drawn = "";
  let drawnWidth = 0;
  const columns = () => Math.max(1, out.columns ?? 80);
  const draw = () => {
    frame += 1;
    isDirty = false;
    drawn = renderBlock();
    drawnWidth = columns();
    block(drawn);
  };
  const timer = setInterval(draw, 1_000 / framesPerSecond);

  function renderBlock(): string {
    const width = Math.max(20, out.columns ?? 80);
    const room = Math.max(1, (out.rows ?? 24) - 3);
    const running = [...board.steps.values()].filter(({ status }) => status === "running" || status === "suspended");
    const lines = running.slice(0, room).map((step) => renderRunning(step, style, { now: now(), frame, width }));
    if (running.length > room) lines.push(style.dim(`  and ${running.length - room} more`));
    return [...lines, style.dim(renderFooter(width))].join("\n");
  }

  function renderFooter(width: number): string {
    const { done, all, costUsd } = board.totals();
    const parts = [`${done}/${all} steps`, formatMs(now() - board.startedAt), formatUsd(costUsd)].filter(
      (part) => part !== "",
    );
    return clip(`${parts.join(" · ")}   Ctrl-C stops; it can be resumed`, width - 1);
  }

  function printAbove(text: string): void {
    block.clear();
    out.write(`${text}\n`);
    draw();
  }

  function printHead(run: string): void {
    printAbove(`${style.bold(oneLine(board.name, 200))}  ${style.dim(run)}`);
  }

  /** What was drawn for a wider terminal now takes more lines than the block knows of. */
  function redraw(): void {
    const more = rowsOf(drawn, columns()) - rowsOf(drawn, drawnWidth);
    block.clear();
    if (more > 0) out.write("\u001b[1A\u001b[2K".repeat(more));
    draw();
  }
  out.on("resize", redraw);

  return {
    event(event) {
      const step = board.apply(event);
      if (event.type === "run.created") printHead(event.run);
      if (step && ends.has(event.type)) printAbove(renderEnded(step, style));
      if (event.type === "step.failed" || event.type === "step.compensation_failed")
        printAbove(formatError(event.data.error, style));
      if (event.type === "run.warned") printAbove(`${style.yellow("warning:")} ${oneLine(event.data.message, 2_000)}`);
      isDirty = true;
    },
    past(event) {
      board.apply(event);
      if (event.type === "run.created") printHead(event.run);
    },
    present() {
      printAbove(howFar(board));
    },
    stopped() {
      for (const step of board.steps.values())
        if (step.status === "running")
          printAbove(`${style.yellow("■")} ${oneLine(step.title, 60)}  ${style.dim("interrupted")}`);
    },
    progress(step, progress) {
      board.progress(step, progress);
      if (progress.type === "warning")
        printAbove(`${style.yellow("warning:")} ${step}: ${oneLine(progress.message, 2_000)}`);
      if (context.verbose && (progress.type === "output" || progress.type === "text")) {
        for (const line of progress.text.replace(/\n$/, "").split("\n"))
          printAbove(`${style.dim(`[${step}]`)} ${oneLine(line, 2_000)}`);
      }
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      clearInterval(timer);
      out.off("resize", redraw);
      if (isDirty) draw();
      block.clear();
      block.done();
    },
  };
}

/** Rows that a text takes on a terminal that breaks its lines anew when it gets narrower. */
function rowsOf(text: string, width: number): number {
  const lines = stripVTControlCharacters(text).split("\n");
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / Math.max(1, width))), 0);
}

function renderRunning(step: BoardStep, style: Style, at: { now: number; frame: number; width: number }): string {
  const mark = step.status === "suspended" ? "◌" : (spinner[at.frame % spinner.length] ?? "◐");
  const head = `${mark} ${oneLine(step.title, at.width)}`;
  const time = step.status === "suspended" ? "" : formatMs(at.now - step.startedAt);
  const rest = [step.agent, time, oneLine(step.note ?? step.action ?? "", at.width)]
    .filter((part) => part !== undefined && part !== "")
    .join("  ");
  const line = clip(`${head}  ${rest}`, at.width - 1);
  return line.startsWith(head)
    ? `${style.cyan(mark)}${line.slice(mark.length, head.length)}${style.dim(line.slice(head.length))}`
    : line;
}

function renderEnded(step: BoardStep, style: Style): string {
  const title = oneLine(step.title, 60);
  const note = step.note ? style.dim(`  ${step.note}`) : "";
  if (step.status === "completed") return `${style.green("✔")} ${title}  ${style.dim(stepFacts(step))}${note}`;
  if (step.status === "skipped") return `${style.dim(`○ ${title}  skipped: ${step.note ?? ""}`)}`;
  return `${style.red("✖")} ${title}  ${style.dim(stepFacts(step))}${note}`;
}
