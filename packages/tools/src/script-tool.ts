import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  AiwError,
  type AttemptContext,
  isAiwError,
  type ProcessResult,
  type ProcessSpec,
  type Tool,
  type ToolInput,
  type ToolResult,
  toErrorInfo,
} from "@aiw/core";
import { commandLine, inputJson } from "./arguments.js";
import { checkResult, fitInput, operationOf } from "./check.js";
import type { ToolDescription } from "./description.js";
import { isExecutable, isFile } from "./folder.js";
import { type Command, commandFor } from "./interpreter.js";
import { readResult } from "./result.js";

/** What is kept of stdout; larger results go through `$AIW_OUTPUT`. */
const maxStdoutBytes = 8 * 1024 * 1024;

/** A script and what is known of it. */
export interface Script {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly about: ToolDescription;
}

/**
 * A script as a tool. Each call is one process, without a shell: `script [operation] --key=value …`, all arguments as
 * JSON in the file `$AIW_INPUT`, the result on stdout or in the file `$AIW_OUTPUT`. The time-out of an operation is kept by
 * the caller, through `context.signal`, because that of a step wins over it.
 */
export function createScriptTool(script: Script): Tool {
  const { name, about } = script;
  return {
    name,
    ...(about.description === undefined ? {} : { description: about.description }),
    operations: about.operations.map(({ env: _env, cwd: _cwd, ...operation }) => operation),
    version: async () => versionOf(script),
    call: async (operation, input, context) => {
      try {
        return await call(script, operation, input, context);
      } catch (error) {
        if (!isAiwError(error)) throw error;
        return { status: "failed", error: toErrorInfo(error) };
      }
    },
  };
}

/** Hash of the file as it is now: the next call runs it. One that is gone fails that call, not this. */
function versionOf({ file, about }: Script): string {
  const content = isFile(file) ? readFileSync(file) : "";
  return createHash("sha256").update(JSON.stringify(about)).update("\0").update(content).digest("hex");
}

async function call(script: Script, name: string, input: ToolInput, context: AttemptContext): Promise<ToolResult> {
  const { about } = script;
  const operation = operationOf(script.name, about.operations, name);
  const title = `${script.name}.${name}`;
  if (context.signal.aborted) throw new AiwError("cancelled", `${title} was cancelled`);
  const fitted = fitInput(title, operation.parameters, input);
  const program = programOf(script);
  const args = [
    ...program.args,
    ...(about.namesOperation ? [name] : []),
    ...(about.argumentsBy === "argv" ? commandLine(fitted) : []),
  ];
  const files = prepareFiles(context.folder, inputJson(fitted));
  const env = {
    ...context.env,
    ...operation.env,
    AIW_TOOL: script.name,
    AIW_OPERATION: name,
    AIW_INPUT: files.input,
    AIW_OUTPUT: files.output,
  };
  const cwd = operation.cwd ?? context.cwd;
  const process = await start(script, { command: program.command, args, cwd, env }, context);
  const result = readResult({ name: title, process, outputFile: files.output, masker: context.masker });
  return checkResult(title, operation.output, result);
}

interface Files {
  readonly input: string;
  readonly output: string;
}

/** Two files in the attempt's private folder; the one with the arguments is for its owner alone, it may hold secrets. */
function prepareFiles(folder: string, json: string): Files {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const input = join(folder, "tool-input.json");
  writeFileSync(input, json, { mode: 0o600 });
  chmodSync(input, 0o600);
  return { input, output: join(folder, "tool-output") };
}

async function start(script: Script, program: ProcessSpec, context: AttemptContext): Promise<ProcessResult> {
  const { spawner, signal, masker, token, progress } = context;
  const spec: ProcessSpec = {
    ...program,
    token,
    masker,
    maxOutputBytes: maxStdoutBytes,
    onStdout: (text) => progress({ type: "output", stream: "stdout", text }),
    onStderr: (text) => progress({ type: "output", stream: "stderr", text }),
  };
  try {
    return await spawner.run(spec, signal);
  } catch (error) {
    if (!isAiwError(error, "spawn_failed")) throw error;
    throw new AiwError("spawn_failed", `${script.name}: ${error.message}`, {
      hint: program.command === script.file ? error.hint : `install ${program.command}, which runs ${script.file}`,
      details: error.details,
      cause: error,
    });
  }
}

/** Looked at before each call: what was there when the bundle was loaded may be gone. */
function programOf(script: Script): Command {
  if (!isFile(script.file)) {
    throw new AiwError("tool_not_found", `the script of tool '${script.name}' is gone: ${script.file}`, {
      hint: "restore it, or load the bundle again",
    });
  }
  const program = commandFor(script.file, isExecutable(script.file));
  if (program) return program;
  throw new AiwError("tool_not_executable", `${script.file} may not be executed`, {
    hint: `run chmod +x ${script.file}`,
  });
}
