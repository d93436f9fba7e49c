import { AiwError, type RunSummary } from "@aiw/core";
import { openRuntime, type Runtime } from "@aiw/runtime";
import { type CliContext, printJson, printLine } from "../context.js";
import { drive } from "../drive.js";
import { readFields, requireFields } from "../runs/answer.js";
import { warnOfChange } from "../runs/changed.js";
import { requireRun } from "../runs/journal.js";
import { rootOf } from "../runs/root.js";
import { chooseApproval, waitsOfTree } from "../runs/wait-tree.js";
import { currentUser } from "../user.js";

/** Flags of `aiw approve`. */
export interface ApproveOptions {
  readonly reject: boolean;
  readonly comment?: string | undefined;
  readonly field: readonly string[];
  readonly as?: string | undefined;
  /** Hash of what was read; absent: of what is asked now. */
  readonly binds?: string | undefined;
  readonly resume: boolean;
}

/** `aiw approve RUN [STEP]`: answers an approval of a run or of its sub-workflows. */
export async function approveCommand(
  run: string,
  step: string | undefined,
  { options, context }: { readonly options: ApproveOptions; readonly context: CliContext },
): Promise<number> {
  const row = await requireRun(run, context);
  if (row.endedAt !== undefined) {
    throw new AiwError("run_ended", `run ${run} has ended (${row.status})`, {
      hint: `\`aiw runs show ${run}\` shows how; a failed or cancelled run asks again after \`aiw resume ${run}\``,
    });
  }
  const by = options.as ?? currentUser();
  const runtime = await openRuntime({ cwd: context.cwd, env: context.env, by: currentUser() });
  try {
    const get = (id: string) => runtime.control.get(id);
    const target = chooseApproval(run, await waitsOfTree(get, run), step);
    const { wait, address } = target;
    const { comment, binds = wait.binds } = options;
    const fields = readFields(wait, options.field);
    if (!options.reject) requireFields(wait, fields);
    await runtime.control.signal(target.run, {
      type: "approval",
      step: wait.step,
      by,
      approved: !options.reject,
      fields,
      ...(comment === undefined ? {} : { comment }),
      ...(binds === undefined ? {} : { binds }),
    });
    const verb = options.reject ? "rejected" : "approved";
    if (context.json) printJson(context, { run: target.run, step: wait.step, address, by, approved: !options.reject });
    else printLine(context, `${by} ${verb} ${address} of ${run}`);
    return await goOn(runtime, { run, isDriven: row.driven === true, resume: options.resume }, context);
  } finally {
    await runtime.close();
  }
}

/** After an answer or a signal: goes on with the whole run, or says how to. */
export async function goOn(
  runtime: Runtime,
  { run, isDriven, resume }: { readonly run: string; readonly isDriven: boolean; readonly resume: boolean },
  context: CliContext,
): Promise<number> {
  const store = await runtime.store();
  if (store === undefined) throw new AiwError("internal", "the runtime has no store");
  const root = await rootOf(store, run);
  if (resume) {
    await warnOfChange(root, context);
    const knownSeq = (await store.list({ runs: [root] })).runs[0]?.seq ?? 0;
    return await drive(runtime, await runtime.control.resume(root), context, { knownSeq });
  }
  const summary: RunSummary = await runtime.control.get(root);
  const isOpen = summary.status === "running" || summary.status === "suspended";
  if (!isDriven && isOpen) printLine(context, `nobody drives it now: \`aiw resume ${root}\` goes on with it`);
  return 0;
}
