import { resolve } from "node:path";
import { AiwError } from "@aiw/core";
import { openRuntime } from "@aiw/runtime";
import type { CliContext } from "../context.js";
import { drive } from "../drive.js";
import { warnOfChange } from "../runs/changed.js";
import { requireRun } from "../runs/journal.js";
import { currentUser } from "../user.js";

/** Flags of `aiw resume`. */
export interface ResumeCommandOptions {
  readonly interrupted?: string;
  readonly answers?: string;
  readonly secretsFile?: string;
  readonly detach?: boolean;
}

/** `aiw resume RUN`: goes on with a run without repeating a completed step. */
export async function resumeCommand(run: string, options: ResumeCommandOptions, context: CliContext): Promise<number> {
  const { interrupted } = options;
  if (interrupted !== undefined && interrupted !== "retry" && interrupted !== "fail") {
    throw new AiwError("usage", `--interrupted ${interrupted} is neither retry nor fail`, {
      hint: "retry makes the interrupted steps again, fail gives them up",
    });
  }
  const { seq: knownSeq } = await requireRun(run, context);
  await warnOfChange(run, context);
  const runtime = await openRuntime({
    cwd: context.cwd,
    env: context.env,
    by: currentUser(),
    ...(options.secretsFile === undefined ? {} : { secretsFile: resolve(context.cwd, options.secretsFile) }),
    ...(options.answers === undefined ? {} : { answers: resolve(context.cwd, options.answers) }),
  });
  try {
    const handle = await runtime.control.resume(run, {
      by: currentUser(),
      ...(interrupted === undefined ? {} : { interrupted }),
    });
    return await drive(runtime, handle, context, { knownSeq, detach: options.detach === true });
  } finally {
    await runtime.close();
  }
}
