import type { AttemptContext, ErrorInfo, Json, ProcessResult, ToolResult } from "@aiw/core";
import { maxOutputFileBytes, readOutputFile } from "./output-file.js";

/** `EX_TEMPFAIL` of sysexits.h: "the user is invited to retry". */
const temporaryFailure = 75;

/** What became of a script tool's process. */
export interface Ended {
  /** `tool.operation`, for messages. */
  readonly name: string;
  readonly process: ProcessResult;
  /** The file `$AIW_OUTPUT`. */
  readonly outputFile: string;
  readonly masker: AttemptContext["masker"];
}

/**
 * Result of a script tool. The file `$AIW_OUTPUT` wins over stdout; either is JSON when it parses, else text; nothing at
 * all is `{ "success": true }`. Not yet checked against a declared type.
 */
export function readResult(ended: Ended): ToolResult {
  const { process, name } = ended;
  const stdout = process.stdout.trim();
  const facts = process.stderr === "" ? {} : { stderr: process.stderr };
  const failure = failureOf(ended, stdout);
  if (failure) {
    const exit = process.exitCode === null ? {} : { exitCode: process.exitCode };
    return { status: "failed", error: failure, ...exit, ...facts, ...(stdout === "" ? {} : { text: stdout }) };
  }
  const file = readOutputFile(ended.outputFile);
  if (file.status === "too_large")
    return { status: "failed", error: tooLarge(name, "$AIW_OUTPUT", maxOutputFileBytes), ...facts };
  const written = file.status === "written" ? ended.masker.mask(file.text).trim() : "";
  if (written !== "") {
    return { status: "completed", output: parse(written), text: stdout === "" ? written : stdout, ...facts };
  }
  const isCut = process.stdoutDropped > 0;
  // Half of a JSON text is no result; half of a text is, with its mark.
  if (isCut && /^[[{]/.test(stdout))
    return { status: "failed", error: tooLarge(name, "stdout", Buffer.byteLength(stdout)), ...facts };
  const output = stdout === "" ? { success: true } : parse(stdout);
  return { status: "completed", output, text: stdout, ...facts, ...(isCut ? { truncated: true } : {}) };
}

function failureOf({ name, process }: Ended, stdout: string): ErrorInfo | undefined {
  switch (process.ended) {
    case "aborted":
      return { code: "cancelled", message: `${name} was cancelled` };
    case "timeout":
      return {
        code: "timeout",
        message: `${name} took longer than its time-out`,
        hint: "set `timeout:`",
        retryable: true,
      };
    case "idle_timeout":
      return {
        code: "idle_timeout",
        message: `${name} was silent too long`,
        hint: "set `idle-timeout:`",
        retryable: true,
      };
    case "exit":
      break;
  }
  const { exitCode } = process;
  if (exitCode === 0) return undefined;
  if (exitCode === null) return { code: "killed", message: `${name} was ended by ${process.signal ?? "a signal"}` };
  const said = tail(process.stderr.trim() || stdout);
  return {
    code: "exit",
    message: `${name} ended with exit code ${exitCode}${said === "" ? "" : `: ${said}`}`,
    details: { exitCode },
    ...(exitCode === temporaryFailure ? { retryable: true } : {}),
  };
}

/** The end of what a program said: there stands why it gave up. */
function tail(text: string): string {
  const limit = 2_000;
  return text.length <= limit ? text : `…${text.slice(-limit)}`;
}

function tooLarge(name: string, where: string, bytes: number): ErrorInfo {
  return {
    code: "output_too_large",
    message: `the result of ${name} in ${where} is over its limit of ${bytes} bytes`,
    hint: "write large data to a file of the project and return its path",
  };
}

function parse(text: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}
