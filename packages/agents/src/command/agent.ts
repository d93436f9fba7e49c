import { join } from "node:path";
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
  const installHint = `install \`${command}\`, or correct the agent's command in the configuration`;
  const program: CliProgram = {
    id,
    installHint,
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
    health: () => checkHealth(options, installHint),
    run: (request, context) => runCli(program, request, context),
  };
}

/** Only looks for the program: nobody knows what an unknown one does when it is started. */
async function checkHealth({ id, command, searchPath }: CommandAgentOptions, hint: string): Promise<AgentHealth> {
  const path = await findProgram(command, searchPath);
  if (path !== undefined) return { ok: true, path };
  if (searchPath === undefined && !command.startsWith("/"))
    return { ok: true, warning: `\`${command}\` was not looked for` };
  return { ok: false, error: errorInfo("agent_not_installed", `${id}: \`${command}\` is not there`, { hint }) };
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
