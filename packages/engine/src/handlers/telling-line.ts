import type { ScriptLanguage } from "@aiw/core";

/** A script that failed, and what it said. */
export interface FailedScript {
  readonly lang: ScriptLanguage;
  readonly stderr: string;
  /** Path of the file that was run. */
  readonly file: string;
  /** Line of the step's heading in its Markdown file. */
  readonly headingLine?: number | undefined;
}

const maxLength = 300;
/** `TypeError: …`, `Uncaught AssertionError [ERR_ASSERTION]: …`. */
const nodeError = /^(?:Uncaught )?[\w$.]*(?:Error|Exception)(?: \[\w+\])?(?::|$)/;
const nodeVersion = /^Node\.js v\d/;

/** The one line of standard error that tells most about why a script failed; empty when it said nothing. */
export function tellingLine(script: FailedScript): string {
  const lines = script.stderr
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
  const isNode = script.lang === "js" || script.lang === "ts";
  const line = (isNode ? nodeLine(lines) : lines.at(-1)) ?? "";
  return withoutPath(line, script).trim().slice(0, maxLength);
}

/** Node ends a crash with its version; the error stands above the stack. */
function nodeLine(lines: readonly string[]): string | undefined {
  if (!nodeVersion.test(lines.at(-1) ?? "")) return lines.at(-1);
  const named = lines.findLast((line) => nodeError.test(line));
  if (named !== undefined) return named;
  const stack = lines.findIndex((line) => /^\s+at /.test(line));
  if (stack > 0) return lines[stack - 1];
  return lines.findLast((line) => !nodeVersion.test(line) && !line.startsWith("(Use `"));
}

/** `/tmp/…/script.sh: line 3: x: not found` names a file that is gone by now. */
function withoutPath(line: string, { file, headingLine }: FailedScript): string {
  if (!line.startsWith(`${file}: `)) return line;
  const [, number, rest] = /^(?:line )?(\d+): (.*)$/.exec(line.slice(file.length + 2)) ?? [];
  if (number === undefined || rest === undefined) return line.slice(file.length + 2);
  const where = headingLine === undefined ? "" : ` (below line ${headingLine} of the file)`;
  return `line ${number} of its script${where}: ${rest}`;
}
