import { basename, extname, join, resolve } from "node:path";
import type { Origin, Tool, ToolDeclaration, Workflow } from "@aiw/core";

/** A tool that a workflow can use. */
export interface ListedTool {
  readonly name: string;
  readonly type: "script" | "mcp" | "openapi";
  /** `bundle`: the bundle's `tools/` folder; else the name under `tools:` in the front matter. */
  readonly from: { readonly bundle: true } | { readonly declared: string };
  /** Absent where only its server knows its operations. */
  readonly tool?: Tool | undefined;
  /** The script. Absolute path. */
  readonly file?: string | undefined;
  /** Program, address or document of a tool that is no script. */
  readonly source?: string | undefined;
}

/**
 * The tools that the steps of a workflow can name, in the order in which they are looked up: the declared ones, then those
 * of its bundle. A name that stands twice means the first. Reads files only and starts nothing.
 *
 * @throws AiwError `tool_invalid`, `tool_not_executable`.
 */
export async function listTools(
  workflow: Pick<Workflow, "tools">,
  origin: Pick<Origin, "folder" | "bundle">,
): Promise<readonly ListedTool[]> {
  const listed: ListedTool[] = [];
  for (const [declared, declaration] of Object.entries(workflow.tools)) {
    if (declaration.kind === "scripts") {
      const found = await scriptsOf(resolve(origin.folder, declaration.folder), origin.folder);
      listed.push(...found.map((each) => ({ ...each, from: { declared } })));
    } else {
      listed.push({ name: declared, type: declaration.kind, from: { declared }, source: sourceOf(declaration) });
    }
  }
  if (origin.bundle) {
    const found = await scriptsOf(join(origin.folder, "tools"), origin.folder);
    listed.push(...found.map((each) => ({ ...each, from: { bundle: true } as const })));
  }
  return [...Map.groupBy(listed, ({ name }) => name).values()].flatMap(([first]) =>
    first === undefined ? [] : [first],
  );
}

async function scriptsOf(folder: string, root: string): Promise<readonly Omit<ListedTool, "from">[]> {
  const { loadScriptTools, problemsError } = await import("@aiw/tools");
  const { tools, files, problems } = loadScriptTools(folder, { root });
  if (problems.length > 0) throw problemsError(problems);
  return tools.map((tool) => ({ name: tool.name, type: "script", tool, file: files.get(tool.name) }));
}

function sourceOf(declaration: Exclude<ToolDeclaration, { kind: "scripts" }>): string {
  if (declaration.kind === "openapi") return declaration.document;
  const { server } = declaration;
  if ("url" in server) return server.url;
  const [program = ""] = server.command;
  return basename(program, extname(program));
}
