import type { RunRow } from "@aiw/core";
import type { Style } from "../output/style.js";

/** What people read of a row: a run that is under way but that no living worker drives was interrupted. */
export function shownStatus(row: RunRow): string {
  return isInterrupted(row) ? "interrupted" : row.status;
}

/** Is the run under way, and did the process that drove it end? */
export function isInterrupted({ status, driven }: Pick<RunRow, "status" | "driven">): boolean {
  return status === "running" && driven === false;
}

/** Text in the colour of a run's or step's status. */
export function paintStatus(text: string, status: string | undefined, style: Style): string {
  switch (status) {
    case "completed":
      return style.green(text);
    case "failed":
      return style.red(text);
    case "running":
      return style.cyan(text);
    case "suspended":
    case "interrupted":
    case "cancelled":
      return style.yellow(text);
    default:
      return style.dim(text);
  }
}

/** One character for a step's status. */
export function statusMark(status: string): string {
  const marks: Readonly<Record<string, string>> = {
    completed: "✔",
    failed: "✖",
    running: "◐",
    suspended: "◌",
    interrupted: "■",
    skipped: "○",
    pending: "·",
  };
  return marks[status] ?? "·";
}
