import { dirname, resolve } from "node:path";
import { type AiwError, isAiwError } from "@aiw/core";
import type { LoadOptions } from "@aiw/markdown";
import type { LoadedChild } from "./loaded-workflow.js";
import { shownPath } from "./workflow-file.js";
import type { WorkflowSource } from "./workflow-source.js";
import { treeOptions } from "./workflow-tree.js";

/** What lies around a workflow file: for whoever has its text from elsewhere, such as an editor. */
export interface WorkflowSurroundings {
  /** How its text is loaded there; for one load. What `readTools` throws comes out of the load. */
  readonly options: LoadOptions;
  /** The sub-workflows that the load found, as they are on disk. */
  children(): readonly LoadedChild[];
  /** What is wrong with the tools or the configuration of its bundle; those are not checked then. */
  readonly faults: readonly AiwError[];
}

/**
 * Looks around a workflow file, which need not be there. The workflow file of a folder with tools or a `config.yaml` is
 * taken for that of a bundle.
 *
 * @param path - Relative to `cwd`.
 */
export async function openSurroundings(path: string, cwd: string): Promise<WorkflowSurroundings> {
  const [markdown, tools] = await Promise.all([import("@aiw/markdown"), import("@aiw/tools")]);
  const file = resolve(cwd, path);
  const { source, faults } = sourceAt(file, cwd, tools);
  const { options, children } = treeOptions(source, { markdown, tools });
  const hasAllTools = !source.origin.bundle || source.tools !== undefined;
  return { options: hasAllTools ? options : withoutTools(options), children, faults };
}

/** Which tools there are is not known. */
function withoutTools({ readTools: _, ...options }: LoadOptions): LoadOptions {
  return options;
}

interface FoundSource {
  readonly source: WorkflowSource;
  readonly faults: readonly AiwError[];
}

function sourceAt(file: string, cwd: string, libraries: typeof import("@aiw/tools")): FoundSource {
  const folder = dirname(file);
  const bundle = attempt(() => libraries.findBundle(folder)).value;
  const hasParts = [bundle?.toolsFolder, bundle?.manifest, bundle?.config].some((part) => part !== undefined);
  const isBundle = bundle?.workflowFile === file && hasParts;
  const source = { origin: { file, folder, cwd, bundle: isBundle }, file: shownPath(file, cwd), text: "" };
  if (bundle === undefined || !isBundle) return { source, faults: [] };
  const tools = attempt(() => libraries.loadBundleTools(bundle));
  const path = bundle.config;
  const config = path === undefined ? {} : attempt(() => libraries.loadBundleConfig(path));
  return {
    source: {
      ...source,
      ...(tools.value === undefined ? {} : { tools: tools.value }),
      ...(config.value === undefined ? {} : { config: config.value }),
    },
    faults: [tools.fault, config.fault].filter((fault) => fault !== undefined),
  };
}

function attempt<T>(work: () => T): { readonly value?: T; readonly fault?: AiwError } {
  try {
    return { value: work() };
  } catch (fault) {
    if (!isAiwError(fault) || fault.code === "internal") throw fault;
    return { fault };
  }
}
