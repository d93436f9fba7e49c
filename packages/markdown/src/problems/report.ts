import type { Range, Source } from "../text/source.js";
import type { ProblemCode } from "./codes.js";
import type { Problem } from "./problem.js";

/** Collects the problems of one file. */
export interface Report {
  /** Notes a problem; a second one with the same code and start is dropped. */
  add(code: ProblemCode, range: Range, message: string, help?: string): void;
  /** From now on problems that start in this range are dropped: they would only be echoes. */
  mute(range: Range): void;
  /** The same for all lines of the range; with codes, for these alone. */
  muteLines(range: Range, codes?: readonly ProblemCode[]): void;
  hasErrors(): boolean;
  /** No more are kept. */
  isFull(): boolean;
  /** In the order of the file. */
  list(): readonly Problem[];
}

/** Most problems of one file that are kept. */
export const maxProblems = 500;
/** Most warnings among them, so that they never take the place of an error. */
const maxWarnings = maxProblems / 2;

interface Found extends Range {
  readonly code: ProblemCode;
  readonly message: string;
  readonly help: string | undefined;
}

/** An empty report for a file. */
export function createReport(source: Source): Report {
  const found = new Map<string, Found>();
  const muted: Range[] = [];
  const mutedLines = new Map<number, readonly ProblemCode[] | undefined>();
  const isMuted = (code: ProblemCode, start: number): boolean => {
    if (muted.some((range) => start >= range.start && start < range.end)) return true;
    if (mutedLines.size === 0) return false;
    const { line } = source.position(start);
    return mutedLines.has(line) && (mutedLines.get(line)?.includes(code) ?? true);
  };
  let errors = 0;
  let warnings = 0;
  return {
    add(code, range, message, help) {
      const key = `${code}:${range.start}`;
      if (found.size >= maxProblems || found.has(key)) return;
      if (isMuted(code, range.start)) return;
      if (isWarning(code)) {
        if (warnings >= maxWarnings) return;
        warnings += 1;
      } else errors += 1;
      found.set(key, { code, start: range.start, end: Math.max(range.end, range.start), message, help });
    },
    mute(range) {
      if (found.size < maxProblems) muted.push(range);
    },
    muteLines(range, codes) {
      const last = source.position(Math.max(range.start, range.end - 1)).line;
      for (let line = source.position(range.start).line; line <= last; line += 1) {
        const isWhole = codes === undefined || (mutedLines.has(line) && mutedLines.get(line) === undefined);
        mutedLines.set(line, isWhole ? undefined : codes);
      }
    },
    hasErrors: () => errors > 0,
    isFull: () => found.size >= maxProblems,
    list: () =>
      [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end).map((each) => place(source, each)),
  };
}

function isWarning(code: ProblemCode): boolean {
  return code.startsWith("W");
}

function place(source: Source, { code, start, end, message, help }: Found): Problem {
  const from = source.position(start);
  const to = source.position(end);
  return {
    code,
    severity: isWarning(code) ? "warning" : "error",
    message,
    file: source.file,
    line: from.line,
    column: from.column,
    endLine: to.line,
    endColumn: to.column,
    ...(help === undefined ? {} : { help }),
  };
}
