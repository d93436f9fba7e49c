import { AiwError, type ErrorCode, type JsonObject } from "@aiw/core";

/** A mistake in the description of a bundle or a tool, with the place where it stands. */
export interface ToolProblem {
  readonly code: ErrorCode;
  /** As it should be shown: relative to the folder that was loaded. */
  readonly file: string;
  /** 1-based; 1:1 when the whole file is meant. */
  readonly line: number;
  readonly column: number;
  /** Lower case, one sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly help?: string | undefined;
}

/** Collects problems, so that one pass reports all of them. */
export type Report = (problem: ToolProblem) => void;

/** `tools.yaml:3:5: unknown key 'tiemout'`. */
export function formatProblem(problem: ToolProblem): string {
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`;
}

/**
 * The problems as one error: the first is its message, all of them are in `details.problems`.
 *
 * @param problems - At least one.
 */
export function problemsError(problems: readonly ToolProblem[]): AiwError {
  const [first] = problems;
  if (!first) return new AiwError("internal", "an error was made of no problem");
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return new AiwError(first.code, `${formatProblem(first)}${more}`, {
    hint: first.help,
    details: { problems: problems.map(plain) },
  });
}

function plain({ help, ...problem }: ToolProblem): JsonObject {
  return { ...problem, ...(help === undefined ? {} : { help }) };
}
