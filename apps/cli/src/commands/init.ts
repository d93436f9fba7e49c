import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { AiwError, suggest } from "@aiw/core";
import { configFile, loadWorkflow } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "../context.js";
import { requireChoice } from "../flags.js";
import { ignoreState, writeNewFiles } from "../init/files.js";
import { configText, type TemplateName, templates } from "../init/templates.js";
import { stripControl } from "../output/format.js";
import { createStyle } from "../output/style.js";
import { countProblems } from "../problems.js";
import { quoteForShell } from "../shell.js";

/** Flags of `aiw init`. */
export interface InitOptions {
  readonly template?: string | undefined;
  readonly force: boolean;
  readonly yes: boolean;
}

const names: readonly TemplateName[] = ["hello", "review", "empty"];

/** `aiw init [FOLDER]`: a first workflow, checked, with the command that runs it. */
export async function initCommand(path: string, options: InitOptions, context: CliContext): Promise<number> {
  const name =
    options.template === undefined
      ? await askTemplate(options, context)
      : requireChoice("--template", options.template, names);
  const template = templates[name];
  const folder = resolve(context.cwd, path);
  // A configuration that is there is somebody's; the comments of ours are no reason to refuse or to overwrite.
  const isConfigured = existsSync(resolve(folder, configFile));
  const files = [
    { name: template.file, text: template.text },
    ...(isConfigured ? [] : [{ name: configFile, text: configText }]),
  ];
  writeNewFiles(folder, files, options.force);
  const isIgnored = ignoreState(folder);
  const { problems } = await loadWorkflow(template.file, folder);
  if (problems.length > 0) throw new AiwError("internal", `the template ${name} has ${countProblems(problems)}`);
  const written = [...files.map((file) => file.name), ...(isIgnored ? [".gitignore"] : [])];
  const where = relative(context.cwd, folder);
  if (context.json) printJson(context, { folder, written, next: template.command });
  else printNext({ written, where, command: template.command }, context);
  return 0;
}

function printNext(
  done: { readonly written: readonly string[]; readonly where: string; readonly command: string },
  context: CliContext,
): void {
  const style = createStyle(context.color);
  const where = stripControl(done.where);
  for (const name of done.written)
    printLine(context, `${style.green("✔")} ${where === "" ? name : `${where}/${name}`}`);
  printLine(context);
  printLine(context, "Now try:");
  if (where !== "") printLine(context, `  cd ${quoteForShell(where)}`);
  printLine(context, `  ${style.bold(done.command)}`);
}

/** One question, and only where somebody can answer it. */
async function askTemplate({ yes }: InitOptions, context: CliContext): Promise<TemplateName> {
  if (yes || context.json || !process.stdin.isTTY || !context.stdout.isTTY) return "hello";
  for (const name of names) printLine(context, `  ${name.padEnd(7)} ${templates[name].about}`);
  const lines = createInterface({ input: process.stdin, output: context.stdout });
  try {
    for (;;) {
      const answer = (await lines.question("Which workflow? [hello] ")).trim();
      const found = answer === "" ? "hello" : names.find((name) => name === answer);
      if (found !== undefined) return found;
      printLine(context, `there is no '${stripControl(answer)}'; ${suggest(answer, names) ?? ""}`);
    }
  } finally {
    lines.close();
  }
}
