import { readFileSync } from "node:fs";
import { AiwError, type ErrorInfo, isAiwError, toErrorInfo } from "@aiw/core";
import { formatWorkflow } from "@aiw/markdown";
import { type CliContext, printJson, printLine } from "../context.js";
import { shownPath } from "../flows/find.js";
import { unifiedDiff } from "../fmt/diff.js";
import { readText, replaceText, textOf, workflowFiles } from "../fmt/files.js";
import { formatError } from "../output/error.js";
import { stripControl } from "../output/format.js";
import { createStyle } from "../output/style.js";

/** Flags of `aiw fmt`. */
export interface FmtOptions {
  /** Writes nothing, says what would change. */
  readonly check: boolean;
  readonly pinIds: boolean;
  /** Formats stdin to stdout. */
  readonly stdin: boolean;
}

/** What became of one file. */
type Formatted =
  | { readonly file: string; readonly status: "unchanged" | "formatted" | "would_change"; readonly diff: string }
  | { readonly file: string; readonly status: "error"; readonly error: ErrorInfo };

/**
 * `aiw fmt [FILE|FOLDER…]`: gives workflow files their layout. Exit code 2 when one of them could not be read, else 1 with
 * `--check` when one would change.
 */
export async function fmtCommand(paths: readonly string[], options: FmtOptions, context: CliContext): Promise<number> {
  if (options.stdin) return formatStdin(paths, options, context);
  const files = await workflowFiles(paths, context.cwd);
  const results = files.map((file) => formatOne(file, options, context));
  if (context.json) printJson(context, { files: results.map(resultJson) });
  else print(results, context);
  if (results.some(({ status }) => status === "error")) return 2;
  return results.some(({ status }) => status === "would_change") ? 1 : 0;
}

function formatOne(path: string, { check, pinIds }: FmtOptions, context: CliContext): Formatted {
  const file = shownPath(path, context.cwd);
  try {
    const before = readText(path, file);
    const { text, changes } = formatWorkflow(before, { file, pinIds });
    if (changes.length === 0) return { file, status: "unchanged", diff: "" };
    if (check) {
      const diff = unifiedDiff(file, before, changes, createStyle(context.color));
      return { file, status: "would_change", diff };
    }
    replaceText(path, text, file);
    return { file, status: "formatted", diff: "" };
  } catch (error) {
    if (!isAiwError(error) || error.code === "internal") throw error;
    return { file, status: "error", error: toErrorInfo(error) };
  }
}

function formatStdin(paths: readonly string[], { check, pinIds }: FmtOptions, context: CliContext): number {
  if (paths.length > 0) {
    throw new AiwError("usage", "--stdin takes no files", {
      hint: "`aiw fmt --stdin < review.md` prints the formatted text",
    });
  }
  const before = textOf(readFileSync(0), "stdin");
  const result = formatWorkflow(before, { file: "stdin", pinIds });
  if (!check) context.stdout.write(result.text);
  else context.stdout.write(unifiedDiff("stdin", before, result.changes, createStyle(context.color)));
  return check && result.changes.length > 0 ? 1 : 0;
}

function resultJson(each: Formatted): object {
  return each.status === "error" ? each : { file: each.file, status: each.status };
}

function print(results: readonly Formatted[], context: CliContext): void {
  const style = createStyle(context.color);
  for (const each of results) {
    if (each.status === "error") printLine(context, `${formatError(each.error, style)}\n`);
    else if (each.status === "formatted") printLine(context, `formatted ${stripControl(each.file)}`);
    else if (each.status === "would_change") printLine(context, each.diff);
  }
  const count = (status: Formatted["status"]) => results.filter((each) => each.status === status).length;
  const files = `${results.length} ${results.length === 1 ? "file" : "files"}`;
  const parts = [
    [count("formatted"), "formatted"],
    [count("would_change"), "would change"],
    [count("error"), "not formatted"],
  ] as const;
  const said = parts.flatMap(([number, what]) => (number === 0 ? [] : [`${number} ${what}`]));
  const isGood = count("error") === 0 && count("would_change") === 0;
  const mark = isGood ? style.green("✔") : style.red("✖");
  printLine(context, `${mark} ${files}, ${said.length === 0 ? "all in their layout" : said.join(", ")}`);
}
