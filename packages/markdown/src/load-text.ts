import { loadFlowYaml } from "./flow-yaml/load.js";
import { type LoadResult, loadMarkdown } from "./load.js";
import type { LoadOptions } from "./load-options.js";

/** Loads and checks a workflow: one in pure YAML when the file is called so (`.yaml`, `.yml`), else one in Markdown. */
export function loadWorkflowText(text: string, options: LoadOptions): LoadResult {
  return /\.ya?ml$/i.test(options.file) ? loadFlowYaml(text, options) : loadMarkdown(text, options);
}
