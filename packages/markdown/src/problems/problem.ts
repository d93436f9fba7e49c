import type { ProblemCode } from "./codes.js";

/** One finding about a workflow file. Lines and columns are 1-based, columns in UTF-16 units; the end is exclusive. */
export interface Problem {
  /** Stable: `E201`; {@link problemCodes} describes each. */
  readonly code: ProblemCode;
  readonly severity: "error" | "warning";
  /** One plain sentence, lower case. */
  readonly message: string;
  /** As given to the loader. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** What to write instead. */
  readonly help?: string;
}

/** The JSON text that `aiw check --json` prints: `{"problems":[…]}` in one line. */
export function printProblems(problems: readonly Problem[]): string {
  return JSON.stringify({
    problems: problems.map(({ code, severity, file, line, column, endLine, endColumn, message, help }) => ({
      code,
      severity,
      file,
      line,
      column,
      endLine,
      endColumn,
      message,
      ...(help === undefined ? {} : { help }),
    })),
  });
}
