import type { Range } from "../text/source.js";
import type { RoleFence } from "./roles.js";

/** A stretch of prose; literal ones are never expanded. */
export interface ProsePiece extends Range {
  readonly literal: boolean;
  /** Belongs to another paragraph than the piece before: fences were cut out between them. */
  readonly apart: boolean;
}

/** What prose is cut from. */
export interface ProseBody {
  readonly body: Range;
  readonly fences: readonly RoleFence[];
  readonly undo?: { readonly heading: Range; readonly body: Range };
}

/** The prose of a step or section: everything but its settings, script and Undo, without blank lines at the edges. */
export function proseOf(text: string, { body, fences, undo }: ProseBody): readonly ProsePiece[] {
  const pieces: ProsePiece[] = [];
  let from = body.start;
  let literals: RoleFence[] = [];
  const cut = (range: Range) => {
    addPart(pieces, text, { start: from, end: range.start }, literals);
    literals = [];
    from = range.end;
  };
  let isUndoCut = undo === undefined;
  for (const fence of fences) {
    if (undo !== undefined && !isUndoCut && fence.start > undo.heading.start) {
      cut({ start: undo.heading.start, end: undo.body.end });
      isUndoCut = true;
    }
    const { kind } = fence.role;
    if (kind === "raw") literals.push(fence);
    if (kind === "settings" || kind === "script") cut(fence);
  }
  if (undo !== undefined && !isUndoCut) cut({ start: undo.heading.start, end: undo.body.end });
  addPart(pieces, text, { start: from, end: body.end }, literals);
  return pieces;
}

function addPart(pieces: ProsePiece[], text: string, part: Range, literals: readonly Range[]): void {
  const range = trimBlankLines(text, part);
  if (range.start >= range.end) return;
  let from = range.start;
  let apart = pieces.length > 0;
  const add = (start: number, end: number, literal: boolean) => {
    if (start >= end) return;
    pieces.push({ start, end, literal, apart });
    apart = false;
  };
  for (const fence of literals) {
    if (fence.start < range.start || fence.end > range.end) continue;
    add(from, fence.start, false);
    add(fence.start, fence.end, true);
    from = fence.end;
  }
  add(from, range.end, false);
}

/** The range without blank lines at its start and white space at its end. */
export function trimBlankLines(text: string, range: Range): Range {
  const slice = text.slice(range.start, range.end);
  const end = range.start + slice.trimEnd().length;
  const lead = /^(?:[ \t]*(?:\r\n|\n|\r))*/.exec(slice)?.[0].length ?? 0;
  return { start: Math.min(range.start + lead, end), end };
}
