import { isAiwError } from "@aiw/core";
import { findProject, listTools, loadWorkflow } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "../context.js";
import { findFlows, shownPath } from "../flows/find.js";
import { createStyle } from "../output/style.js";
import { openShelf } from "../tools/find.js";
import { renderTools, type ShelvedTool, toolJson } from "../tools/render.js";

/** `aiw tools list [FILE|BUNDLE]`: the tools that a workflow can name; without one, those of all workflows of the project. */
export async function toolsListCommand(path: string | undefined, context: CliContext): Promise<number> {
  const tools = path === undefined ? await toolsOfProject(context) : await toolsOf(path, context);
  if (context.json)
    printJson(context, { tools: tools.map((each) => toolJson(each, each.listed.tool?.operations ?? [])) });
  else printLine(context, renderTools(tools, path !== undefined, createStyle(context.color)));
  return 0;
}

async function toolsOf(path: string, context: CliContext): Promise<readonly ShelvedTool[]> {
  const { tools } = await openShelf(path, context);
  return tools.map((listed) => shelved(listed, path, context.cwd));
}

/** Workflows that cannot be loaded are named on stderr and left out. */
async function toolsOfProject(context: CliContext): Promise<readonly ShelvedTool[]> {
  const { project } = findProject(context.cwd, context.env.AIW_HOME);
  const found: ShelvedTool[] = [];
  for (const { path } of (await findFlows(project)).flows) {
    const shown = shownPath(path, context.cwd);
    try {
      const { workflow, origin } = await loadWorkflow(path, context.cwd);
      if (workflow === undefined)
        context.stderr.write(`left out: ${shown} has errors; \`aiw check ${shown}\` shows them\n`);
      else found.push(...(await listTools(workflow, origin)).map((listed) => shelved(listed, shown, context.cwd)));
    } catch (error) {
      if (!isAiwError(error) || error.code === "internal") throw error;
      context.stderr.write(`left out: ${shown}: ${error.message}\n`);
    }
  }
  return found;
}

function shelved(listed: ShelvedTool["listed"], workflow: string, cwd: string): ShelvedTool {
  return { listed, workflow, file: listed.file === undefined ? undefined : shownPath(listed.file, cwd) };
}
