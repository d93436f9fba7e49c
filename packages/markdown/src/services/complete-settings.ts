import type { Range } from "../text/source.js";
import type { Completion } from "./analysis.js";
import { type Candidate, completeExpression } from "./complete-expression.js";
import { keysAt } from "./complete-keys.js";
import { valuesAt } from "./complete-values.js";
import { type ExpressionSlot, slotOf } from "./expression-slots.js";
import { holeAt } from "./holes.js";
import type { FilePart, FileView } from "./view.js";
import { type YamlCursor, yamlCursors } from "./yaml-cursor.js";

/** What may stand at an offset of settings. */
export function completeSettings(view: FileView, part: FilePart, offset: number): readonly Completion[] {
  if (part.settings === undefined) return [];
  return yamlCursors(view.text, part.settings, offset).flatMap((cursor) => {
    if (cursor.role === "key") return completeKey(view, part, { cursor, offset });
    const slot = slotOf(part, cursor.path);
    const offer = slot === undefined ? undefined : expressionOffer(view, slot, cursor);
    if (offer !== undefined) {
      const range = { start: offset - offer.replaced, end: offset + wordLength(cursor.after) };
      return offer.candidates.map((each) => completion(each, each.label, range));
    }
    return completeValue(view, part, { cursor, offset });
  });
}

/** A key or value that is being typed, and where. */
interface Typing {
  readonly cursor: YamlCursor;
  readonly offset: number;
}

function completeKey(view: FileView, part: FilePart, { cursor, offset }: Typing): readonly Completion[] {
  const range = { start: offset - cursor.before.length, end: offset + cursor.after.length };
  const hasColon = /^[ \t]*:/.test(view.text.slice(range.end, range.end + 20));
  return keysAt(view, part, cursor).map((each) => completion(each, hasColon ? each.label : `${each.label}: `, range));
}

function completeValue(view: FileView, part: FilePart, { cursor, offset }: Typing): readonly Completion[] {
  const isAsWritten = view.text.slice(0, offset).endsWith(cursor.before);
  const before = isAsWritten ? cursor.before.length : wordLength([...cursor.before].toReversed().join(""));
  const range = { start: offset - before, end: offset + wordLength(cursor.after) };
  const space = cursor.lacksSpace ? " " : "";
  return valuesAt(view, part, cursor).map((each) => completion(each, space + (each.text ?? each.label), range));
}

/** The expression that the cursor stands in; nothing in text beside the holes of a value. */
function expressionOffer(view: FileView, slot: ExpressionSlot, { before, after }: YamlCursor) {
  if (slot.form === "bare") return completeExpression(view, { before, place: slot });
  const hole = holeAt(before + after, before.length);
  return hole === undefined ? undefined : completeExpression(view, { before: before.slice(hole.start), place: slot });
}

/** Length of the word that a text begins with. */
export function wordLength(text: string): number {
  return /^[\p{L}\p{N}\p{M}_]*/u.exec(text)?.[0].length ?? 0;
}

/** A candidate with what it replaces. */
export function completion(candidate: Candidate, text: string, range: Range): Completion {
  return { ...candidate, text, range };
}
