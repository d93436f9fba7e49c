import type { ScriptLanguage } from "@aiw/core";
import type { Problem } from "../problems/problem.js";
import { createReport } from "../problems/report.js";
import type { SectionName } from "../settings/step-source.js";
import { cutFrontMatter, type FrontMatter, hasVersionMark } from "../structure/front-matter.js";
import { faultOfId, idOf } from "../structure/ids.js";
import { type Outline, outlineOf, type StepBlock } from "../structure/outline.js";
import { type ProsePiece, proseOf } from "../structure/prose.js";
import { isRoleFence, type RoleFence } from "../structure/roles.js";
import { scanBlocks } from "../text/blocks.js";
import { createSource, normalizeNewlines, type Range, type Source } from "../text/source.js";
import { isText } from "../yaml/nodes.js";
import { type ReadSettings, readSettings } from "./settings-text.js";

/** A file taken apart for edits, whatever is wrong with it. */
export interface Layout {
  /** Without a byte order mark. */
  readonly text: string;
  /** The line break of new lines. */
  readonly eol: string;
  readonly front: FrontMatter & { readonly read?: ReadSettings };
  readonly outline: Outline;
  /** In the order of the file. */
  readonly steps: readonly StepPart[];
  /** False for a file that is one prompt. */
  readonly isWorkflow: boolean;
  /** What is wrong with its headings and fences. */
  readonly problems: readonly Problem[];
}

/** A step with everything that belongs to it. */
export interface StepPart {
  /** Absent when neither the heading nor `id:` gives one. */
  readonly id?: string;
  /** Does `id:` give the id? */
  readonly hasIdKey: boolean;
  readonly section: SectionName;
  /** From its heading to the next one. */
  readonly range: Range;
  readonly own: Part;
  readonly undo?: Part;
}

/** What stands under the heading of a step or of its Undo. */
export interface Part {
  readonly block: StepBlock;
  readonly settings?: { readonly fence: RoleFence; readonly read: ReadSettings };
  readonly script?: { readonly fence: RoleFence; readonly lang: ScriptLanguage; readonly code: string };
  readonly prose: readonly ProsePiece[];
  /** The prose as an agent would get it, with its holes; lines end in `\n`. */
  readonly proseText: string;
}

/** Takes a file apart. When its front matter has no end, that is its one problem and there is nothing else. */
export function layoutOf(text: string): Layout {
  const source = createSource("", text);
  const report = createReport(source);
  const front = cutFrontMatter(text, report);
  const blocks = scanBlocks(text, front.bodyStart);
  const outline = outlineOf(blocks, { start: front.bodyStart, end: text.length }, report);
  const sections = ["steps", "onFailure", "finally"] as const;
  const steps = sections.flatMap((section) => outline[section].steps.map((block) => stepOf(source, block, section)));
  return {
    text,
    eol: /\r\n|\n|\r/.exec(text)?.[0] ?? "\n",
    front: front.settings === undefined ? front : { ...front, read: readSettings(source, front.settings) },
    outline,
    steps: steps.sort((a, b) => a.range.start - b.range.start),
    isWorkflow: blocks.some((block) => block.kind === "fence" && isRoleFence(block)) || hasVersionMark(text, front),
    problems: report.list(),
  };
}

function stepOf(source: Source, block: StepBlock, section: SectionName): StepPart {
  const own = partOf(source, block);
  const entry = own.settings?.read.map.entries.find(({ key }) => key === "id");
  const id = entry === undefined ? idOf(block.heading.title) : isText(entry.value) ? entry.value.value : "";
  return {
    section,
    range: { start: block.heading.start, end: block.body.end },
    own,
    hasIdKey: entry !== undefined,
    ...(faultOfId(id) === undefined ? { id } : {}),
    ...(block.undo === undefined ? {} : { undo: partOf(source, block.undo) }),
  };
}

function partOf(source: Source, block: StepBlock): Part {
  const { text } = source;
  const fence = block.fences.find(({ role }) => role.kind === "settings");
  const script = scriptOf(text, block.fences);
  const prose = proseOf(text, block);
  const range = fence === undefined ? undefined : { start: fence.contentStart, end: fence.contentEnd };
  return {
    block,
    prose,
    proseText: prose.map((piece) => (piece.apart ? "\n\n" : "") + textOf(text, piece)).join(""),
    ...(fence === undefined || range === undefined ? {} : { settings: { fence, read: readSettings(source, range) } }),
    ...(script === undefined ? {} : { script }),
  };
}

function scriptOf(text: string, fences: readonly RoleFence[]): Part["script"] {
  for (const fence of fences) {
    if (fence.role.kind === "script") return { fence, lang: fence.role.lang, code: codeOf(text, fence) };
  }
  return undefined;
}

/** Content of a fence, without the columns that its first line is indented by. */
function codeOf(text: string, fence: RoleFence): string {
  const code = textOf(text, { start: fence.contentStart, end: fence.contentEnd });
  return fence.indent === 0 ? code : code.replaceAll(new RegExp(`^ {1,${fence.indent}}`, "gm"), "");
}

/** A range of the text with `\n` at the end of each line. */
export function textOf(text: string, { start, end }: Range): string {
  return normalizeNewlines(text.slice(start, end));
}
