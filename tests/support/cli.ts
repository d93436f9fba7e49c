import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The built command line program of this checkout. */
export const cliFile = fileURLToPath(new URL("../../apps/cli/dist/bin.js", import.meta.url));

/** What one call of the program gave. */
export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of a test: a project of its own with its own HOME. */
export interface Project {
  readonly folder: string;
  readonly env: Record<string, string>;
  /** Writes a file below the folder and returns its path. */
  write(name: string, text: string): string;
  /** Runs `aiw` to its end. */
  aiw(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** Starts `aiw` in a process group of its own. */
  start(args: readonly string[], options?: CliOptions): RunningCli;
  remove(): void;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly stdin?: string | undefined;
  readonly cwd?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

/** A call under way. */
export interface RunningCli {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly done: Promise<CliResult>;
}

/** A fresh project in the temporary folder. */
export function createProject(prefix = "aiw-test-"): Project {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const env = {
    HOME: folder,
    PATH: process.env.PATH ?? "",
    LANG: "C.UTF-8",
    AIW_HOME: join(folder, "state"),
  };
  const start = (args: readonly string[], options: CliOptions = {}) =>
    startCli(args, { cwd: folder, ...options, env: { ...env, ...options.env } });
  return {
    folder,
    env,
    write(name, text) {
      const file = join(folder, name);
      writeFileSync(file, text);
      return file;
    },
    aiw: async (args, options) => await start(args, options).done,
    start,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The objects of NDJSON text; lines that are not JSON are an error. */
export function jsonLines(text: string): readonly Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function startCli(args: readonly string[], options: CliOptions & { readonly env: Record<string, string> }): RunningCli {
  const child = spawn(process.execPath, [cliFile, ...args], {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.stdin ?? "");
  const out = collect(child.stdout);
  const err = collect(child.stderr);
  const done = new Promise<CliResult>((resolve, reject) => {
    const deadline = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 120_000);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(deadline);
      resolve({ code, signal, stdout: out(), stderr: err() });
    });
  });
  return { child, pid: child.pid ?? 0, done };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}
