import { type CliContext, printJson, printLine } from "../context.js";
import { shownPath } from "../flows/find.js";
import { createStyle } from "../output/style.js";
import { openShelf, requireOperation, requireTool } from "../tools/find.js";
import { renderTool, toolJson } from "../tools/render.js";

/** `aiw tools info FILE|BUNDLE TOOL[.OPERATION]`: what it takes and gives. */
export async function toolsInfoCommand(path: string, name: string, context: CliContext): Promise<number> {
  const { tools } = await openShelf(path, context);
  const listed = requireTool(tools, name);
  const file = listed.file === undefined ? undefined : shownPath(listed.file, context.cwd);
  const all = listed.tool?.operations ?? [];
  const operations = listed.tool !== undefined && name.includes(".") ? [requireOperation(listed.tool, name)] : all;
  const shelved = { listed, workflow: path, file };
  if (context.json) printJson(context, toolJson(shelved, operations));
  else printLine(context, renderTool(shelved, operations, createStyle(context.color)));
  return 0;
}
