import { basename, dirname, join, resolve } from "node:path";
import { AiwError } from "@aiw/core";
import { loadWorkflow } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "../context.js";
import { requireChoice } from "../flags.js";
import { shownPath } from "../flows/find.js";
import {
  bundleFiles,
  type FlowTemplateName,
  type NewFlow,
  templateNames,
  toolFiles,
  workflowText,
} from "../flows/templates.js";
import { type NewFile, writeNewFiles } from "../init/files.js";
import { oneLine } from "../output/format.js";
import { createStyle } from "../output/style.js";
import { countProblems } from "../problems.js";
import { quoteForShell } from "../shell.js";

/** Flags of `aiw workflow create`. */
export interface WorkflowCreateOptions {
  readonly template: string;
  readonly bundle: boolean;
  /** The workflow file, or with `bundle` its folder. */
  readonly output?: string | undefined;
  readonly force: boolean;
}

/** `aiw workflow create NAME`: a workflow that passes `aiw check` and runs without a model. */
export async function workflowCreateCommand(
  name: string,
  options: WorkflowCreateOptions,
  context: CliContext,
): Promise<number> {
  const template = requireChoice("--template", options.template, templateNames);
  const { folder, main, files } = plan(name, template, options, context.cwd);
  writeNewFiles(folder, files, options.force);
  const path = options.bundle ? folder : join(folder, main);
  const { problems } = await loadWorkflow(path, context.cwd);
  if (problems.length > 0) throw new AiwError("internal", `the template ${template} has ${countProblems(problems)}`);
  const shown = shownPath(path, context.cwd);
  const written = files.map((file) => shownPath(join(folder, file.name), context.cwd));
  const next = `aiw run ${quoteForShell(shown)} --agent offline`;
  if (context.json) printJson(context, { path: shown, written, next });
  else printNext({ written, shown, next }, context);
  return 0;
}

interface Plan {
  readonly folder: string;
  /** The workflow file below the folder. */
  readonly main: string;
  readonly files: readonly NewFile[];
}

function plan(name: string, template: FlowTemplateName, options: WorkflowCreateOptions, cwd: string): Plan {
  const slug = slugOf(name);
  const { bundle: isBundle } = options;
  const target = resolve(cwd, options.output ?? join("flows", isBundle ? slug : `${slug}.md`));
  if (!isBundle && !/\.md$/i.test(target)) {
    throw new AiwError("usage", `--output ${options.output} does not end in .md`, {
      hint: "name the workflow file, or add --bundle to make a folder",
    });
  }
  const folder = isBundle ? target : dirname(target);
  const main = isBundle ? "workflow.md" : basename(target);
  const tools = isBundle ? "tools" : `${basename(target).replace(/\.md$/i, "")}-tools`;
  const flow: NewFlow = { title: titleOf(name), toolsFolder: `./${tools}`, isBundle };
  const files = [
    { name: main, text: workflowText(template, flow) },
    ...toolFiles(template).map((file) => ({ ...file, name: join(tools, file.name) })),
    ...(isBundle ? bundleFiles(flow) : []),
  ];
  return { folder, main, files };
}

/** A name for files: letters and digits of any script, `-` between them. */
function slugOf(name: string): string {
  const slug = name
    .normalize("NFC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 100);
  if (slug !== "") return slug;
  throw new AiwError("usage", `'${name}' has no letter or digit`, {
    hint: "write for example `aiw workflow create weekly-report`",
  });
}

/** `weekly-report` is the title `Weekly report`; a name with blanks is taken as it is. */
function titleOf(name: string): string {
  const words = oneLine(/\s/.test(name.trim()) ? name : name.replace(/[-_.]+/g, " "), 100).replace(/^#+ */, "");
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

function printNext(
  { written, shown, next }: { readonly written: readonly string[]; readonly shown: string; readonly next: string },
  context: CliContext,
): void {
  const style = createStyle(context.color);
  for (const file of written) printLine(context, `${style.green("✔")} ${oneLine(file, 300)}`);
  printLine(context);
  printLine(context, "Now try:");
  printLine(context, `  ${style.bold(`aiw workflow show ${quoteForShell(shown)}`)}`);
  printLine(context, `  ${style.bold(next)}`);
}
