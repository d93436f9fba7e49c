import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { AgentRequest, AgentResult, AttemptContext, ErrorInfo } from "@aiw/core";
import { isAiwError, toErrorInfo } from "@aiw/core";
import { withCredentials } from "../credentials.js";
import { abortError, errorInfo, failed } from "../failure.js";
import { classifyTurn } from "./classify.js";
import { createLineSplitter, createTail } from "./lines.js";
import type { CliCommand, CliParser, CliProgram } from "./program.js";

/** Kept of each stream; the lines themselves are read as they come. */
const maxOutputBytes = 64 * 1024;
const maxStderrChars = 16 * 1024;

/** One turn of an agent program. Expected failures are returned; resolves when nothing of the turn is alive. */
export async function runCli(
  program: CliProgram,
  request: AgentRequest,
  context: AttemptContext,
): Promise<AgentResult> {
  if (context.signal.aborted) return failed(abortError(program.id, context.signal));
  const parser = program.createParser(request, () => context.clock.now());
  try {
    const command = program.buildCommand(request, {
      cwd: context.cwd,
      folder: context.folder,
      containment: context.spawner.containment,
    });
    await writeFiles(command);
    const result = await spawnTurn(program, command, parser, context);
    if (result.status === "completed" || !context.signal.aborted) return result;
    return { ...result, error: abortError(program.id, context.signal) };
  } catch (error) {
    if (context.signal.aborted) return failed(abortError(program.id, context.signal));
    return failed(startError(program, error));
  }
}

async function spawnTurn(
  program: CliProgram,
  command: CliCommand,
  parser: CliParser,
  context: AttemptContext,
): Promise<AgentResult> {
  const stderr = createTail(maxStderrChars);
  const read = (text: string) => {
    const updates = parser.push(text);
    if (updates.length === 0) context.progress({ type: "alive" });
    for (const update of updates) context.progress(update);
  };
  const lines = program.reads === "chunks" ? { push: read, end: () => {} } : createLineSplitter(read);
  const exit = await context.spawner.run(
    {
      command: command.command,
      args: command.args,
      cwd: context.cwd,
      env: { ...command.env, ...context.env },
      stdin: command.stdin,
      token: context.token,
      maxOutputBytes,
      masker: withCredentials(context.masker, command.env),
      onStdout: (text) => lines.push(text),
      onStderr: (text) => stderr.push(text),
    },
    context.signal,
  );
  lines.end();
  return classifyTurn(program, parser.state, exit, stderr.text());
}

async function writeFiles(command: CliCommand): Promise<void> {
  for (const [path, text] of Object.entries(command.files ?? {})) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { mode: 0o600 });
  }
}

/** What a program that could not be started means. */
export function startError(program: Pick<CliProgram, "id" | "installHint">, error: unknown): ErrorInfo {
  if (!isAiwError(error, "spawn_failed")) return toErrorInfo(error);
  const reason = error.details?.reason;
  // The spawner names the command, which is most often the agent's name.
  const message = error.message.startsWith(`${program.id}: `) ? error.message : `${program.id}: ${error.message}`;
  return errorInfo("agent_not_installed", message, {
    hint: program.installHint,
    ...(reason === undefined ? {} : { details: { reason } }),
  });
}
