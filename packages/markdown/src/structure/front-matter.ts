import type { Report } from "../problems/report.js";
import type { Range } from "../text/source.js";

/** Where the settings at the top of a file stand, and where its Markdown begins. */
export interface FrontMatter {
  /** Between the two `---` lines; absent without front matter. */
  readonly settings?: Range;
  readonly bodyStart: number;
}

/** Cuts the front matter off by hand: only a first line of exactly `---` opens it. */
export function cutFrontMatter(text: string, report: Report): FrontMatter {
  const open = /^---[ \t]*(?:\r\n|\n|\r|$)/.exec(text);
  if (open === null) return { bodyStart: 0 };
  const start = open[0].length;
  const close = /^---[ \t]*(?:\r\n|\n|\r|$)/gm;
  close.lastIndex = start;
  const match = close.exec(text);
  if (match === null) {
    report.add("E003", { start: 0, end: 3 }, "the front matter is not closed", "end it with a line of ---");
    return { bodyStart: text.length };
  }
  return { settings: { start, end: match.index }, bodyStart: match.index + match[0].length };
}

/** Does the front matter have the key `aiw`, readable or not? A key of a map inside it does not count. */
export function hasVersionMark(text: string, { settings }: FrontMatter): boolean {
  if (settings === undefined) return false;
  const source = text.slice(settings.start, settings.end);
  const first = /^[ \t]*(?=[^\s#])/m.exec(source);
  if (first === null) return false;
  // In braces the settings are one map on any number of lines.
  if (/^[ \t]*\{[^{}]*["'\s{,]aiw["']?\s*:/.test(source.slice(first.index))) return true;
  const marks = source.matchAll(/^([ \t]*)["']?aiw["']?[ \t]*:/gm);
  return [...marks].some(([, indent]) => indent === first[0]);
}
