import { loadWorkflow } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "../context.js";
import { requirePath } from "../flags.js";
import { renderWorkflow, workflowJson } from "../flows/show.js";
import { createStyle } from "../output/style.js";
import { requireWorkflow } from "../problems.js";

/** `aiw workflow show FILE|BUNDLE`: what a workflow is for, takes, gives, does and needs. */
export async function workflowShowCommand(path: string, context: CliContext): Promise<number> {
  const loaded = await loadWorkflow(requirePath(path), context.cwd);
  const workflow = requireWorkflow(loaded, context);
  if (context.json) printJson(context, workflowJson(workflow, loaded.file));
  else printLine(context, renderWorkflow(workflow, loaded.file, createStyle(context.color)));
  return 0;
}
