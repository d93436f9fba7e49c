import { openRuntime, type Runtime } from "@aiw/runtime";
import type { CliContext } from "../context.js";
import { drive } from "../drive.js";
import { type RunOptions, readTarget, runtimeOptions } from "../runs/target.js";

/** `aiw run FILE|BUNDLE`: checks, starts (or attaches to) a run and shows it to its end. */
export async function runCommand(path: string, options: RunOptions, context: CliContext): Promise<number> {
  const request = await readTarget(path, options, context);
  const runtime = await openRuntime(runtimeOptions(options, context));
  try {
    const knownSeq = await lastSeq(runtime, options.runId);
    const handle = await runtime.control.start(request);
    const detach = options.detach === true;
    return await drive(runtime, handle, context, { knownSeq: handle.created ? 0 : knownSeq, detach });
  } finally {
    await runtime.close();
  }
}

/** Number of the last event of a run that may be there already. */
async function lastSeq(runtime: Runtime, run: string | undefined): Promise<number> {
  if (run === undefined) return 0;
  const store = await runtime.store();
  return (await store?.list({ runs: [run] }))?.runs[0]?.seq ?? 0;
}
