import type { Block } from "../text/blocks.js";
import { byteLength, type Range } from "../text/source.js";
import type { YamlMap, YamlNode } from "../yaml/nodes.js";

/** Where everything of a file stands, so that tools edit it by patching ranges. */
export interface SourceMap {
  /** Headings and fences in the order of the file, then keys and values. */
  readonly entries: readonly SourceEntry[];
}

/** One heading, fence, key or value. Offsets are UTF-16 units of the text; {@link toByteRange} gives bytes. */
export interface SourceEntry extends Range {
  readonly kind: "heading" | "fence" | "key" | "value";
  /**
   * Keys and values: `front`, or `steps` and the step's id (or place), then keys and list indexes. Headings: their
   * title. Fences: their first line without the marks.
   */
  readonly path: readonly (string | number)[];
}

/** The settings of the file or of one step. */
export interface MappedSettings {
  readonly path: readonly (string | number)[];
  readonly map: YamlMap;
}

/** Builds the map from what was read. */
export function sourceMap(blocks: readonly Block[], settings: readonly MappedSettings[]): SourceMap {
  const entries: SourceEntry[] = [];
  for (const block of blocks) {
    if (block.kind !== "heading" && block.kind !== "fence") continue;
    const { kind, start, end } = block;
    entries.push({ kind, path: [block.kind === "heading" ? block.title : block.info], start, end });
  }
  for (const { path, map } of settings) addNode(map, path, entries);
  return { entries };
}

/** The same range in bytes of the text's UTF-8 form (without a byte order mark). */
export function toByteRange(text: string, range: Range): Range {
  const start = byteLength(text.slice(0, range.start));
  return { start, end: start + byteLength(text.slice(range.start, range.end)) };
}

function addNode(node: YamlNode, path: readonly (string | number)[], entries: SourceEntry[]): void {
  if (node.kind === "map") {
    for (const { key, at, value } of node.entries) {
      const inner = [...path, key];
      entries.push({ kind: "key", path: inner, start: at.start, end: at.end });
      if (value.kind !== "bad") entries.push({ kind: "value", path: inner, start: value.start, end: value.end });
      addNode(value, inner, entries);
    }
  } else if (node.kind === "list") {
    for (const [index, item] of node.items.entries()) {
      const inner = [...path, index];
      entries.push({ kind: "value", path: inner, start: item.start, end: item.end });
      addNode(item, inner, entries);
    }
  }
}
