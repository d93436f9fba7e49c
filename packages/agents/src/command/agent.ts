import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Agent, AgentHealth, AgentRequest } from "@aiw/core";
import { findProgram } from "../cli/health.js";
import type { CliCommand, CliPlace, CliProgram } from "../cli/program.js";
import { runCli } from "../cli/run.js";
import type { AgentEnv } from "../environment.js";
import { errorInfo, unsupported } from "../failure.js";
import { checkNothing } from "../permissions.js";
import { createTextParser } from "./parser.js";

/** Options of {@link createCommandAgent}. */
export interface CommandAgentOptions {
  /** Name in workflows. */
  readonly id: string;
  /** Program name or path. Gets the prompt on stdin. */
  readonly command: string;
  readonly args?: readonly string[] | undefined;
  readonly env?: AgentEnv | undefined;
  /**
   * What stdout is: `text` (default), the final message; `json`, one JSON value, which is the structured output (its
   * schema lies in the file `$AIW_OUTPUT_SCHEMA`) or an object `{ "text": … }`.
   */
  readonly output?: "text" | "json" | undefined;
  /** May `agent: auto` choose it? Default false. */
  readonly auto?: boolean | undefined;
  /** May it edit files? Default true. */
  readonly edits?: boolean | undefined;
  /** The value of PATH, so that health can tell where the program lies. */
  readonly searchPath?: string | undefined;
}

/** Any program as an agent: prompt on stdin, answer on stdout, exit code 0. */
export function createCommandAgent(options: CommandAgentOptions): Agent {
  const { id, command, args = [], env = {}, output = "text" } = options;
  const program: CliProgram = {
    id,
    installHint: installHint(command),
    reads: "chunks",
    buildCommand: (request, place) => buildCommand({ command, args, env, output }, request, place),
    createParser: (request) => createTextParser(id, output, request.outputSchema !== undefined),
  };
  return {
    id,
    capabilities: {
      structured: output === "json" ? "native" : "instruction",
      resume: false,
      usage: "none",
      cost: false,
      edits: options.edits ?? true,
      auto: options.auto ?? false,
    },
    check: (asked) => [
      ...checkNothing(id, asked),
      ...(asked.permissions === undefined
        ? []
        : [unsupported(id, "cannot be told what it may touch", "remove `permissions`, or name an agent that can")]),
    ],
    health: (context) => checkHealth(options, context.cwd),
    run: (request, context) => runCli(program, request, context),
  };
}

/** Only looks for the program: nobody knows what an unknown one does when it is started. */
async function checkHealth({ id, command, searchPath }: CommandAgentOptions, cwd: string): Promise<AgentHealth> {
  const path = await findProgram(command, { searchPath, cwd });
  if (path !== undefined) return { ok: true, path };
  const isPath = command.includes("/");
  if (searchPath === undefined && !isPath) return { ok: true, warning: `\`${command}\` was not looked for` };
  const isThere = isPath && existsSync(resolve(cwd, command));
  const message = `${id}: \`${command}\` ${isThere ? "may not be executed" : "is not there"}`;
  const hint = isThere ? `make it a program: chmod +x ${command}` : installHint(command);
  return { ok: false, error: errorInfo("agent_not_installed", message, { hint }) };
}

function installHint(command: string): string {
  return `${command.includes("/") ? "create" : "install"} \`${command}\`, or correct the agent's command in aiw.yaml`;
}

type Call = Required<Pick<CommandAgentOptions, "command" | "args" | "env" | "output">>;

function buildCommand(call: Call, request: AgentRequest, place: CliPlace): CliCommand {
  const { instructions, outputSchema, prompt } = request;
  const schemaFile = join(place.folder, "output-schema.json");
  const hasSchema = call.output === "json" && outputSchema !== undefined;
  return {
    command: call.command,
    args: call.args ?? [],
    env: { ...call.env, ...(hasSchema ? { AIW_OUTPUT_SCHEMA: schemaFile } : {}) },
    stdin: instructions === undefined ? prompt : `${instructions}\n\n${prompt}`,
    ...(hasSchema ? { files: { [schemaFile]: JSON.stringify(outputSchema) } } : {}),
  };
}
