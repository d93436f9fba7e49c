import { join } from "node:path";
import type { AgentRequest, ErrorInfo, Json, JsonObject } from "@aiw/core";
import type { CliCommand, CliPlace, CliProgram } from "../cli/program.js";
import { type AgentEnv, networkEnvironment } from "../environment.js";
import { errorInfo } from "../failure.js";
import { schemaInstruction, strictSchema } from "../structured.js";
import { codexAccess } from "./access.js";
import { createCodexParser } from "./parser.js";
import { parseSession } from "./session.js";

/** A model service other than the one that codex is logged in to. */
export interface CodexProvider {
  /** Lower case; not `openai`, which is codex's own. */
  readonly id: string;
  /** Base URL of an OpenAI Responses API: `http://127.0.0.1:8080/v1`. */
  readonly baseUrl: string;
  /** Variable that holds the key. */
  readonly keyVariable?: string | undefined;
}

/** Settings of the codex program. */
export interface CodexProgramOptions {
  readonly command: string;
  readonly env: AgentEnv;
  readonly provider: CodexProvider | undefined;
  /** Its own retries of a failed request; codex takes them for a named provider only. */
  readonly maxRetries: number;
  /** More `-c key=value` settings. */
  readonly config: Readonly<Record<string, Json>>;
}

/** What codex reads from the environment: its login, its endpoint, its folders. */
export const codexEnvironment: readonly string[] = [
  ...["CODEX_API_KEY", "OPENAI_API_KEY", "CODEX_ACCESS_TOKEN", "OPENAI_BASE_URL", "OPENAI_ORGANIZATION", "CODEX_HOME"],
  ...networkEnvironment,
];

/** How codex is called, read and understood. */
export function codexProgram(options: CodexProgramOptions): CliProgram {
  return {
    id: "codex",
    installHint: "install it with `npm install -g @openai/codex`, or name another agent",
    buildCommand: (request, place) => buildCommand(options, request, place),
    createParser: createCodexParser,
    classifyStderr,
  };
}

function buildCommand(options: CodexProgramOptions, request: AgentRequest, place: CliPlace): CliCommand {
  const { outputSchema, resume, effort } = request;
  const schemaFile = join(place.folder, "codex-schema.json");
  const strict = outputSchema === undefined ? undefined : strictSchema(outputSchema)?.schema;
  const access = codexAccess(request.permissions);
  const settings = {
    ...hardening,
    ...keyHiding(options),
    ...accessSettings(access.hasNetwork),
    ...providerSettings(options),
    ...(effort === undefined ? {} : { model_reasoning_effort: effort }),
    ...options.config,
  };
  return {
    command: options.command,
    args: [
      ...["exec", "--json", "--skip-git-repo-check", "--color", "never", "-C", place.cwd, "-s", access.sandbox],
      ...(request.model === undefined ? [] : ["-m", request.model]),
      ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${toToml(value)}`]),
      ...(hasLongInstructions(request) || request.instructions === undefined
        ? []
        : ["-c", `developer_instructions=${toToml(request.instructions)}`]),
      ...(strict === undefined ? [] : ["--output-schema", schemaFile]),
      // Options stand before `resume` and `fork`: after them, codex takes fewer.
      ...(resume === undefined ? [] : [request.fork === true ? "fork" : "resume", parseSession(resume).thread]),
      "-",
    ],
    env: options.env,
    stdin: promptOf(request, strict !== undefined),
    ...(strict === undefined ? {} : { files: { [schemaFile]: JSON.stringify(strict) } }),
  };
}

/** A schema that codex cannot force is asked for in words, and what is too long for an argument goes along. */
function promptOf(request: AgentRequest, isForced: boolean): string {
  const { instructions, outputSchema, prompt } = request;
  return [
    ...(hasLongInstructions(request) && instructions !== undefined ? [instructions] : []),
    prompt,
    ...(outputSchema === undefined || isForced ? [] : [schemaInstruction(outputSchema)]),
  ].join("\n\n");
}

/** Linux takes at most 128 KiB in one argument; a character may need four bytes. */
function hasLongInstructions(request: AgentRequest): boolean {
  return (request.instructions?.length ?? 0) > 24_000;
}

/** Without these, codex calls its vendor beside the model (measured). */
const hardening: Readonly<Record<string, Json>> = {
  "analytics.enabled": false,
  check_for_update_on_startup: false,
  "features.plugins": false,
  "features.apps": false,
};

function accessSettings(hasNetwork: boolean): Readonly<Record<string, Json>> {
  return { web_search: hasNetwork ? "live" : "disabled", "sandbox_workspace_write.network_access": hasNetwork };
}

/** The model's own commands have no use for the agent's keys. */
function keyHiding({ provider }: CodexProgramOptions): Readonly<Record<string, Json>> {
  const own = provider?.keyVariable === undefined ? [] : [provider.keyVariable];
  return { "shell_environment_policy.exclude": ["CODEX_API_KEY", "OPENAI_API_KEY", "CODEX_ACCESS_TOKEN", ...own] };
}

function providerSettings({ provider, maxRetries }: CodexProgramOptions): Readonly<Record<string, Json>> {
  if (provider === undefined) return {};
  const settings: JsonObject = {
    name: provider.id,
    base_url: provider.baseUrl,
    wire_api: "responses",
    request_max_retries: maxRetries,
    stream_max_retries: maxRetries,
    ...(provider.keyVariable === undefined ? {} : { env_key: provider.keyVariable }),
  };
  return { model_provider: provider.id, [`model_providers.${provider.id}`]: settings };
}

/** A JSON value as TOML; strings of both have the same escapes where JSON writes them. */
export function toToml(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(toToml).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}=${toToml(item)}`)
      .join(",")}}`;
  }
  // TOML wants U+007F escaped, JSON does not.
  return typeof value === "string" ? JSON.stringify(value).replaceAll("\u007f", "\\u007F") : String(value);
}

function classifyStderr(stderr: string): ErrorInfo | undefined {
  if (/no rollout found|session not found|no saved session|thread not found/i.test(stderr)) {
    return errorInfo("agent_crashed", "codex: the session to go on with no longer exists", {
      hint: "run the step that started the session again",
    });
  }
  if (/error loading config/i.test(stderr)) {
    return errorInfo("config_invalid", `codex: ${stderr.trim().split("\n")[0] ?? "its settings cannot be read"}`, {
      hint: "mend ~/.codex/config.toml, or set CODEX_HOME to another folder",
    });
  }
  return undefined;
}
