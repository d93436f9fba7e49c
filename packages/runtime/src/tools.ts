import { join, resolve, sep } from "node:path";
import { AiwError, type Origin, type Tool, type Workflow } from "@aiw/core";

/** Finds a tool by name: those that the workflow declares, then those of its bundle. Folders are read once. */
export function createToolSource(): (
  name: string,
  run: { readonly workflow: Workflow; readonly origin: Origin },
) => Promise<Tool | undefined> {
  const folders = new Map<string, Promise<readonly Tool[]>>();
  const load = (folder: string, root: string, isBundle: boolean) => {
    const known = folders.get(folder) ?? loadFolder(folder, root, isBundle);
    folders.set(folder, known);
    return known;
  };
  return async (name, { workflow, origin }) => {
    for (const declared of Object.values(workflow.tools)) {
      if (declared.kind !== "scripts") continue;
      const tools = await load(insideOf(origin.folder, declared.folder), origin.folder, false);
      const found = tools.find((tool) => tool.name === name);
      if (found) return found;
    }
    if (!origin.bundle) return undefined;
    return (await load(origin.folder, origin.folder, true)).find((tool) => tool.name === name);
  };
}

async function loadFolder(folder: string, root: string, isBundle: boolean): Promise<readonly Tool[]> {
  const tools = await import("@aiw/tools");
  if (isBundle) return tools.loadBundleTools(tools.findBundle(folder));
  return tools.requireScriptTools(folder, { root });
}

function insideOf(root: string, folder: string): string {
  const path = resolve(root, folder);
  if (path === root || path.startsWith(join(root, sep))) return path;
  throw new AiwError("tool_invalid", `the tools folder ${folder} lies outside the workflow's folder`, {
    hint: "keep script tools below the workflow file",
  });
}
