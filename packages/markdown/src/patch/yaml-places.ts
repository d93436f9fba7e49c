import type { Range } from "../text/source.js";
import type { YamlEntry, YamlMap, YamlNode } from "../yaml/nodes.js";

/** Settings as they stand in a text. */
export interface YamlText {
  readonly text: string;
  /** Of the settings. */
  readonly range: Range;
  readonly map: YamlMap;
}

/** Is it written in `{ }` or `[ ]`? */
export function isFlow(text: string, node: YamlNode): boolean {
  if (node.kind === "map") return text[node.start] === "{";
  return node.kind === "list" && text[node.start] === "[";
}

/** Where the last character of a value is, line breaks and comments after it left out. */
export function endOf(text: string, node: YamlNode): number {
  if (node.kind === "scalar") return node.start + node.raw.trimEnd().length;
  if (node.kind === "bad" || isFlow(text, node)) return node.end;
  if (node.kind === "list") return Math.max(node.start + 1, ...node.items.map((item) => endOf(text, item)));
  return Math.max(node.start, ...node.entries.map((entry) => endOfEntry(text, entry)));
}

/** Where an entry ends: behind its value, or behind the colon of one that has none. */
export function endOfEntry(text: string, entry: YamlEntry): number {
  const colon = colonOf(text, entry);
  return Math.max(endOf(text, entry.value), colon === undefined ? entry.at.end : colon + 1);
}

/** Offset of an entry's colon. */
export function colonOf(text: string, entry: YamlEntry): number | undefined {
  const space = /^[ \t]*:/.exec(text.slice(entry.at.end, entry.at.end + 200));
  return space === null ? undefined : entry.at.end + space[0].length - 1;
}

/** Offset of the dash before an item of a block list. */
export function dashOf(text: string, item: YamlNode): number {
  return text.lastIndexOf("-", item.start - 1);
}

/** Offset at which the line of an offset starts. */
export function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && text[at - 1] !== "\n" && text[at - 1] !== "\r") at -= 1;
  return at;
}

/** Offset at which the line of an offset ends, before its line break. */
export function lineEnd(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && text[at] !== "\n" && text[at] !== "\r") at += 1;
  return at;
}

/** Offset behind the line break of an offset's line. */
export function nextLine(text: string, offset: number): number {
  const end = lineEnd(text, offset);
  return text.startsWith("\r\n", end) ? end + 2 : Math.min(end + 1, text.length);
}

/** White space as wide as what stands before an offset on its line. */
export function indentAt(text: string, offset: number): string {
  return text.slice(lineStart(text, offset), offset).replaceAll(/[^\t]/g, " ");
}

/** Is there nothing but white space before an offset on its line? */
export function startsLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === "";
}
