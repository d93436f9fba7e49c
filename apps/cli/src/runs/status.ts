import type { Style } from "../output/style.js";

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
    skipped: "○",
    pending: "·",
  };
  return marks[status] ?? "·";
}
