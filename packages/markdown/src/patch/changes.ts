import type { Range } from "../text/source.js";
import { diffLines, linesOf } from "./line-diff.js";

/** Puts a text in the place of a range. Offsets are UTF-16 units of the text before the edit. */
export interface TextChange extends Range {
  readonly text: string;
}

/** The text with all changes made. They must not overlap; several at one offset are made in their order. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  let result = "";
  let at = 0;
  for (const change of [...changes].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (change.start < at) throw new RangeError("changes overlap");
    result += text.slice(at, change.start) + change.text;
    at = change.end;
  }
  return result + text.slice(at);
}

/** The smallest changes, line by line, that make one text the other, in order. */
export function changesBetween(before: string, after: string): readonly TextChange[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  const [starts, ends] = [offsetsOf(a), offsetsOf(b)];
  return diffLines(a, b).map(({ aStart, aEnd, bStart, bEnd }) => {
    const range = { start: starts[aStart] ?? before.length, end: starts[aEnd] ?? before.length };
    return shrink(before, { ...range, text: after.slice(ends[bStart] ?? after.length, ends[bEnd] ?? after.length) });
  });
}

/** The same change without what both sides begin and end with; characters are never cut in two. */
function shrink(before: string, { start, end, text }: TextChange): TextChange {
  const most = Math.min(end - start, text.length);
  let head = 0;
  while (head < most && before[start + head] === text[head]) head += 1;
  if (splits(text, head) || splits(before, start + head)) head -= 1;
  let tail = 0;
  while (tail < most - head && before[end - 1 - tail] === text[text.length - 1 - tail]) tail += 1;
  if (splits(text, text.length - tail) || splits(before, end - tail)) tail -= 1;
  return { start: start + head, end: end - tail, text: text.slice(head, text.length - tail) };
}

/** Does the offset lie inside a surrogate pair or a line break of two characters? */
function splits(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) return false;
  const pair = text.slice(offset - 1, offset + 1);
  return pair === "\r\n" || /^[\ud800-\udbff][\udc00-\udfff]$/.test(pair);
}

function offsetsOf(lines: readonly string[]): readonly number[] {
  const offsets: number[] = [];
  let at = 0;
  for (const line of lines) {
    offsets.push(at);
    at += line.length;
  }
  return offsets;
}
