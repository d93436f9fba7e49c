import { stripControl } from "../output/format.js";

/** What an annotation shows. Lines and columns are 1-based, the end is exclusive. */
export interface AnnotatedProblem {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly message: string;
  readonly help?: string;
}

/**
 * A problem as a command of GitHub Actions, which shows it beside the line.
 *
 * @see GitHub Actions documentation, "Workflow commands": in values `%`, CR and LF are escaped, in properties also `:` and `,`.
 */
export function annotation(problem: AnnotatedProblem): string {
  const { severity, file, line, column, endLine, endColumn, code, message, help } = problem;
  // Columns count only within one line; the end is inclusive there.
  const columns = line === endLine ? `,col=${column},endColumn=${Math.max(column, endColumn - 1)}` : "";
  const place = `file=${property(file)},line=${line},endLine=${endLine}${columns}`;
  return `::${severity} ${place},title=${property(code)}::${escapeText(help === undefined ? message : `${message} (${help})`)}`;
}

function escapeText(text: string): string {
  return stripControl(text).replace(/%/g, "%25").replace(/\n/g, "%0A");
}

function property(text: string): string {
  return escapeText(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
