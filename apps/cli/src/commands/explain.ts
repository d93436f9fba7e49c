import { type CliContext, printJson, printLine } from "../context.js";
import { type Explanation, explanations, findExplanation, headOf } from "../explain/explanations.js";
import { oneLine, stripControl } from "../output/format.js";
import { createStyle, type Style } from "../output/style.js";
import { formatTable } from "../output/table.js";

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

function renderExplanation(each: Explanation, style: Style): string {
  return (each.kind === "error" ? errorParts(each, style) : problemParts(each, style)).join("\n\n");
}

function errorParts(each: Extract<Explanation, { kind: "error" }>, style: Style): readonly string[] {
  return [
    style.bold(each.code),
    sentence(each.about),
    ...examples(each, style),
    `${style.cyan("next:")} ${each.next}`,
    `${style.dim("exit code")} ${each.exit}`,
  ];
}

function problemParts(each: Extract<Explanation, { kind: "problem" }>, style: Style): readonly string[] {
  const mark = each.severity === "warning" ? style.yellow(each.code) : style.red(each.code);
  return [`${mark}  ${style.bold(each.title)}`, stripControl(each.about), ...examples(each, style)];
}

function examples({ wrong, right }: Pick<Explanation, "wrong" | "right">, style: Style): readonly string[] {
  return [
    ...(wrong === undefined ? [] : [`${style.red("wrong")}\n${quote(wrong, style)}`]),
    ...(right === undefined ? [] : [`${style.green("right")}\n${quote(right, style)}`]),
  ];
}

function renderList(all: readonly Explanation[], style: Style): string {
  const rows = all.map((each) => [each.code, oneLine(headOf(each), 100)]);
  const table = formatTable(rows, (cell, column) => (column === 0 ? style.cyan(cell) : cell));
  return `${table}\n\n${style.dim("`aiw explain CODE` tells more")}`;
}

function quote(text: string, style: Style): string {
  const lines = stripControl(text).trimEnd().split("\n");
  return lines.map((line) => `${style.dim("│")} ${line}`.trimEnd()).join("\n");
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
