/** A position in a file: 1-based, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Half-open range of UTF-16 offsets in the file's text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The text of one file with a quick way from offsets to lines. */
export interface Source {
  readonly file: string;
  readonly text: string;
  position(offset: number): Position;
}

/** Builds the index of line starts once; looking a position up is a binary search. */
export function createSource(file: string, text: string): Source {
  const starts = lineStarts(text);
  return {
    file,
    text,
    position(offset) {
      const line = lastAtOrBefore(starts, offset);
      return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
    },
  };
}

/** Offsets at which lines start. `\n`, `\r\n` and a lone `\r` end a line, as in CommonMark. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  const breaks = /\r\n|\n|\r/g;
  while (breaks.exec(text) !== null) starts.push(breaks.lastIndex);
  return starts;
}

/** Length of the text's UTF-8 form. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

/** The same text with `\n` at the end of each line: what scripts and agents get. */
export function normalizeNewlines(text: string): string {
  return text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
}

function lastAtOrBefore(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
