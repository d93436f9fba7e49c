import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { AiwError, isJsonObject, type JsonObject, type StartRequest } from "@aiw/core";
import { loadWorkflow, parseInputs, type RuntimeOptions } from "@aiw/runtime";
import type { CliContext } from "../context.js";
import { requirePath } from "../flags.js";
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
  const inputs = parseInputs(workflow, options.input ?? [], readInputs(options.inputs, context.cwd));
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

function readInputs(file: string | undefined, cwd: string): JsonObject {
  if (file === undefined) return {};
  const path = resolve(cwd, file);
  let text: string;
  try {
    text = file === "-" ? readFileSync(0, "utf8") : readFileSync(path, "utf8");
  } catch (cause) {
    throw new AiwError("file_not_found", `cannot read the inputs file ${file}`, {
      hint: "check the path after --inputs",
      cause,
    });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "";
    throw new AiwError("usage", `the inputs file ${file} is not JSON: ${reason}`, {
      hint: 'write an object: { "name": value }',
      cause,
    });
  }
  throw new AiwError("usage", `the inputs file ${file} holds no object`, { hint: 'write { "name": value }' });
}
