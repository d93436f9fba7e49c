import { AiwError, suggest, type Tool, type ToolOperation, type Workflow } from "@aiw/core";
import { type ListedTool, type LoadedWorkflow, listTools, loadWorkflow } from "@aiw/runtime";
import type { CliContext } from "../context.js";
import { requirePath } from "../flags.js";
import { requireWorkflow } from "../problems.js";

/** A workflow with the tools that its steps can name. */
export interface ToolShelf {
  readonly workflow: Workflow;
  readonly origin: LoadedWorkflow["origin"];
  readonly tools: readonly ListedTool[];
}

/** Loads a workflow and looks at its tools; its problems are printed. @throws AiwError as `requireWorkflow`. */
export async function openShelf(path: string, context: CliContext): Promise<ToolShelf> {
  const loaded = await loadWorkflow(requirePath(path), context.cwd);
  const workflow = requireWorkflow(loaded, context);
  return { workflow, origin: loaded.origin, tools: await listTools(workflow, loaded.origin) };
}

/**
 * The tool of `github` or `github.create_review`.
 *
 * @throws AiwError `tool_not_found` with the nearest name.
 */
export function requireTool(tools: readonly ListedTool[], name: string): ListedTool {
  const [wanted = ""] = name.split(".");
  const found = tools.find((tool) => tool.name === wanted);
  if (found !== undefined) return found;
  const names = tools.map((tool) => tool.name);
  throw new AiwError("tool_not_found", `there is no tool '${wanted}'`, {
    hint: suggest(wanted, names) ?? "`aiw tools list FILE` shows the tools of a workflow",
  });
}

/**
 * The operation of `github.create_review`; of `lint` the only one.
 *
 * @throws AiwError `tool_not_found` with the nearest name.
 */
export function requireOperation(tool: Tool, name: string): ToolOperation {
  const names = tool.operations.map((operation) => operation.name);
  const cut = name.indexOf(".");
  const wanted = cut < 0 ? undefined : name.slice(cut + 1);
  const [only, ...others] = tool.operations;
  if (wanted === undefined && only !== undefined && others.length === 0) return only;
  const found = tool.operations.find((operation) => operation.name === (wanted ?? "run"));
  if (found !== undefined) return found;
  const message =
    wanted === undefined ? `'${tool.name}' has several operations` : `'${tool.name}' has no operation '${wanted}'`;
  throw new AiwError("tool_not_found", message, {
    hint: suggest(wanted ?? "", names) ?? `it has ${names.join(", ")}`,
  });
}

/**
 * The tool itself, which only scripts have before a run.
 *
 * @throws AiwError `not_in_this_version`.
 */
export function requireKnownTool({ name, type, tool }: ListedTool): Tool {
  if (tool !== undefined) return tool;
  throw new AiwError("not_in_this_version", `'${name}' is a tool of the kind ${type}, which is not in this version`, {
    hint: "write a script tool that calls it",
  });
}

/** `bundle`, or `declared as github`. */
export function describeSource({ from }: ListedTool): string {
  return "bundle" in from ? "bundle" : `declared as ${from.declared}`;
}
