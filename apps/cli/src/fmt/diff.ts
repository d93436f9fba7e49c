import type { TextChange } from "@aiw/markdown";
import { stripControl } from "../output/format.js";
import type { Style } from "../output/style.js";

/** Lines around a change. */
const context = 3;

/** The changes of a text as a unified diff; empty without changes. Each line ends in `\n`. */
export function unifiedDiff(name: string, before: string, changes: readonly TextChange[], style: Style): string {
  const hunks = join(changes.map((change) => lineChange(before, change)));
  if (hunks.length === 0) return "";
  const lines = linesOf(before);
  let shift = 0;
  const parts = hunks.map((hunk) => {
    const text = printHunk(lines, hunk, shift, style);
    for (const { start, end, added } of hunk) shift += added.length - (end - start);
    return text;
  });
  return `${style.bold(`--- ${name}`)}\n${style.bold(`+++ ${name}`)}\n${parts.join("")}`;
}

/** Lines `[start, end)`, counted from 0, become others. */
interface LineChange {
  readonly start: number;
  readonly end: number;
  readonly added: readonly string[];
}

function lineChange(text: string, { start, end, text: inserted }: TextChange): LineChange {
  const from = lineStart(text, start);
  const isWholeLines =
    from === start && (end === start || lineStart(text, end) === end) && /(?:^|[\r\n])$/.test(inserted);
  const to = isWholeLines ? end : lineEnd(text, end);
  const added = text.slice(from, start) + inserted + text.slice(end, to);
  const first = linesOf(text.slice(0, from)).length;
  return { start: first, end: first + linesOf(text.slice(from, to)).length, added: linesOf(added) };
}

/** Changes that are near each other share their context. */
function join(changes: readonly LineChange[]): readonly (readonly LineChange[])[] {
  const hunks: LineChange[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && change.start - before.end <= 2 * context) last.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function printHunk(lines: readonly string[], hunk: readonly LineChange[], shift: number, style: Style): string {
  const from = Math.max(0, (hunk[0]?.start ?? 0) - context);
  const to = Math.min(lines.length, (hunk.at(-1)?.end ?? 0) + context);
  const printed: string[] = [];
  let at = from;
  let size = to - from;
  for (const { start, end, added } of hunk) {
    printed.push(...lines.slice(at, start).map((line) => ` ${shown(line)}`));
    printed.push(...lines.slice(start, end).map((line) => style.red(`-${shown(line)}`)));
    printed.push(...added.map((line) => style.green(`+${shown(line)}`)));
    size += added.length - (end - start);
    at = end;
  }
  printed.push(...lines.slice(at, to).map((line) => ` ${shown(line)}`));
  const head = `@@ -${range(from, to - from)} +${range(from + shift, size)} @@`;
  return [style.cyan(head), ...printed].map((line) => `${line}\n`).join("");
}

function range(start: number, size: number): string {
  return `${size === 0 ? start : start + 1},${size}`;
}

/** A line without its break; a missing one is said, as `diff` does. */
function shown(line: string): string {
  const body = line.replace(/(?:\r\n|\n|\r)$/, "");
  const safe = body.split("\t").map(stripControl).join("\t");
  return body === line ? `${safe}\n\\ No newline at end of file` : safe;
}

function linesOf(text: string): readonly string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}

function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && text[at - 1] !== "\n" && !(text[at - 1] === "\r" && text[at] !== "\n")) at -= 1;
  return at;
}

function lineEnd(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && text[at] !== "\n" && !(text[at] === "\r" && text[at + 1] !== "\n")) at += 1;
  return Math.min(at + 1, text.length);
}
