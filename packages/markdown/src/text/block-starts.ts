import type { Line } from "./line.js";

/** The first line of a fence. */
export interface FenceStart {
  readonly marker: string;
  /** Columns that are taken off each content line. */
  readonly indent: number;
  readonly info: string;
  readonly infoAt: number;
}

/** The first line of a list item. */
export interface ItemStart {
  /** Characters of `-`, `1.` and so on. */
  readonly width: number;
  readonly empty: boolean;
  /** May it come straight after a paragraph? */
  readonly interrupts: boolean;
}

/** Ends of raw HTML blocks; `blank` ends at a blank line. */
export type HtmlEnd = RegExp | "blank";

const blockTags =
  "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|" +
  "fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|" +
  "menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|" +
  "track|ul";
const blockTag = new RegExp(`^</?(?:${blockTags})(?=[ \\t]|/?>|$)`, "i");
const attribute = "[ \\t]+[A-Za-z_:][\\w.:-]*(?:[ \\t]*=[ \\t]*(?:[^ \\t\"'=<>`]+|'[^']*'|\"[^\"]*\"))?";
const wholeTag = new RegExp(
  `^(?:<[A-Za-z][A-Za-z0-9-]*(?:${attribute})*[ \\t]*/?>|</[A-Za-z][A-Za-z0-9-]*[ \\t]*>)[ \\t]*$`,
);

/** Level of an ATX heading, or 0. */
export function headingLevel(line: Line): number {
  if (line.indent > 3 || line.body[0] !== "#") return 0;
  return /^(#{1,6})(?:[ \t]|$)/.exec(line.body)?.[1]?.length ?? 0;
}

/** Does the line open a fence of code? */
export function fenceStart(line: Line): FenceStart | undefined {
  if (line.indent > 3) return undefined;
  if (line.body[0] !== "`" && line.body[0] !== "~") return undefined;
  const match = /^(`{3,}|~{3,})[ \t]*(.*)$/.exec(line.body);
  const marker = match?.[1];
  const info = match?.[2];
  if (marker === undefined || info === undefined) return undefined;
  if (marker[0] === "`" && info.includes("`")) return undefined;
  return { marker, indent: line.indent, info: info.trimEnd(), infoAt: line.at + line.body.length - info.length };
}

/** Does the line close a fence that was opened with this marker? */
export function closesFence(line: Line, marker: string): boolean {
  if (line.indent > 3 || line.body[0] !== marker[0]) return false;
  const run = /^(?:`+|~+)/.exec(line.body)?.[0].length ?? 0;
  return run >= marker.length && line.body.slice(run).trim() === "";
}

/** A line of three or more `*`, `-` or `_`. */
export function isThematicBreak(line: Line): boolean {
  const { body } = line;
  const mark = body[0];
  if (line.indent > 3 || (mark !== "*" && mark !== "_" && mark !== "-")) return false;
  let count = 0;
  for (const char of body) {
    if (char === mark) count += 1;
    else if (char !== " " && char !== "\t") return false;
  }
  return count >= 3;
}

/** The line under a setext heading. */
export function isSetextUnderline(line: Line): boolean {
  return line.indent <= 3 && /^(?:=+|-+)[ \t]*$/.test(line.body);
}

/** Does the line start a list item? */
export function itemStart(line: Line): ItemStart | undefined {
  if (line.indent > 3) return undefined;
  const match = /^(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)/.exec(line.body);
  if (match === null || isThematicBreak(line)) return undefined;
  const empty = line.body.slice(match[0].length).trim() === "";
  return { width: match[0].length, empty, interrupts: !empty && (match[1] === undefined || Number(match[1]) === 1) };
}

/** The text of a heading, given what follows its opening marks; closing marks go. Linear, whatever blanks there are. */
export function titleOf(afterMarks: string): string {
  const text = afterMarks.trim();
  let end = text.length;
  while (text[end - 1] === "#") end -= 1;
  const isClosed = end === 0 || text[end - 1] === " " || text[end - 1] === "\t";
  return isClosed ? text.slice(0, end).trimEnd() : text;
}

/** How the HTML block ends that this line starts, if it starts one. */
export function htmlStart(line: Line, inParagraph: boolean): HtmlEnd | undefined {
  const { body } = line;
  if (line.indent > 3 || body[0] !== "<") return undefined;
  if (body.startsWith("<!--")) return /-->/;
  if (/^<(?:script|pre|style|textarea)(?=[ \t>]|$)/i.test(body)) return /<\/(?:script|pre|style|textarea)>/i;
  if (body.startsWith("<?")) return /\?>/;
  if (/^<![A-Za-z]/.test(body)) return />/;
  if (body.startsWith("<![CDATA[")) return /\]\]>/;
  if (blockTag.test(body)) return "blank";
  return !inParagraph && wholeTag.test(body) ? "blank" : undefined;
}
