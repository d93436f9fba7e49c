import type { RunRow } from "@aiw/core";
import type { Style } from "../output/style.js";

/** What people read of a row: a run that could go on but that nobody drives was interrupted. */
export function shownStatus(row: RunRow, now: number): string {
  return isInterrupted(row, now) ? "interrupted" : row.status;
}

/**
 * Did the process that drove the run end before the run did? It was killed and still holds the run, or it left in order,
 * and then the run is due and waits for whoever goes on with it.
 */
export function isInterrupted({ status, driven, worker, dueAt }: RunRow, now: number): boolean {
  if (status === "running") return driven === false;
  return status === "suspended" && worker === undefined && dueAt !== undefined && dueAt <= now;
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
