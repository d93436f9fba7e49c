import { AiwError } from "../errors.js";

/** Stands for a hole while lines are looked at; no text of a workflow may hold it. */
const mark = "\u0000";

/**
 * The literal parts of a tagged template without the indentation that all its lines share, without a line break after the
 * first backtick and the blanks before the last. Backslashes stay, but for those before a backtick and `${`.
 */
export function dedent(raw: readonly string[]): readonly string[] {
  const joined = raw.join(mark);
  if (raw.some((part) => part.includes(mark))) {
    throw new AiwError("workflow_invalid", "text cannot hold a NUL character");
  }
  const lines = joined.split("\n");
  const opening = lines[0]?.trim() === "" && lines.length > 1 ? 1 : 0;
  const own = lines.slice(opening);
  // What follows the first backtick on its line has no indentation to share.
  const indented = opening === 1 ? own : own.slice(1);
  const closing = own.length > 1 && own.at(-1)?.trim() === "";
  const widths = (closing ? indented.slice(0, -1) : indented).filter((line) => line.trim() !== "").map(indentOf);
  const width = widths.length === 0 ? 0 : Math.min(...widths);
  const cut = own.map((line, index) =>
    opening === 0 && index === 0 ? line : line.slice(Math.min(width, indentOf(line))),
  );
  const text = (closing ? [...cut.slice(0, -1), ""] : cut).join("\n");
  return withoutEscapes(text).split(mark);
}

function indentOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}

function withoutEscapes(text: string): string {
  return text.replaceAll(/\\(`|\$\{)/g, "$1");
}
