import { loadWorkflow } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "../context.js";
import { requireChoice, requirePath } from "../flags.js";
import { describeRules } from "../graph/describe.js";
import { layoutSteps } from "../graph/layout.js";
import { renderMermaid } from "../graph/mermaid.js";
import { renderText } from "../graph/text.js";
import { createStyle } from "../output/style.js";
import { requireWorkflow } from "../problems.js";

/** `aiw graph FILE|BUNDLE`: who waits for whom, without the edges that follow from others. */
export async function graphCommand(
  path: string,
  options: { readonly format: string },
  context: CliContext,
): Promise<number> {
  const format = requireChoice("--format", options.format, ["text", "mermaid"]);
  const workflow = requireWorkflow(await loadWorkflow(requirePath(path), context.cwd), context);
  const placed = layoutSteps(workflow.steps);
  if (context.json) {
    const steps = placed.map(({ step, level, after }) => ({
      ...{ id: step.id, title: step.title, kind: step.kind, level, after },
      ...(describeRules(step).length === 0 ? {} : { rules: describeRules(step) }),
    }));
    printJson(context, { name: workflow.name, steps });
  } else if (format === "mermaid") {
    printLine(context, renderMermaid(workflow, placed));
  } else {
    printLine(context, renderText(workflow, placed, createStyle(context.color)));
  }
  return 0;
}
