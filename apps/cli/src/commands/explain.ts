import { AiwError, errorCodes, isErrorCode, nearest, nextSteps } from "@aiw/core";
import { type ProblemDoc, problemCodes } from "@aiw/markdown";
import { type CliContext, printJson, printLine } from "../context.js";
import { oneLine, stripControl } from "../output/format.js";
import { createStyle, type Style } from "../output/style.js";
import { formatTable } from "../output/table.js";

/** What is known of a code: a finding in a workflow file, or an error of a command or step. */
export type Explanation =
  | ({ readonly code: string; readonly kind: "problem"; readonly severity: "error" | "warning" } & ProblemDoc)
  | {
      readonly code: string;
      readonly kind: "error";
      readonly exit: number;
      readonly about: string;
      readonly next: string;
    };

/** `aiw explain [CODE]`: one code with its examples, or the list of all. */
export async function explainCommand(code: string | undefined, context: CliContext): Promise<number> {
  const style = createStyle(context.color);
  if (code === undefined) {
    const all = explanations();
    if (context.json) printJson(context, { codes: all });
    else printLine(context, renderList(all, style));
    return 0;
  }
  const found = findExplanation(code);
  if (context.json) printJson(context, found);
  else printLine(context, renderExplanation(found, style));
  return 0;
}

/** Every code with one line about it, for completion. */
export function listCodes(): readonly { readonly value: string; readonly about: string }[] {
  return explanations().map((each) => ({ value: each.code, about: headOf(each) }));
}

/** All codes: findings by their number, then errors in the order of their table. */
export function explanations(): readonly Explanation[] {
  const problems = Object.entries(problemCodes).map(([code, { title, about, wrong, right }]): Explanation => {
    const severity = code.startsWith("W") ? "warning" : "error";
    return { code, kind: "problem", severity, title, about, wrong, right };
  });
  const errors = Object.entries(errorCodes).map(([code, { exit, about }]): Explanation => {
    const next = isErrorCode(code) ? nextSteps[code] : "";
    return { code, kind: "error", exit, about, next };
  });
  return [...problems, ...errors];
}

/** @throws AiwError `usage` with the nearest code. */
export function findExplanation(code: string): Explanation {
  const all = explanations();
  const wanted = code.toLowerCase();
  const found = all.find((each) => each.code.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const near = nearest(
    wanted,
    all.map((each) => each.code),
  );
  throw new AiwError("usage", `there is no code '${code}'`, {
    hint:
      near === undefined ? "`aiw explain` lists all codes" : `did you mean '${near}'? \`aiw explain\` lists all codes`,
  });
}

function renderExplanation(each: Explanation, style: Style): string {
  if (each.kind === "error") {
    const next = `${style.cyan("next:")} ${each.next}`;
    return `${style.bold(each.code)}\n\n${sentence(each.about)}\n\n${next}\n\n${style.dim("exit code")} ${each.exit}`;
  }
  const mark = each.severity === "warning" ? style.yellow(each.code) : style.red(each.code);
  const examples = [
    `${style.red("wrong")}\n${quote(each.wrong, style)}`,
    `${style.green("right")}\n${quote(each.right, style)}`,
  ];
  return [`${mark}  ${style.bold(each.title)}`, stripControl(each.about), ...examples].join("\n\n");
}

function renderList(all: readonly Explanation[], style: Style): string {
  const rows = all.map((each) => [each.code, oneLine(headOf(each), 100)]);
  const table = formatTable(rows, (cell, column) => (column === 0 ? style.cyan(cell) : cell));
  return `${table}\n\n${style.dim("`aiw explain CODE` tells more")}`;
}

function headOf(each: Explanation): string {
  return each.kind === "problem" ? each.title : each.about;
}

function quote(text: string, style: Style): string {
  const lines = stripControl(text).trimEnd().split("\n");
  return lines.map((line) => `${style.dim("│")} ${line}`.trimEnd()).join("\n");
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
