import { resolve } from "node:path";
import { type AiwError, isAiwError } from "@aiw/core";
import { formatProblem, type Problem } from "@aiw/markdown";
import { loadWorkflow } from "@aiw/runtime";
import { annotation } from "../check/annotation.js";
import { type CliContext, printJson, printLine } from "../context.js";
import { requirePath } from "../flags.js";
import { formatError } from "../output/error.js";
import { createStyle } from "../output/style.js";
import { countProblems } from "../problems.js";

/** What was found in one file: its problems with its text, or why it could not be read. */
type Checked =
  | { readonly path: string; readonly problems: readonly Problem[]; readonly text: string }
  | { readonly path: string; readonly error: AiwError };

/** `aiw check FILE…`: all problems of all files in one pass. Exit code 2 when one of them is an error. */
export async function checkCommand(paths: readonly string[], context: CliContext): Promise<number> {
  const checked: Checked[] = [];
  for (const path of withoutRepeats(paths, context.cwd)) checked.push(await checkOne(path, context.cwd));
  if (context.json) printJson(context, { problems: checked.flatMap(problemsJson) });
  else printChecked(checked, context);
  if (context.env.GITHUB_ACTIONS === "true") printAnnotations(checked, context);
  return checked.some(hasError) ? 2 : 0;
}

async function checkOne(path: string, cwd: string): Promise<Checked> {
  try {
    const { problems, text } = await loadWorkflow(requirePath(path), cwd);
    return { path, problems, text };
  } catch (error) {
    if (!isAiwError(error) || error.code === "internal") throw error;
    return { path, error };
  }
}

function printChecked(checked: readonly Checked[], context: CliContext): void {
  const style = createStyle(context.color);
  for (const each of checked) {
    if ("error" in each) printLine(context, `${formatError(each.error, style)}\n`);
    else
      for (const problem of each.problems)
        printLine(context, `${formatProblem(problem, each.text, { color: context.color })}\n`);
  }
  const files = `${checked.length} ${checked.length === 1 ? "file" : "files"}`;
  const unread = checked.filter((each) => "error" in each).length;
  const found = countProblems(checked.flatMap((each) => ("error" in each ? [] : each.problems)));
  const parts = [unread > 0 && found === "no problems" ? "" : found, unread > 0 ? `${unread} not readable` : ""];
  const mark = checked.some(hasError) ? style.red("✖") : style.green("✔");
  printLine(context, `${mark} ${files}, ${parts.filter((part) => part !== "").join(", ")}`);
}

function printAnnotations(checked: readonly Checked[], context: CliContext): void {
  const out = context.json ? context.stderr : context.stdout;
  for (const problem of checked.flatMap(problemsJson)) out.write(`${annotation(problem)}\n`);
}

/** A file that cannot be read is one problem at its start, so that a reader of the list needs no second shape. */
function problemsJson(each: Checked) {
  if ("problems" in each) {
    return each.problems.map(({ code, severity, file, line, column, endLine, endColumn, message, help }) => {
      const shared = { code: code as string, severity, file, line, column, endLine, endColumn, message };
      return help === undefined ? shared : { ...shared, help };
    });
  }
  const { code, message, hint } = each.error;
  const place = { file: each.path, line: 1, column: 1, endLine: 1, endColumn: 1 };
  return [
    {
      code: code as string,
      severity: "error" as const,
      ...place,
      message,
      ...(hint === undefined ? {} : { help: hint }),
    },
  ];
}

function hasError(each: Checked): boolean {
  return "error" in each || each.problems.some(({ severity }) => severity === "error");
}

function withoutRepeats(paths: readonly string[], cwd: string): readonly string[] {
  return [...new Map(paths.map((path) => [resolve(cwd, path), path])).values()];
}
