import { resolve } from "node:path";
import { isAiwError, type Workflow } from "@aiw/core";
import { loadWorkflow } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "../context.js";
import { describeTriggers } from "../flows/describe.js";
import { type FoundFlow, findFlows, shownPath } from "../flows/find.js";
import { requireFolder } from "../flows/folder.js";
import { oneLine } from "../output/format.js";
import { createStyle, type Style } from "../output/style.js";
import { formatTable } from "../output/table.js";
import { countProblems } from "../problems.js";

/** A row of `aiw workflow list`. */
export interface ListedFlow {
  readonly path: string;
  readonly kind: FoundFlow["kind"];
  /** Absent when it has errors. */
  readonly workflow?: Workflow | undefined;
  readonly errors: number;
  readonly warnings: number;
  /** Why it could not be read. */
  readonly fault?: string | undefined;
}

/** `aiw workflow list [FOLDER]`: the workflows below a folder. */
export async function workflowListCommand(path: string, context: CliContext): Promise<number> {
  const folder = requireFolder(resolve(context.cwd, path), path, {
    name: "workflow",
    commands: ["list", "show", "validate", "create"],
  });
  const { flows, isCut } = await findFlows(folder);
  const listed: ListedFlow[] = [];
  for (const flow of flows) listed.push(await load(flow, context.cwd));
  if (context.json) printJson(context, { workflows: listed.map(rowJson), ...(isCut ? { cut: true } : {}) });
  else printLine(context, renderFlows(listed, { isCut, style: createStyle(context.color) }));
  return 0;
}

/** The table, or one line that says why there is none. */
export function renderFlows(
  flows: readonly ListedFlow[],
  { isCut, style }: { readonly isCut: boolean; readonly style: Style },
): string {
  const more = isCut
    ? `\n${style.yellow("warning:")} there are too many files to look at all; name a folder below`
    : "";
  if (flows.length === 0) return `no workflows here; \`aiw workflow create NAME\` writes one${more}`;
  const rows = flows.map(({ path, kind, workflow, ...found }) => [
    kind === "bundle" ? `${oneLine(path, 100)}/` : oneLine(path, 100),
    oneLine(workflow?.name ?? "", 40),
    workflow === undefined ? "" : String(workflow.steps.length),
    workflow === undefined ? "" : oneLine(describeTriggers(workflow).join("; "), 60),
    problemsOf(found),
  ]);
  const table = formatTable([["path", "name", "steps", "triggers", "problems"], ...rows], (cell, column, row) => {
    if (row === 0) return style.dim(cell);
    if (column !== 4) return cell;
    return flows[row - 1]?.workflow === undefined ? style.red(cell) : style.yellow(cell);
  });
  return `${table}${more}`;
}

async function load({ path, kind }: FoundFlow, cwd: string): Promise<ListedFlow> {
  const shown = shownPath(path, cwd);
  try {
    const { workflow, problems } = await loadWorkflow(path, cwd);
    const errors = problems.filter(({ severity }) => severity === "error").length;
    return { path: shown, kind, workflow, errors, warnings: problems.length - errors };
  } catch (error) {
    if (!isAiwError(error) || error.code === "internal") throw error;
    return { path: shown, kind, errors: 1, warnings: 0, fault: `${error.code}: ${error.message}` };
  }
}

function problemsOf({ errors, warnings, fault }: Pick<ListedFlow, "errors" | "warnings" | "fault">): string {
  if (fault !== undefined) return oneLine(fault, 80);
  if (errors + warnings === 0) return "";
  const list = [...Array(errors).fill("error"), ...Array(warnings).fill("warning")];
  return countProblems(list.map((severity: "error" | "warning") => ({ severity })));
}

function rowJson({ path, kind, workflow, errors, warnings, fault }: ListedFlow): Record<string, unknown> {
  return {
    ...{ path, kind },
    ...(workflow === undefined
      ? {}
      : {
          name: workflow.name,
          ...(workflow.version === undefined ? {} : { version: workflow.version }),
          steps: workflow.steps.length,
          triggers: workflow.on ?? [],
        }),
    ...{ errors, warnings },
    ...(fault === undefined ? {} : { fault }),
  };
}
