import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { AiwError, type ProcessSpec } from "@aiw/core";

/** Where programs are looked for when the environment has no PATH. */
const defaultPath = "/usr/local/bin:/usr/bin:/bin";

/** Why a program cannot be started: `details.reason` of `spawn_failed`. */
export type SpawnFailure = "not_found" | "not_executable" | "arguments_invalid" | "arguments_too_long" | "no_resources";

/** The error for a program that cannot be started. */
export function spawnFailed(command: string, reason: SpawnFailure, cause?: unknown): AiwError {
  const { text, hint } = failures[reason];
  return new AiwError("spawn_failed", `${command}: ${text}`, {
    hint,
    retryable: reason === "no_resources",
    details: { command, reason },
    cause,
  });
}

/** Checks the working directory. @throws AiwError `cwd_invalid`. */
export function checkCwd(cwd: string): void {
  const hint = "give an absolute path of a folder that exists";
  const details = { cwd };
  if (cwd.includes("\0") || !isAbsolute(cwd)) {
    throw new AiwError("cwd_invalid", `${cwd}: not an absolute path`, { hint, details });
  }
  const stat = statSync(cwd, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true && canExecute(cwd)) return;
  const problem = stat === undefined ? "does not exist" : stat.isDirectory() ? "may not be entered" : "is no folder";
  throw new AiwError("cwd_invalid", `${cwd}: the working directory ${problem}`, { hint, details });
}

/**
 * Absolute path of the program as `execvp` would find it. Looked for here because a wrapper would start and only then
 * fail, which cannot be told from a failure of the program.
 *
 * @throws AiwError `spawn_failed` with reason `not_found`, `not_executable` or `arguments_invalid`.
 */
export function resolveProgram(spec: Pick<ProcessSpec, "command" | "args" | "cwd">, path: string | undefined): string {
  const { command, args = [], cwd } = spec;
  if ([command, ...args].some((text) => text.includes("\0"))) throw spawnFailed(command, "arguments_invalid");
  const found = findProgram(command, cwd, path);
  if (found === undefined) throw spawnFailed(command, "not_found");
  if (!found.executable) throw spawnFailed(command, "not_executable");
  checkFormat(command, found.file);
  return found.file;
}

/** Absolute path of an executable, or undefined. */
export function which(command: string, path: string | undefined): string | undefined {
  const found = findProgram(command, "/", path);
  return found?.executable === true ? found.file : undefined;
}

interface Found {
  readonly file: string;
  readonly executable: boolean;
}

function findProgram(command: string, cwd: string, path: string = defaultPath): Found | undefined {
  if (command === "") return undefined;
  const files = command.includes("/")
    ? [resolve(cwd, command)]
    : // An empty entry means the working directory.
      path.split(delimiter).map((folder) => join(resolve(cwd, folder), command));
  let denied: Found | undefined;
  for (const file of files) {
    const stat = safeStat(file);
    if (stat === undefined) continue;
    if (stat.isFile() && canExecute(file)) return { file, executable: true };
    if (stat.isFile() || command.includes("/")) denied ??= { file, executable: false };
  }
  return denied;
}

function safeStat(file: string) {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    // A component of the path is a file, or may not be searched.
    return undefined;
  }
}

function canExecute(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A script needs a `#!` line with an interpreter that exists; text without one is no program. */
function checkFormat(command: string, file: string): void {
  if (process.platform === "win32") return;
  const head = readHead(file);
  // A program that may be run but not read.
  if (head === undefined) return;
  if (head.startsWith("#!")) {
    const interpreter = /^#![ \t]*([^\s]+)/.exec(head)?.[1];
    if (interpreter === undefined) throw spawnFailed(command, "not_executable");
    if (safeStat(resolve("/", interpreter)) === undefined) throw spawnFailed(command, "not_found");
  } else if (!head.includes("\0")) throw spawnFailed(command, "not_executable");
}

function readHead(file: string): string | undefined {
  try {
    const descriptor = openSync(file, "r");
    try {
      const bytes = Buffer.alloc(256);
      return bytes.toString("latin1", 0, readSync(descriptor, bytes, 0, bytes.length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

const failures: Readonly<Record<SpawnFailure, { readonly text: string; readonly hint: string }>> = {
  not_found: { text: "the program or its interpreter was not found", hint: "install it, or check the name and PATH" },
  not_executable: {
    text: "the file is no program that may be executed",
    hint: "make it executable (chmod +x) and start it with a #! line",
  },
  arguments_invalid: { text: "an argument holds a NUL character", hint: "pass it on standard input or in a file" },
  arguments_too_long: { text: "arguments and environment are too long", hint: "pass long values in a file" },
  no_resources: { text: "the system has no process or memory left for it", hint: "run less at the same time" },
};
