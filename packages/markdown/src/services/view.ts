import type { Reader } from "../check/reader.js";
import type { ParsedFile } from "../load.js";
import type { CheckedParts } from "../load-state.js";
import type { FrontMatter } from "../structure/front-matter.js";
import type { Outline, Section, StepBlock } from "../structure/outline.js";
import { type ProsePiece, proseOf } from "../structure/prose.js";
import type { MappedSettings } from "../structure/source-map.js";
import type { Block } from "../text/blocks.js";
import type { Range } from "../text/source.js";
import type { YamlMap } from "../yaml/nodes.js";
import type { AnalyzeOptions } from "./analysis.js";

/** A workflow file as the language services look at it, whatever is wrong with it. */
export interface FileView {
  /** Without a byte order mark. */
  readonly text: string;
  readonly options: AnalyzeOptions;
  readonly blocks: readonly Block[];
  readonly outline: Outline;
  /** In the order of the file. */
  readonly parts: readonly FilePart[];
  /** Absent where so much is wrong that the file was not checked. */
  readonly checked: CheckedParts | undefined;
}

/** What settings and prose belong to. */
export interface FilePart {
  readonly kind: "front" | "section" | "step" | "undo";
  /** Everything of it, the heading included. */
  readonly range: Range;
  /** Between the marks of its settings; absent without any. */
  readonly settings?: Range;
  /** Those settings, as far as they could be read. */
  readonly map?: YamlMap;
  readonly prose: readonly ProsePiece[];
  /** Of a section, a step or an Undo. */
  readonly block?: Section | StepBlock;
  /** Whose expressions they are; without a step where it was not read. */
  readonly reader: Reader;
}

/** Takes a loaded file apart; nothing for a file that is no workflow with headings. */
export function viewOf(text: string, file: ParsedFile, options: AnalyzeOptions): FileView | undefined {
  const { parsed } = file;
  const outline = parsed?.state.outline;
  if (parsed === undefined || outline === undefined) return undefined;
  const { state, front, blocks } = parsed;
  const parts = [
    ...frontPart(front, state.settings),
    ...outline.sections.map((block) => sectionPart(text, block)),
    ...stepParts(text, outline, state),
  ];
  return { text, options, blocks, outline, parts, checked: state.checked };
}

/** The part of a file that an offset lies in; of an Undo and its step, the Undo. */
export function partAt({ parts }: FileView, offset: number): FilePart | undefined {
  return parts.findLast(({ range }) => offset >= range.start && offset <= range.end);
}

/** Does the offset lie in the range, or right behind it? */
export function touches({ start, end }: Range, offset: number): boolean {
  return offset >= start && offset <= end;
}

function frontPart({ settings }: FrontMatter, maps: readonly MappedSettings[]): readonly FilePart[] {
  if (settings === undefined) return [];
  const map = maps.find(({ path }) => path[0] === "front")?.map;
  return [{ kind: "front", range: settings, settings, prose: [], reader: {}, ...(map === undefined ? {} : { map }) }];
}

function sectionPart(text: string, block: Section): FilePart {
  const range = { start: block.heading.start, end: block.body.end };
  return { kind: "section", range, block, prose: proseOf(text, block), reader: {} };
}

interface PartSources {
  readonly settings: readonly MappedSettings[];
  readonly checked?: CheckedParts;
}

function stepParts(text: string, outline: Outline, { settings, checked }: PartSources): readonly FilePart[] {
  const blocks = [outline.steps, outline.onFailure, outline.finally].flatMap(({ steps }) => steps);
  const maps = new Map(settings.map(({ map }) => [map.start, map]));
  const parts = blocks.flatMap((block, index): readonly FilePart[] => {
    const step = checked?.drafts[index];
    const reader: Reader = step === undefined ? {} : { step };
    const own = stepPart(text, block, { kind: "step", maps, reader });
    if (block.undo === undefined) return [own];
    return [own, stepPart(text, block.undo, { kind: "undo", maps, reader: { ...reader, isUndo: true } })];
  });
  return parts.sort((a, b) => a.range.start - b.range.start);
}

interface StepSources {
  readonly kind: "step" | "undo";
  /** By where they start. */
  readonly maps: ReadonlyMap<number, YamlMap>;
  readonly reader: Reader;
}

function stepPart(text: string, block: StepBlock, { kind, maps, reader }: StepSources): FilePart {
  const fence = block.fences.find(({ role }) => role.kind === "settings");
  const settings = fence === undefined ? undefined : { start: fence.contentStart, end: fence.contentEnd };
  const map = settings === undefined ? undefined : mapIn(settings, maps);
  return {
    kind,
    range: { start: block.heading.start, end: block.body.end },
    block,
    prose: proseOf(text, block),
    reader,
    ...(settings === undefined ? {} : { settings }),
    ...(map === undefined ? {} : { map }),
  };
}

function mapIn({ start, end }: Range, maps: ReadonlyMap<number, YamlMap>): YamlMap | undefined {
  // Only white space and comments stand before the first key.
  for (let at = start; at <= end; at += 1) {
    const map = maps.get(at);
    if (map !== undefined) return map;
  }
  return undefined;
}
