import type { Range } from "../text/source.js";

/** Expressions of a text, without their braces; those that are not closed end with their line. One pass. */
export function holesIn(text: string): readonly Range[] {
  const holes: Range[] = [];
  for (let open = text.indexOf("{{"); open !== -1; ) {
    if (text[open - 1] === "\\") {
      open = text.indexOf("{{", open + 2);
      continue;
    }
    const hole = { start: open + 2, end: endOf(text, open + 2) };
    holes.push(hole);
    open = text.indexOf("{{", hole.end);
  }
  return holes;
}

/** The hole that an offset lies in. */
export function holeAt(text: string, offset: number): Range | undefined {
  return holesIn(text).findLast(({ start, end }) => offset >= start && offset <= end);
}

const marks = /\}\}|\{\{|["'\n]/g;

/** Where the expression ends that begins at an offset: at its `}}`; without one at the next `{{` or the end of the line. */
function endOf(text: string, from: number): number {
  const lineEnd = text.indexOf("\n", from);
  const open = lineEnd === -1 ? text.length : lineEnd;
  let quote = "";
  const find = new RegExp(marks.source, marks.flags);
  find.lastIndex = from;
  for (let match = find.exec(text); match !== null; match = find.exec(text)) {
    const [mark] = match;
    if (mark === "\n") quote = "";
    else if (mark === "'" || mark === '"') quote = quote === "" ? mark : quote === mark ? "" : quote;
    else if (quote === "") return mark === "}}" ? match.index : Math.min(match.index, open);
  }
  return open;
}
