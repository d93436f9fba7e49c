import { endOfEntry, lineStart, nextLine, startsLine } from "../patch/yaml-places.js";
import type { Range } from "../text/source.js";
import type { YamlMap } from "../yaml/nodes.js";

/** A key with its value, and the comments that belong to it. */
interface Chunk {
  readonly key: string;
  readonly text: string;
}

/**
 * The settings with their keys in order and at most one blank line between them, without their last line break. Comments
 * move with the key below them; one at the top that a blank line sets apart stays there.
 *
 * @param rank - Place of a key; keys of the same rank keep their order.
 */
export function orderedSettings(text: string, range: Range, map: YamlMap, rank: (key: string) => number): string {
  if (map.entries.length === 0 || text[map.start] === "{") return trimmed(text.slice(range.start, range.end));
  const { chunks, tail } = chunksOf(text, range, map);
  const [first] = chunks;
  const cut = first === undefined ? 0 : headOf(first.text);
  const head = first?.text.slice(0, cut) ?? "";
  const own = chunks.map((chunk, index) => (index === 0 ? { ...chunk, text: chunk.text.slice(cut) } : chunk));
  const sorted = own.toSorted((a, b) => rank(a.key) - rank(b.key));
  return trimmed([head, ...sorted.map((chunk) => chunk.text), tail].map(squeeze).join(""));
}

function chunksOf(
  text: string,
  range: Range,
  map: YamlMap,
): { readonly chunks: readonly Chunk[]; readonly tail: string } {
  const chunks: Chunk[] = [];
  let at = range.start;
  for (const entry of map.entries) {
    if (!startsLine(text, entry.at.start) || lineStart(text, entry.at.start) < at) {
      return { chunks: [], tail: text.slice(range.start, range.end) };
    }
    const end = afterComments(text, nextLine(text, endOfEntry(text, entry)), range.end);
    chunks.push({ key: entry.key, text: text.slice(at, end) });
    at = end;
  }
  return { chunks, tail: text.slice(at, range.end) };
}

/** Comments below a value that are indented deeper than its key belong to it. */
function afterComments(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && /^[ \t]+#/.test(text.slice(at, at + 200))) at = nextLine(text, at);
  return at;
}

/** Length of the comment at the top that a blank line sets apart from the first key. */
function headOf(text: string): number {
  const head = /^(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*/.exec(text)?.[0] ?? "";
  return /^[\s\S]*#[^\r\n]*(?:\r\n|\n|\r)(?:[ \t]*(?:\r\n|\n|\r))+/.exec(head)?.[0].length ?? 0;
}

/** Of several blank lines at the start one is left. */
function squeeze(text: string): string {
  return text.replace(/^(?:[ \t]*(?:\r\n|\n|\r))+(?=[ \t]*(?:\r\n|\n|\r))/, "");
}

/** Without blank lines at its edges and without the last line break. */
function trimmed(text: string): string {
  return text.replace(/^(?:[ \t]*(?:\r\n|\n|\r))+/, "").replace(/(?:[ \t]*(?:\r\n|\n|\r))+$/, "");
}
