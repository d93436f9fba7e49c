import { join } from "node:path";
import type { AgentRequest, ErrorInfo } from "@aiw/core";
import type { CliCommand, CliPlace, CliProgram } from "../cli/program.js";
import { type AgentEnv, networkEnvironment } from "../environment.js";
import { errorInfo } from "../failure.js";
import { objectSchema } from "../structured.js";
import { claudeAccess } from "./access.js";
import { sandboxError } from "./errors.js";
import { createClaudeParser } from "./parser.js";

/** Settings of the claude program. */
export interface ClaudeProgramOptions {
  readonly command: string;
  readonly env: AgentEnv;
  /** Its own retries of a failed request, before it gives up. */
  readonly maxRetries: number;
  readonly maxTurns: number | undefined;
  readonly maxBudgetUsd: number | undefined;
  /** Is claude's command sandbox to be had on this machine? */
  readonly hasSandbox: boolean;
}

/** What claude reads from the environment: its login, its endpoint, its folders. */
export const claudeEnvironment: readonly string[] = [
  ...["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_BASE_URL"],
  ...["ANTHROPIC_CUSTOM_HEADERS", "ANTHROPIC_MODEL", "ANTHROPIC_SMALL_FAST_MODEL", "CLAUDE_CONFIG_DIR"],
  ...["CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY", "ANTHROPIC_FOUNDRY_RESOURCE"],
  ...["AWS_REGION", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK", "CLOUD_ML_REGION", "ANTHROPIC_VERTEX_PROJECT_ID"],
  ...networkEnvironment,
];

/** How claude is called, read and understood. */
export function claudeProgram(options: ClaudeProgramOptions): CliProgram {
  return {
    id: "claude",
    installHint: "install it with `npm install -g @anthropic-ai/claude-code`, or name another agent",
    buildCommand: (request, place) => buildCommand(options, request, place),
    createParser: createClaudeParser,
    classifyStderr,
  };
}

function buildCommand(options: ClaudeProgramOptions, request: AgentRequest, place: CliPlace): CliCommand {
  const access = claudeAccess(request.permissions, {
    hasSandbox: options.hasSandbox,
    isNested: place.containment === "bubblewrap",
  });
  const settingsFile = join(place.folder, "claude-settings.json");
  const instructionsFile = join(place.folder, "claude-instructions.md");
  const { instructions, outputSchema } = request;
  return {
    command: options.command,
    args: [
      ...["-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages"],
      ...["--restricted", "--strict-mcp-config", "--permission-prompts", "none"],
      ...["--permission-mode", access.mode, "--tools", access.tools.join(","), "--settings", settingsFile],
      ...(request.model === undefined ? [] : ["--model", request.model]),
      ...(request.effort === undefined ? [] : ["--effort", request.effort]),
      ...(request.resume === undefined ? [] : ["--resume", request.resume]),
      ...(request.resume !== undefined && request.fork === true ? ["--fork-session"] : []),
      ...(instructions === undefined ? [] : ["--append-system-prompt-file", instructionsFile]),
      ...(outputSchema === undefined ? [] : ["--json-schema", JSON.stringify(objectSchema(outputSchema).schema)]),
      ...(options.maxTurns === undefined ? [] : ["--max-turns", String(options.maxTurns)]),
      ...(options.maxBudgetUsd === undefined ? [] : ["--max-budget-usd", String(options.maxBudgetUsd)]),
    ],
    env: {
      ...options.env,
      CLAUDE_CODE_MAX_RETRIES: String(options.maxRetries),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      DISABLE_TELEMETRY: "1",
      DISABLE_ERROR_REPORTING: "1",
    },
    stdin: request.prompt,
    files: {
      [settingsFile]: JSON.stringify(access.settings),
      ...(instructions === undefined ? {} : { [instructionsFile]: instructions }),
    },
  };
}

function classifyStderr(stderr: string): ErrorInfo | undefined {
  if (/sandbox required but unavailable/i.test(stderr)) return sandboxError();
  if (isUnlinked(stderr)) return unlinkedError();
  if (/no conversation found/i.test(stderr)) {
    return errorInfo("agent_crashed", "claude: the session to go on with no longer exists", {
      hint: "run the step that started the session again",
    });
  }
  return undefined;
}

/** Does this output come from the placeholder that stands in for the native program until the install script ran? */
export function isUnlinked(output: string): boolean {
  return /native binary not installed|postinstall did not run/i.test(output);
}

/** Installed, but its install script did not run. */
export function unlinkedError(): ErrorInfo {
  return errorInfo("agent_not_installed", "claude: installed, but its install script did not run", {
    hint: "run `node install.cjs` in the folder of @anthropic-ai/claude-code, or install it with scripts allowed",
    details: { reason: "postinstall_skipped" },
  });
}
