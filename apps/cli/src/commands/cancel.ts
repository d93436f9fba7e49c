import { openRuntime } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "../context.js";
import { requireRun } from "../runs/journal.js";
import { currentUser } from "../user.js";

/** `aiw cancel RUN`: asks the run to stop; a run that nobody drives is ended here. */
export async function cancelCommand(
  run: string,
  options: { readonly reason?: string; readonly undo?: boolean },
  context: CliContext,
): Promise<number> {
  await requireRun(run, context);
  const runtime = await openRuntime({ cwd: context.cwd, env: context.env, by: currentUser() });
  try {
    const answer = await runtime.control.cancel(run, currentUser(), {
      reason: options.reason,
      undo: options.undo === true,
    });
    // The engine ends what nobody drives; resuming it for that would open it again.
    const isCancelled = answer === "requested" && (await runtime.control.get(run)).status === "cancelled";
    if (context.json) printJson(context, { run, answer });
    else if (answer === "ended") printLine(context, `${run} has already ended`);
    else if (isCancelled) printLine(context, `${run} is cancelled; \`aiw resume ${run}\` goes on after all`);
    else printLine(context, `${run} will stop; see \`aiw runs show ${run}\``);
    return 0;
  } finally {
    await runtime.close();
  }
}
