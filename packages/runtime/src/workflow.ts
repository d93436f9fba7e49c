import { resolve } from "node:path";
import type { LoadedWorkflow } from "./loaded-workflow.js";
import { inspectPath } from "./workflow-file.js";
import { openBundle, openFile } from "./workflow-source.js";
import { loadTree } from "./workflow-tree.js";

/**
 * May the file declare tools or use a workflow? The library of tools is slow to load; most files need none. Escapes and
 * explicit keys are ways to write a key that this does not look through.
 */
const mayNeedTools = /\btools\b|\buse["']?\s*:|\\|^\s*\?\s/m;

/**
 * Reads and checks a workflow file, or a folder that is a bundle, with its sub-workflows. Problems of the workflow are
 * returned, not thrown.
 *
 * @param path - File or folder, relative to `cwd`.
 * @throws AiwError `file_not_found`, `file_unreadable`, `file_too_large`, `not_a_bundle`, `config_invalid`, `tool_invalid`.
 */
export async function loadWorkflow(path: string, cwd: string): Promise<LoadedWorkflow> {
  const target = resolve(cwd, path);
  const { isFolder } = inspectPath(target, path, cwd);
  const markdown = await import("@aiw/markdown");
  if (isFolder) {
    const tools = await import("@aiw/tools");
    return loadTree(openBundle(target, cwd, { markdown, tools }), { markdown, tools });
  }
  const source = openFile(target, cwd, { markdown });
  const tools = mayNeedTools.test(source.text) ? await import("@aiw/tools") : undefined;
  return loadTree(source, { markdown, tools });
}
