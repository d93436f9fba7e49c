import type { FenceBlock } from "../text/blocks.js";
import type { Range } from "../text/source.js";
import { roleOf } from "./roles.js";

/** A stretch of prose; literal ones are never expanded. */
export interface ProsePiece extends Range {
  readonly literal: boolean;
  /** Belongs to another paragraph than the piece before: fences were cut out between them. */
  readonly apart: boolean;
}

/** The prose of a step or section: everything but its settings and script, without blank lines at the edges. */
export function proseOf(text: string, body: Range, fences: readonly FenceBlock[]): readonly ProsePiece[] {
  const pieces: ProsePiece[] = [];
  let from = body.start;
  for (const fence of fences) {
    const role = roleOf(fence).kind;
    if (role !== "settings" && role !== "script") continue;
    addPart(pieces, text, { start: from, end: fence.start }, fences);
    from = fence.end;
  }
  addPart(pieces, text, { start: from, end: body.end }, fences);
  return pieces;
}

function addPart(pieces: ProsePiece[], text: string, part: Range, fences: readonly FenceBlock[]): void {
  const range = trimBlankLines(text, part);
  if (range.start >= range.end) return;
  let from = range.start;
  let apart = pieces.length > 0;
  const add = (start: number, end: number, literal: boolean) => {
    if (start >= end) return;
    pieces.push({ start, end, literal, apart });
    apart = false;
  };
  for (const fence of fences) {
    if (fence.start < range.start || fence.end > range.end || roleOf(fence).kind !== "raw") continue;
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
