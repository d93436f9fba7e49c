import { access, constants, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import type { AgentHealth, AgentHealthContext, ErrorInfo, ProcessResult } from "@aiw/core";
import type { AgentEnv } from "../environment.js";
import { errorInfo } from "../failure.js";
import { startError } from "./run.js";

/** What a health check of an agent program needs to know. */
export interface CliHealth {
  readonly id: string;
  readonly command: string;
  readonly env: AgentEnv;
  readonly installHint: string;
  /** The value of PATH, to tell where the program lies. */
  readonly searchPath?: string | undefined;
  /** Major and minor version that the adapter was tested with, as `2.1`. */
  readonly testedVersion: string;
  /** What a failed `--version` says beyond "it does not start". */
  classifyVersion?(output: string): ErrorInfo | undefined;
  /** Logged in? Spends nothing. Undefined: yes. */
  checkLogin(probe: Probe, version: string): Promise<LoginProblem | undefined>;
}

/** Not logged in, or nobody knows. */
export type LoginProblem = { readonly error: ErrorInfo } | { readonly warning: string };

/** Runs the program with these arguments. */
export type Probe = (args: readonly string[]) => Promise<ProcessResult>;

const probeTimeoutMs = 15_000;

/** Installed, in which version, logged in? Makes no model call. */
export async function checkCliHealth(health: CliHealth, context: AgentHealthContext): Promise<AgentHealth> {
  const path = await findProgram(health.command, { searchPath: health.searchPath, cwd: context.cwd });
  const probe: Probe = (args) =>
    context.spawner.run(
      { command: health.command, args, cwd: context.cwd, env: health.env, timeoutMs: probeTimeoutMs },
      context.signal,
    );
  const facts = path === undefined ? {} : { path };
  try {
    const result = await probe(["--version"]);
    const version = /\d+\.\d+\.\d+\S*/.exec(result.stdout)?.[0];
    if (result.exitCode !== 0 || version === undefined) {
      return { ok: false, ...facts, error: health.classifyVersion?.(outputOf(result)) ?? notStarting(health, result) };
    }
    const problem = await health.checkLogin(probe, version);
    if (problem !== undefined && "error" in problem) return { ok: false, version, ...facts, error: problem.error };
    const warning = problem?.warning ?? versionWarning(health, version);
    return { ok: true, version, ...facts, ...(warning === undefined ? {} : { warning }) };
  } catch (error) {
    return { ok: false, ...facts, error: startError(health, error) };
  }
}

function notStarting(health: CliHealth, result: ProcessResult): ErrorInfo {
  const end = result.ended === "exit" ? `exit code ${result.exitCode ?? result.signal}` : "no answer in time";
  return errorInfo("agent_not_installed", `${health.id}: \`${health.command} --version\` failed (${end})`, {
    hint: health.installHint,
  });
}

function versionWarning(health: CliHealth, version: string): string | undefined {
  if (version.startsWith(`${health.testedVersion}.`)) return undefined;
  return `version ${version} was not tested; ${health.testedVersion} was`;
}

function outputOf(result: ProcessResult): string {
  return `${result.stdout}\n${result.stderr}`;
}

/** Where programs are looked for. */
export interface ProgramPlaces {
  /** The value of PATH. */
  readonly searchPath: string | undefined;
  /** What a path is relative to: the folder that programs are started in. */
  readonly cwd: string;
}

/** Where a program lies; undefined when it is not there or nobody said where to look. A name with `/` is a path. */
export async function findProgram(command: string, { searchPath, cwd }: ProgramPlaces): Promise<string | undefined> {
  const candidates = command.includes("/")
    ? [resolve(cwd, command)]
    : (searchPath ?? "").split(delimiter).flatMap((folder) => (isAbsolute(folder) ? [join(folder, command)] : []));
  for (const path of candidates) {
    if (await isProgram(path)) return path;
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    // Folders may be "executed" too.
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
