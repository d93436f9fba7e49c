import { AiwError } from "@aiw/core";
import { openRuntime, type Runtime } from "@aiw/runtime";
import type { CliContext } from "../context.js";
import { drive } from "../drive.js";
import { requireInteger } from "../flags.js";
import type { ManyTarget } from "../run-many.js";
import { type RunOptions, readTarget, runtimeOptions } from "../runs/target.js";

/** `aiw run FILE|BUNDLE…`: checks, starts (or attaches to) a run and shows it to its end; several side by side. */
export async function runCommand(paths: readonly string[], options: RunOptions, context: CliContext): Promise<number> {
  const [path = "", ...others] = paths;
  const maxParallel = requireInteger("--max-parallel", options.maxParallel ?? "4", { min: 1, max: 1_000 });
  if (options.dryRun === true) return await planAll(paths, options, context);
  if (others.length > 0) return await runSeveral(paths, { ...options, parallel: maxParallel }, context);
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

async function planAll(paths: readonly string[], options: RunOptions, context: CliContext): Promise<number> {
  const [{ planCommand }, { worstExit }] = await Promise.all([import("./plan.js"), import("../run-many.js")]);
  const codes: number[] = [];
  for (const path of paths) codes.push(await planCommand(path, options, context));
  return worstExit(codes);
}

async function runSeveral(
  paths: readonly string[],
  options: RunOptions & { readonly parallel: number },
  context: CliContext,
): Promise<number> {
  if (options.runId !== undefined) {
    throw new AiwError("usage", "--run-id names one run, and several workflows were given", {
      hint: "leave it out, or run them one by one",
    });
  }
  const { runMany } = await import("../run-many.js");
  const targets: ManyTarget[] = [];
  for (const name of paths) targets.push({ name, request: await readTarget(name, options, context) });
  const runtime = await openRuntime(runtimeOptions(options, context));
  try {
    return await runMany(runtime, targets, { maxParallel: options.parallel }, context);
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
