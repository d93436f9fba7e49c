import type { Range as FileRange, Problem, TextChange } from "@aiw/markdown";
import type { Position, Range, TextEdit } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";

/** Between positions of the protocol and offsets of a text without a byte order mark. */
export interface Converter {
  offsetAt(position: Position): number;
  range(range: FileRange): Range;
  edit(change: TextChange): TextEdit;
  /** Where a problem of the text stands. */
  place(problem: ProblemPlace): Range;
}

/** Lines and columns begin at 1. */
type ProblemPlace = Pick<Problem, "line" | "column" | "endLine" | "endColumn">;

/** The converter of one version of a document. */
export function createConverter(document: TextDocument): Converter {
  const shift = document.getText().startsWith("\ufeff") ? 1 : 0;
  const range = ({ start, end }: FileRange): Range => ({
    start: document.positionAt(start + shift),
    end: document.positionAt(end + shift),
  });
  return {
    offsetAt: (position) => Math.max(0, document.offsetAt(position) - shift),
    range,
    place: (problem) => rangeOf(shift === 0 ? problem : behindMark(problem)),
    edit: ({ start, end, text }) => ({ range: range({ start, end }), newText: text }),
  };
}

/** The mark is a character of the first line, of which the text knows nothing. */
function behindMark({ line, column, endLine, endColumn }: ProblemPlace): ProblemPlace {
  return {
    line,
    column: line === 1 ? column + 1 : column,
    endLine,
    endColumn: endLine === 1 ? endColumn + 1 : endColumn,
  };
}

/** Where a problem stands; lines of the protocol begin at 0. */
export function rangeOf({ line, column, endLine, endColumn }: ProblemPlace): Range {
  return {
    start: { line: line - 1, character: column - 1 },
    end: { line: endLine - 1, character: endColumn - 1 },
  };
}
