import { basename, dirname, extname, resolve } from "node:path";
import { AiwError } from "@aiw/core";
import { loadWorkflow } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "../context.js";
import { requireChoice, requireInteger, requirePath } from "../flags.js";
import { renderDot } from "../graph/dot.js";
import { createFlow, type Flow } from "../graph/flow.js";
import { flowJson } from "../graph/json.js";
import { renderMermaid } from "../graph/mermaid.js";
import { renderText } from "../graph/text.js";
import { writeNewFiles } from "../init/files.js";
import { oneLine } from "../output/format.js";
import { createStyle } from "../output/style.js";
import { requireWorkflow } from "../problems.js";

/** Flags of `aiw graph`. */
export interface GraphOptions {
  readonly format?: string | undefined;
  readonly output?: string | undefined;
  /** Levels of sub-workflows that are drawn. */
  readonly depth: string;
}

const formats = ["text", "mermaid", "dot", "svg"] as const;
type Format = (typeof formats)[number];

/** `use` steps may be nested so deep. */
const maxDepth = 8;

/** `aiw graph FILE|BUNDLE`: who waits for whom, without the edges that follow from others. */
export async function graphCommand(path: string, options: GraphOptions, context: CliContext): Promise<number> {
  const format = requireChoice("--format", options.format ?? formatOf(options.output), formats);
  const depth = requireInteger("--depth", options.depth, { min: 0, max: maxDepth });
  const loaded = await loadWorkflow(requirePath(path), context.cwd);
  const flow = createFlow(requireWorkflow(loaded, context), depth);
  const { output } = options;
  if (context.json) printJson(context, flowJson(flow));
  if (output === undefined) {
    if (!context.json) printLine(context, (await render(flow, format, context.color)).trimEnd());
    return 0;
  }
  const file = resolve(context.cwd, output);
  if (file === loaded.origin.file) {
    throw new AiwError("usage", `--output ${output} is the workflow itself`, { hint: "name another file" });
  }
  const drawing = await render(flow, format, false);
  writeNewFiles(
    dirname(file),
    [{ name: basename(file), text: drawing.endsWith("\n") ? drawing : `${drawing}\n` }],
    true,
  );
  printLine(context, `${createStyle(context.color).green("✔")} ${oneLine(output, 300)}`);
  return 0;
}

/** What the name of the file asks for. */
function formatOf(output: string | undefined): Format {
  switch (extname(output ?? "").toLowerCase()) {
    case ".svg":
      return "svg";
    case ".dot":
    case ".gv":
      return "dot";
    case ".mmd":
    case ".mermaid":
      return "mermaid";
    default:
      return "text";
  }
}

async function render(flow: Flow, format: Format, color: boolean): Promise<string> {
  switch (format) {
    case "text":
      return renderText(flow, createStyle(color));
    case "mermaid":
      return renderMermaid(flow);
    case "dot":
      return renderDot(flow);
    case "svg": {
      const [{ renderSvg }, { layOutWithDagre }] = await Promise.all([
        import("../graph/svg.js"),
        import("../graph/dagre-layout.js"),
      ]);
      return renderSvg(flow, layOutWithDagre);
    }
  }
}
