import { resolve } from "node:path";
import type { StartRequest } from "@aiw/core";
import { loadWorkflow, parseInputs, type RuntimeOptions } from "@aiw/runtime";
import type { CliContext } from "../context.js";
import { requirePath } from "../flags.js";
import { readJsonObject } from "../input-file.js";
import { requireWorkflow } from "../problems.js";
import { currentUser } from "../user.js";

/** Flags of commands that start runs. */
export interface RunOptions {
  readonly input?: readonly string[];
  readonly inputs?: string;
  readonly agent?: string;
  readonly model?: string;
  readonly answers?: string;
  readonly runId?: string;
  readonly secretsFile?: string;
  readonly dryRun?: boolean;
  readonly detach?: boolean;
  /** False after `--no-cache`. */
  readonly cache?: boolean;
  readonly explainCache?: boolean;
  readonly maxParallel?: string;
}

/** What the flags ask for, of a workflow file or bundle that has no errors. @throws AiwError as `loadWorkflow`, `input_*`. */
export async function readTarget(path: string, options: RunOptions, context: CliContext): Promise<StartRequest> {
  const loaded = await loadWorkflow(requirePath(path), context.cwd);
  const workflow = requireWorkflow(loaded, context);
  const base = options.inputs === undefined ? {} : readJsonObject("--inputs", options.inputs, context.cwd);
  const inputs = parseInputs(workflow, options.input ?? [], base);
  return {
    workflow,
    origin: loaded.origin,
    inputs,
    by: currentUser(),
    noCache: options.cache === false,
    ...(options.runId === undefined ? {} : { run: options.runId }),
    ...(options.agent === undefined ? {} : { agent: options.agent }),
    ...(options.model === undefined ? {} : { model: options.model }),
  };
}

/** How the runtime is opened for these flags. */
export function runtimeOptions(options: RunOptions, context: CliContext): RuntimeOptions {
  return {
    cwd: context.cwd,
    env: context.env,
    by: currentUser(),
    explainCache: options.explainCache === true,
    // Whoever does not stay leaves the run at once when it waits.
    ...(options.detach === true ? { suspendAfterMs: 0 } : {}),
    ...(options.secretsFile === undefined ? {} : { secretsFile: resolve(context.cwd, options.secretsFile) }),
    ...(options.answers === undefined ? {} : { answers: resolve(context.cwd, options.answers) }),
  };
}
