import type { Block } from "../text/blocks.js";
import { byteLength, type Range } from "../text/source.js";
import type { YamlMap, YamlNode } from "../yaml/nodes.js";
import { faultOfId, idOf } from "./ids.js";
import type { Outline, StepBlock } from "./outline.js";
import { type ProsePiece, proseOf } from "./prose.js";

/** Where everything of a file stands, so that tools edit it by patching ranges. */
export interface SourceMap {
  /** Headings and fences in the order of the file, then keys and values, then steps with their parts. */
  readonly entries: readonly SourceEntry[];
}

/**
 * One thing in the file. Offsets are UTF-16 units of the text; {@link toByteRange} gives bytes.
 *
 * - `heading`, `fence`: any in the file.
 * - `key`, `value`: of settings.
 * - `step`: from its heading to the next one. `step-heading`, `settings` and `script` (whole fences) and `prose` (each
 *   stretch of it) are its parts; `undo` is its `#### Undo` as a whole, which has the same parts.
 */
export interface SourceEntry extends Range {
  readonly kind:
    | "heading"
    | "fence"
    | "key"
    | "value"
    | "step"
    | "step-heading"
    | "settings"
    | "script"
    | "prose"
    | "undo";
  /**
   * Headings: their title. Fences: their first line without the marks. Keys and values: `front`, or `steps` and the
   * step's id, with `undo` where it is one, then keys and list indexes. Steps and their parts: `steps` and the id, with
   * `undo`. A step without a valid id has its title there.
   */
  readonly path: readonly (string | number)[];
}

/** The settings of the file or of one step. */
export interface MappedSettings {
  readonly path: readonly (string | number)[];
  readonly map: YamlMap;
}

/** What a map is built from. */
export interface MappedFile {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly settings: readonly MappedSettings[];
  /** Absent for a file that is one prompt. */
  readonly outline?: Outline | undefined;
}

/** Builds the map from what was read. */
export function sourceMap({ text, blocks, settings, outline }: MappedFile): SourceMap {
  const entries: SourceEntry[] = [];
  for (const block of blocks) {
    if (block.kind !== "heading" && block.kind !== "fence") continue;
    const { kind, start, end } = block;
    entries.push({ kind, path: [block.kind === "heading" ? block.title : block.info], start, end });
  }
  for (const { path, map } of settings) addNode(map, path, entries);
  const ids = new Map(settings.map(({ path, map }) => [map, path[1]]));
  const sections = outline === undefined ? [] : [outline.steps, outline.onFailure, outline.finally];
  const maps = [...ids.keys()].sort((a, b) => a.start - b.start);
  for (const block of sections.flatMap(({ steps }) => steps)) {
    const own = maps[firstFrom(maps, block.heading.start)];
    const isOwn = own !== undefined && isOwnSettings(block, own);
    const given = isOwn ? ids.get(own) : undefined;
    const id = idOf(block.heading.title);
    const path = ["steps", given ?? (faultOfId(id) === undefined ? id : block.heading.title)];
    addStep({ text, block, entries }, "step", path);
  }
  return { entries };
}

interface AddedStep {
  readonly text: string;
  readonly block: StepBlock;
  readonly entries: SourceEntry[];
}

function addStep({ text, block, entries }: AddedStep, kind: "step" | "undo", path: SourceEntry["path"]): void {
  const { heading, body, fences, undo } = block;
  const add = (part: SourceEntry["kind"], { start, end }: Range) => entries.push({ kind: part, path, start, end });
  add(kind, { start: heading.start, end: body.end });
  add("step-heading", heading);
  const settings = fences.find(({ role }) => role.kind === "settings");
  const script = fences.find(({ role }) => role.kind === "script");
  if (settings !== undefined) add("settings", settings);
  if (script !== undefined) add("script", script);
  for (const piece of stretchesOf(proseOf(text, block))) add("prose", piece);
  if (undo !== undefined) addStep({ text, block: undo, entries }, "undo", [...path, "undo"]);
}

/** Pieces of prose that nothing stands between are one stretch. */
export function stretchesOf(pieces: readonly ProsePiece[]): readonly Range[] {
  const stretches: { start: number; end: number }[] = [];
  for (const { start, end, apart } of pieces) {
    const last = stretches.at(-1);
    if (last === undefined || apart) stretches.push({ start, end });
    else last.end = end;
  }
  return stretches;
}

function isOwnSettings({ fences }: StepBlock, map: YamlMap): boolean {
  const fence = fences.find(({ role }) => role.kind === "settings");
  return fence !== undefined && map.start >= fence.contentStart && map.start <= fence.contentEnd;
}

/** Index of the first map that starts at an offset or behind it. */
function firstFrom(maps: readonly YamlMap[], offset: number): number {
  let low = 0;
  let high = maps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((maps[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
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
