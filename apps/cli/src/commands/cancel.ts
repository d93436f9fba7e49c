import { isAiwError } from "@aiw/core";
import { openRuntime, type Runtime } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "../context.js";
import { requireRun } from "../runs/journal.js";

/** `aiw cancel RUN`: asks the run to stop; a run that nobody drives is ended here. */
export async function cancelCommand(
  run: string,
  options: { readonly reason?: string },
  context: CliContext,
): Promise<number> {
  const row = await requireRun(run, context);
  const runtime = await openRuntime({ cwd: context.cwd, env: context.env });
  try {
    const answer = await runtime.control.cancel(run, "cli", options.reason);
    const isCancelled = answer === "requested" && row.driven !== true && (await endHere(runtime, run));
    if (context.json) printJson(context, { run, answer });
    else if (answer === "ended") printLine(context, `${run} has already ended`);
    else if (isCancelled) printLine(context, `${run} is cancelled; \`aiw resume ${run}\` goes on after all`);
    else printLine(context, `${run} will stop; see \`aiw runs show ${run}\``);
    return 0;
  } finally {
    await runtime.close();
  }
}

/** Takes the run up, which answers the request before anything else. False when this process lacks what the run needs. */
async function endHere(runtime: Runtime, run: string): Promise<boolean> {
  try {
    const handle = await runtime.control.resume(run, { by: "cli" });
    return (await handle.done).status === "cancelled";
  } catch (error) {
    if (!isAiwError(error) || error.code === "internal") throw error;
    return false;
  }
}
