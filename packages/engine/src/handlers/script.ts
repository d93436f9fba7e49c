import { readFile, stat, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import {
  AiwError,
  type AttemptContext,
  type Json,
  type ProcessResult,
  type RenderedValue,
  type ScriptLanguage,
  type ScriptStep,
  Secret,
  type StartedProcess,
  toErrorInfo,
} from "@aiw/core";
import { capText, Tail } from "../caps.js";
import { maxStderrLength, maxTextLength } from "../options.js";
import type { AttemptPlan } from "../plan.js";
import type { AttemptResult } from "../result.js";
import { logsHint } from "./logs-hint.js";
import { tellingLine } from "./telling-line.js";

interface Language {
  readonly file: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** JavaScript and TypeScript run on the Node that runs AIW. Nothing of a workflow is ever part of a command line. */
const languages: Readonly<Record<ScriptLanguage, () => Language>> = {
  bash: () => ({ file: "script.sh", command: "bash", args: ["-eo", "pipefail"] }),
  sh: () => ({ file: "script.sh", command: "sh", args: ["-e"] }),
  python: () => ({ file: "script.py", command: "python3", args: [] }),
  js: () => ({ file: "script.js", command: process.execPath, args: [] }),
  ts: () => ({ file: "script.ts", command: process.execPath, args: [] }),
};

/** Runs a step's script: data in by environment and `$AIW_INPUT`, out by stdout or `$AIW_OUTPUT`. */
export async function runScript(
  { plan, step }: { readonly plan: AttemptPlan; readonly step: ScriptStep },
  context: AttemptContext,
  onStart: (process: StartedProcess) => void,
): Promise<AttemptResult> {
  const { folder } = context;
  const language = languages[step.lang]();
  const files = {
    script: join(folder, language.file),
    input: join(folder, "input.json"),
    output: join(folder, "output"),
  };
  await writeFile(files.script, step.script, { mode: 0o600 });
  await writeFile(files.input, JSON.stringify(reveal(plan.input.with ?? {})), { mode: 0o600 });
  const stderr = new Tail(maxStderrLength);
  const result = await context.spawner.run(
    {
      command: language.command,
      args: [...language.args, files.script],
      cwd: context.cwd,
      env: { ...context.env, AIW_INPUT: files.input, AIW_OUTPUT: files.output },
      token: context.token,
      maxOutputBytes: maxTextLength,
      masker: context.masker,
      onStart,
      onStdout: (text) => context.progress({ type: "output", stream: "stdout", text }),
      onStderr: (text) => {
        stderr.push(text);
        context.progress({ type: "output", stream: "stderr", text });
      },
    },
    context.signal,
  );
  const shown = { text: result.stdout.trimEnd(), stderr: stderr.text() || result.stderr };
  const facts = { ...shown, ...(result.exitCode === null ? {} : { exitCode: result.exitCode }) };
  const dropped = result.stdoutDropped;
  if (dropped > 0) context.progress({ type: "warning", message: droppedWarning(dropped) });
  const said = tellingLine({ lang: step.lang, stderr: shown.stderr, file: files.script, headingLine: step.at?.line });
  const problem = endProblem(context, result, said);
  if (problem !== undefined) return { status: "failed", error: toErrorInfo(problem), ...facts };
  const written = await readOutput(files.output);
  const truncated = dropped > 0;
  if (truncated && written === undefined && step.output !== undefined) {
    return { status: "failed", error: toErrorInfo(tooLarge(step.id)), ...facts };
  }
  const output = parseOutput(step, { written: maskWritten(context, written), stdout: shown.text });
  if (!output.ok) return { status: "failed", error: toErrorInfo(output.error), ...facts };
  return { status: "completed", output: output.value, ...facts, ...(truncated ? { truncated } : {}) };
}

function endProblem(context: AttemptContext, result: ProcessResult, line: string): AiwError | undefined {
  if (result.ended === "exit" && result.exitCode === 0) return undefined;
  const said = line === "" ? "" : `: ${line}`;
  const hint = logsHint(context);
  if (result.exitCode === null || result.ended !== "exit") {
    return new AiwError("killed", `step ${context.step} was ended by ${endedBy(context, result)}${said}`, { hint });
  }
  return new AiwError("exit", `step ${context.step} ended with exit code ${result.exitCode}${said}`, {
    hint,
    details: { exitCode: result.exitCode },
  });
}

/** The wrappers of namespaces tell a signal and the exit code that stands for it alike. */
function endedBy({ spawner }: AttemptContext, { signal, ended }: ProcessResult): string {
  if (signal === null) return "a signal";
  const number = Object.entries(constants.signals).find(([name]) => name === signal)?.[1];
  const isCertain = spawner.containment === "group" || ended !== "exit" || number === undefined;
  return isCertain ? signal : `${signal}, or ended itself with exit code ${128 + number}`;
}

function droppedWarning(bytes: number): string {
  return `it printed more than 1 MiB: ${bytes} bytes were dropped from the end of its text`;
}

type Parsed = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly error: AiwError };

/** `$AIW_OUTPUT` wins over stdout; a declared text is taken as it is, everything else is JSON. */
function parseOutput(
  step: ScriptStep,
  from: { readonly written: string | undefined; readonly stdout: string },
): Parsed {
  const { written, stdout } = from;
  if (step.output === undefined) {
    if (written === undefined) return { ok: true, value: null };
    const parsed = parseJson(written);
    return parsed.ok ? parsed : { ok: true, value: written };
  }
  const text = written ?? stdout;
  if (step.output.type === "string") return { ok: true, value: text.trimEnd() };
  const parsed = parseJson(text);
  if (parsed.ok) return parsed;
  const place = written === undefined ? "what it printed" : "the file $AIW_OUTPUT";
  return {
    ok: false,
    error: new AiwError("invalid_output", `step ${step.id} declares an output, but ${place} is no JSON`, {
      hint: "print only JSON, or write the JSON to the file $AIW_OUTPUT",
      details: { start: text.slice(0, 200) },
    }),
  };
}

function parseJson(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (cause) {
    return { ok: false, error: new AiwError("invalid_output", "no JSON", { cause }) };
  }
}

/** What the script wrote; undefined when nothing. @throws AiwError `output_too_large`. */
async function readOutput(path: string): Promise<string | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined || !info.isFile() || info.size === 0) return undefined;
  // Four bytes are the longest character.
  if (info.size > maxTextLength * 4) throw tooLarge("$AIW_OUTPUT");
  const text = await readFile(path, "utf8");
  if (capText(text, maxTextLength).isCut) throw tooLarge("$AIW_OUTPUT");
  return text;
}

function maskWritten(context: AttemptContext, written: string | undefined): string | undefined {
  return written === undefined ? undefined : context.masker.mask(written);
}

function tooLarge(what: string): AiwError {
  return new AiwError("output_too_large", `the output of ${what} is over 1 MiB`, {
    hint: "write large data to a file of your own and return its path",
  });
}

function reveal(value: RenderedValue): unknown {
  if (value instanceof Secret) return value.reveal();
  if (Array.isArray(value)) return value.map((item: RenderedValue) => reveal(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reveal(item)]));
}
