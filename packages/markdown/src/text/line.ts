/** One line as the block scanner sees it; leading white space is counted, tabs as stops of four columns. */
export interface Line {
  /** Columns of white space before the body, relative to the enclosing container. */
  readonly indent: number;
  /** From the first character that is not white space; empty on a blank line. */
  readonly body: string;
  /** Offset of the body in the file. */
  readonly at: number;
  /** Absolute column of the body, for tab stops. */
  readonly column: number;
  /** Offset of the line itself and of its end, without the line break. */
  readonly start: number;
  readonly end: number;
}

const tabStop = 4;

/** A line of the file, before any container is taken off. */
export function lineOf(text: string, start: number, end: number): Line {
  return skipSpace({ indent: 0, body: text.slice(start, end), at: start, column: 0, start, end });
}

/** Takes the first characters of the body away, and counts the white space that follows. */
export function dropBody(line: Line, count: number): Line {
  return skipSpace({
    ...line,
    indent: 0,
    body: line.body.slice(count),
    at: line.at + count,
    column: line.column + count,
  });
}

/** The same line inside a container that takes some columns of white space. */
export function dropIndent(line: Line, columns: number): Line {
  return { ...line, indent: Math.max(0, line.indent - columns) };
}

function skipSpace(line: Line): Line {
  let column = line.column;
  let index = 0;
  for (; index < line.body.length; index += 1) {
    const char = line.body.charCodeAt(index);
    if (char === 9) column += tabStop - (column % tabStop);
    else if (char === 32) column += 1;
    else break;
  }
  return {
    ...line,
    indent: line.indent + column - line.column,
    body: line.body.slice(index),
    at: line.at + index,
    column,
  };
}
