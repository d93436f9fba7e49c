import { formatProblem } from "@aiw/markdown";
import { type AnnotatedProblem, annotation } from "../check/annotation.js";
import {
  type Checked,
  checkTarget,
  type Finding,
  hasError,
  withoutRepeatedFindings,
  withoutRepeats,
} from "../check/checked.js";
import { writeSarif } from "../check/sarif-file.js";
import { type CliContext, printJson, printLine } from "../context.js";
import { formatError } from "../output/error.js";
import { createStyle } from "../output/style.js";
import { countProblems } from "../problems.js";

/** How files are checked and where the result goes. */
export interface CheckOptions {
  /** File for a SARIF log; `-` is stdout, which then carries nothing else. */
  readonly sarif?: string | undefined;
  /** What is done with each path; default: what a run would need. */
  readonly check?: ((path: string, cwd: string) => Promise<Checked>) | undefined;
  /** What is told of what was checked besides its problems. */
  readonly about?: ((checked: readonly Checked[]) => CheckFacts) | undefined;
}

/** Facts besides problems. */
export interface CheckFacts {
  readonly json: Readonly<Record<string, unknown>>;
  readonly lines: readonly string[];
}

/** `aiw check FILE…`: all problems of all files in one pass. Exit code 2 when one of them is an error. */
export async function checkCommand(
  paths: readonly string[],
  options: CheckOptions,
  context: CliContext,
): Promise<number> {
  const { sarif, check = checkTarget, about } = options;
  const all: Checked[] = [];
  for (const path of withoutRepeats(paths, context.cwd)) all.push(await check(path, context.cwd));
  const checked = withoutRepeatedFindings(all);
  const problems = checked.flatMap(({ findings }) => findings.map(({ problem }) => problem));
  if (sarif !== undefined) await writeSarif(problems, sarif, context);
  // Where stdout carries the log, people read stderr.
  const people = sarif === "-" ? { ...context, stdout: context.stderr } : context;
  const facts = about?.(all);
  if (context.json) printJson(context, { problems: problems.map(problemJson), ...facts?.json });
  else {
    printChecked(checked, people);
    for (const line of facts?.lines ?? []) printLine(people, line);
  }
  if (context.env.GITHUB_ACTIONS === "true") printAnnotations(problems, people);
  return all.some(hasError) ? 2 : 0;
}

/** A problem in the order of keys that the reference of the command line shows. */
function problemJson(problem: AnnotatedProblem): AnnotatedProblem {
  const { code, severity, file, line, column, endLine, endColumn, message, help } = problem;
  const shared = { code, severity, file, line, column, endLine, endColumn, message };
  return help === undefined ? shared : { ...shared, help };
}

/** The problems as code frames, then one line that counts them. */
function printChecked(checked: readonly Checked[], context: CliContext): void {
  for (const finding of checked.flatMap(({ findings }) => findings)) {
    printLine(context, `${formatFinding(finding, context)}\n`);
  }
  const style = createStyle(context.color);
  const files = `${checked.length} ${checked.length === 1 ? "file" : "files"}`;
  const mark = checked.some(hasError) ? style.red("✖") : style.green("✔");
  printLine(context, `${mark} ${files}, ${sumUp(checked.flatMap(({ findings }) => findings))}`);
}

function formatFinding({ problem, text }: Finding, context: CliContext): string {
  if (text !== undefined) return formatProblem(problem, text, { color: context.color });
  const { code, message, help } = problem;
  return formatError({ code, message, ...(help === undefined ? {} : { hint: help }) }, createStyle(context.color));
}

/** `2 errors, 1 not readable`. */
function sumUp(findings: readonly Finding[]): string {
  const isUnread = ({ problem, text }: Finding) => text === undefined && problem.severity === "error";
  const unread = findings.filter(isUnread).length;
  const found = countProblems(findings.filter((each) => !isUnread(each)).map(({ problem }) => problem));
  const parts = [unread > 0 && found === "no problems" ? "" : found, unread > 0 ? `${unread} not readable` : ""];
  return parts.filter((part) => part !== "").join(", ");
}

function printAnnotations(problems: readonly AnnotatedProblem[], context: CliContext): void {
  const out = context.json ? context.stderr : context.stdout;
  for (const problem of problems) out.write(`${annotation(problem)}\n`);
}
