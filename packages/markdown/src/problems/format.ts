import { lineStarts } from "../text/source.js";
import type { Problem } from "./problem.js";

/** How {@link formatProblem} prints. */
export interface FormatOptions {
  /** ANSI colours; default false. */
  readonly color?: boolean;
}

const maxWidth = 110;
const reset = "\u001b[0m";
const styles = { error: "\u001b[1;31m", warning: "\u001b[1;33m", frame: "\u001b[2m", bold: "\u001b[1m" };

/** What is shown of a problem; those of other files than workflows have codes of their own. */
export type ShownProblem = Omit<Problem, "code"> & { readonly code: string };

/**
 * A problem with its line of the file, for people. Control characters of the file are shown as `·`, so that a file
 * cannot steer the terminal; long lines are cut around the place.
 */
export function formatProblem(problem: ShownProblem, text: string, options: FormatOptions = {}): string {
  const paint = (style: keyof typeof styles, words: string) =>
    options.color === true ? `${styles[style]}${words}${reset}` : words;
  const gutter = " ".repeat(String(problem.line).length);
  const { shown, caret, width } = frame(problem, lineText(text, problem.line));
  const lines = [
    `${paint(problem.severity, `${problem.severity}[${problem.code}]`)} ${paint("bold", visible(problem.message))}`,
    `${gutter} ${paint("frame", "╭─")} ${visible(problem.file)}:${problem.line}:${problem.column}`,
    `${problem.line} ${paint("frame", "│")} ${shown}`.trimEnd(),
    `${gutter} ${paint("frame", "│")} ${" ".repeat(caret)}${paint(problem.severity, "^".repeat(width))}`,
  ];
  if (problem.help !== undefined) {
    lines.push(`${gutter} ${paint("frame", "╰─")} help: ${visible(problem.help).replaceAll("\n", `\n${gutter}    `)}`);
  }
  return lines.join("\n");
}

function lineText(text: string, line: number): string {
  const starts = lineStarts(text);
  return text.slice(starts[line - 1] ?? text.length, starts[line] ?? text.length).replace(/[\r\n]+$/, "");
}

function frame(problem: ShownProblem, line: string) {
  const from = problem.column - 1;
  const to = problem.endLine > problem.line ? line.length : problem.endColumn - 1;
  const first = line.length > maxWidth ? Math.max(0, Math.min(from - 40, line.length - maxWidth)) : 0;
  const cut = first > 0 ? "…" : "";
  const rest = line.length - first > maxWidth ? "…" : "";
  const shown = cut + visible(line.slice(first, first + maxWidth)) + rest;
  const caret = from - first + cut.length;
  return { shown, caret, width: Math.max(1, Math.min(to - from, shown.length - caret)) };
}

/** Tabs become one space, so that the marks below stay aligned; other control characters and bidi marks become dots. */
function visible(text: string): string {
  return text
    .replaceAll("\t", " ")
    .replaceAll(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, (char) => (char === "\n" ? char : "·"));
}
