import { type CliContext, printJson, printLine } from "../context.js";
import { createStyle } from "../output/style.js";
import { findRun, withRunStore } from "../runs/journal.js";
import { renderReport } from "../runs/render.js";
import { readReport, reportJson } from "../runs/report.js";

/** `aiw runs show [RUN]`: one run, the newest by default. */
export async function runsShowCommand(run: string | undefined, context: CliContext): Promise<number> {
  return await withRunStore(context, async (opened) => {
    const found = await findRun(opened, run);
    const report = await readReport(found.store, found.row);
    if (context.json) printJson(context, reportJson(report));
    else printLine(context, renderReport(report, createStyle(context.color), context.verbose));
    return 0;
  });
}
