import { planWorkflow } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "../context.js";
import { exitCodeOfError } from "../exit-codes.js";
import { planLines } from "../output/plan-lines.js";
import { createStyle } from "../output/style.js";
import { worstExit } from "../run-many.js";
import { type RunOptions, readTarget, runtimeOptions } from "../runs/target.js";

/** `aiw plan FILE|BUNDLE` and `aiw run --dry-run`: what would run, in which order and with what. Executes nothing. */
export async function planCommand(path: string, options: RunOptions, context: CliContext): Promise<number> {
  const request = await readTarget(path, options, context);
  const plan = await planWorkflow(runtimeOptions(options, context), request);
  if (context.json) printJson(context, { type: "plan", ...plan });
  else for (const line of planLines(plan, createStyle(context.color))) printLine(context, line);
  return worstExit(plan.problems.map(({ error }) => exitCodeOfError(error.code)));
}
