import type { Completion } from "./analysis.js";
import { completeExpression } from "./complete-expression.js";
import { completeLine } from "./complete-fences.js";
import { completeSettings, completion, wordLength } from "./complete-settings.js";
import { holeAt } from "./holes.js";
import { prosePlace } from "./spots.js";
import { type FilePart, type FileView, partAt, touches } from "./view.js";

/** What may stand at an offset of a file. */
export function completionsIn(view: FileView, offset: number): readonly Completion[] {
  const part = partAt(view, offset);
  if (part?.settings !== undefined && touches(part.settings, offset)) return completeSettings(view, part, offset);
  const line = completeLine(view, offset);
  if (line !== undefined) return line;
  return part === undefined ? [] : completeProse(view, part, offset);
}

function completeProse(view: FileView, part: FilePart, offset: number): readonly Completion[] {
  const place = prosePlace(part);
  // Right behind the prose is where it is being written.
  const piece = part.prose.findLast(({ start }) => start <= offset);
  if (place === undefined || piece === undefined || (piece.literal && touches(piece, offset))) return [];
  const text = view.text.slice(piece.start, Math.max(piece.end, offset));
  const at = offset - piece.start;
  const hole = holeAt(text, at);
  if (hole === undefined) return [];
  const before = text.slice(hole.start, at);
  const { candidates, replaced } = completeExpression(view, { before, place: { place, reader: part.reader } });
  const range = { start: offset - replaced, end: offset + wordLength(text.slice(at)) };
  return candidates.map((each) => completion(each, each.label, range));
}
