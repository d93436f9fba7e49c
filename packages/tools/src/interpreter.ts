import { closeSync, openSync, readSync } from "node:fs";
import { extname } from "node:path";

/** A program and its first arguments. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

const interpreters = new Map<string, readonly string[]>([
  [".sh", ["sh"]],
  [".bash", ["bash"]],
  [".py", ["python3"]],
  [".rb", ["ruby"]],
  [".pl", ["perl"]],
]);

const nodeExtensions = [".js", ".mjs", ".ts"];

/** Can files with this name be run without an executable bit? */
export function hasInterpreter(file: string): boolean {
  const extension = extname(file).toLowerCase();
  return interpreters.has(extension) || nodeExtensions.includes(extension);
}

/**
 * How a script is started: by itself when it is executable and says how (`#!`) or is a program, else by the interpreter
 * of its extension. JavaScript and TypeScript run on the Node that runs AIW.
 *
 * @returns Undefined when it is not executable and nothing is known to run it.
 */
export function commandFor(file: string, executable: boolean): Command | undefined {
  if (executable && (hasShebang(file) || !hasInterpreter(file))) return { command: file, args: [] };
  const extension = extname(file).toLowerCase();
  if (nodeExtensions.includes(extension)) return { command: process.execPath, args: [file] };
  const [command, ...args] = interpreters.get(extension) ?? [];
  return command === undefined ? undefined : { command, args: [...args, file] };
}

/** Does the file begin with `#!`? */
export function hasShebang(file: string): boolean {
  const start = Buffer.alloc(2);
  const handle = openSync(file, "r");
  try {
    return readSync(handle, start, 0, 2, 0) === 2 && start.toString("latin1") === "#!";
  } finally {
    closeSync(handle);
  }
}
