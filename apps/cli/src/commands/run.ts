import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { AiwError, isJsonObject, type JsonObject } from "@aiw/core";
import { loadWorkflow, openRuntime, parseInputs, type Runtime } from "@aiw/runtime";
import type { CliContext } from "../context.js";
import { drive } from "../drive.js";
import { requirePath } from "../flags.js";
import { requireWorkflow } from "../problems.js";

/** Flags of `aiw run`. */
export interface RunOptions {
  readonly input?: readonly string[];
  readonly inputs?: string;
  readonly agent?: string;
  readonly model?: string;
  readonly answers?: string;
  readonly runId?: string;
  readonly secretsFile?: string;
}

/** `aiw run FILE|BUNDLE`: checks, starts (or attaches to) a run and shows it to its end. */
export async function runCommand(path: string, options: RunOptions, context: CliContext): Promise<number> {
  const loaded = await loadWorkflow(requirePath(path), context.cwd);
  const workflow = requireWorkflow(loaded, context);
  const inputs = parseInputs(workflow, options.input ?? [], readInputs(options.inputs, context.cwd));
  const runtime = await openRuntime({
    cwd: context.cwd,
    env: context.env,
    ...(options.secretsFile === undefined ? {} : { secretsFile: resolve(context.cwd, options.secretsFile) }),
    ...(options.answers === undefined ? {} : { answers: resolve(context.cwd, options.answers) }),
  });
  try {
    const knownSeq = await lastSeq(runtime, options.runId);
    const handle = await runtime.control.start({
      workflow,
      origin: loaded.origin,
      inputs,
      ...(options.runId === undefined ? {} : { run: options.runId }),
      ...(options.agent === undefined ? {} : { agent: options.agent }),
      ...(options.model === undefined ? {} : { model: options.model }),
    });
    return await drive(runtime, handle, context, { knownSeq: handle.created ? 0 : knownSeq });
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
