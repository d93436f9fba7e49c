import type { Layout, Part, StepPart } from "../patch/layout.js";
import { rankIn } from "../patch/settings-edit.js";
import { fileTable, stepTable } from "../settings/keys.js";
import { trimBlankLines } from "../structure/prose.js";
import type { RoleFence } from "../structure/roles.js";
import { titleOf } from "../text/block-starts.js";
import type { HeadingBlock } from "../text/blocks.js";
import type { Range } from "../text/source.js";
import { formatSettings } from "./settings.js";

/** How a file is printed. */
export interface PrintOptions {
  /** May settings move to their heading? */
  readonly isMoving: boolean;
}

/** A piece of a file. */
type Piece =
  | { readonly kind: "heading"; readonly at: Range; readonly heading: HeadingBlock }
  | { readonly kind: "settings"; readonly at: Range; readonly fence: RoleFence }
  | { readonly kind: "script"; readonly at: Range; readonly fence: RoleFence }
  | { readonly kind: "prose"; readonly at: Range };

/** The file in its layout. */
export function printFile(layout: Layout, options: PrintOptions): string {
  const { text, eol, front } = layout;
  const head = front.settings === undefined ? "" : printFront(layout, front.settings);
  let body = "";
  let before: Piece | undefined;
  for (const piece of piecesOf(layout, options)) {
    const printed = printPiece(text, piece, eol);
    body += (before === undefined ? "" : gapBetween(before, piece, layout)) + printed;
    before = piece;
  }
  return body === "" ? head : `${head}${body}${eol}`;
}

/** Settings and script stand right below what they belong to; prose there keeps the blank line that it has or has not. */
function gapBetween(before: Piece, { kind, at }: Piece, { text, eol }: Layout): string {
  const isTight = before.kind === "heading" || before.kind === "settings";
  if (kind === "settings") return before.kind === "heading" ? eol : eol + eol;
  if (kind === "script") return isTight ? eol : eol + eol;
  if (kind === "heading" || before.kind === "prose") return eol + eol;
  return /\n[ \t]*\r?\n[ \t]*$/.test(text.slice(before.at.end, at.start)) ? eol + eol : eol;
}

function printFront({ text, eol }: Layout, range: Range): string {
  const settings = formatSettings(text, range, { eol, rank: rankIn(fileTable.known) });
  return `---${eol}${settings === "" ? "" : settings + eol}---${eol}`;
}

/** Everything behind the front matter in the order of the layout. */
function piecesOf({ text, front, outline, steps }: Layout, { isMoving }: PrintOptions): readonly Piece[] {
  const headings = [
    outline.title,
    ...outline.sections.map(({ heading }) => heading),
    ...[outline.steps, outline.onFailure, outline.finally].map(({ heading }) => heading),
  ].flatMap((heading): Piece[] => (heading === undefined ? [] : [headingPiece(heading)]));
  const marks = [...headings, ...steps.flatMap(stepPieces)].sort((a, b) => a.at.start - b.at.start);
  const pieces: Piece[] = [];
  let at = front.bodyStart;
  for (const mark of [...marks, undefined]) {
    const prose = trimBlankLines(text, { start: at, end: mark?.at.start ?? text.length });
    if (prose.start < prose.end) pieces.push({ kind: "prose", at: prose });
    if (mark === undefined) break;
    pieces.push(mark);
    at = mark.at.end;
  }
  return isMoving ? settingsFirst(pieces) : pieces;
}

function stepPieces({ own, undo }: StepPart): readonly Piece[] {
  return [...partPieces(own), ...(undo === undefined ? [] : partPieces(undo))];
}

function partPieces({ block, settings, script }: Part): readonly Piece[] {
  const fences = [
    ...(settings === undefined ? [] : [{ kind: "settings", at: settings.fence, fence: settings.fence } as const]),
    ...(script === undefined ? [] : [{ kind: "script", at: script.fence, fence: script.fence } as const]),
  ];
  return [headingPiece(block.heading), ...fences];
}

function headingPiece(heading: HeadingBlock): Piece {
  return { kind: "heading", at: heading, heading };
}

/** Puts the settings of each part right behind its heading. */
function settingsFirst(pieces: readonly Piece[]): readonly Piece[] {
  const sorted: Piece[] = [];
  let heading = -1;
  for (const piece of pieces) {
    if (piece.kind === "settings" && heading !== -1) sorted.splice(heading + 1, 0, piece);
    else sorted.push(piece);
    if (piece.kind === "heading") heading = sorted.length - 1;
  }
  return sorted;
}

function printPiece(text: string, piece: Piece, eol: string): string {
  switch (piece.kind) {
    case "heading":
      return printHeading(text, piece.heading);
    case "settings":
      return printSettings(text, piece.fence, eol);
    case "script":
      return printScript(text, piece.fence, eol);
    case "prose":
      return text.slice(piece.at.start, piece.at.end);
  }
}

function printHeading(text: string, { level, title, start, end }: HeadingBlock): string {
  // A title that ends in # would lose it without its closing marks.
  if (titleOf(title) !== title) return text.slice(start, end).trimEnd();
  return `${"#".repeat(level)} ${title}`.trimEnd();
}

function printSettings(text: string, fence: RoleFence, eol: string): string {
  const range = { start: fence.contentStart, end: fence.contentEnd };
  const settings = formatSettings(text, range, { eol, rank: rankIn(stepTable.known) });
  return [openLine(text, fence), ...(settings === "" ? [] : [settings]), closeLine(text, fence)].join(eol);
}

function printScript(text: string, fence: RoleFence, eol: string): string {
  const content = text.slice(fence.contentStart, fence.contentEnd);
  // As many columns as the fence is indented by are no part of the script.
  const code = fence.indent === 0 ? content : content.replaceAll(new RegExp(`^ {1,${fence.indent}}`, "gm"), "");
  return `${openLine(text, fence)}${eol}${code}${closeLine(text, fence)}`;
}

function openLine(text: string, fence: RoleFence): string {
  const marks = /^[ \t]*(`+|~+)/.exec(text.slice(fence.start, fence.openEnd))?.[1] ?? "```";
  return marks + fence.info.split(/[ \t]+/).join(" ");
}

function closeLine(text: string, fence: RoleFence): string {
  return text.slice(fence.contentEnd, fence.end).trim();
}
