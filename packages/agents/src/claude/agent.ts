import type { Agent, AgentCapabilities, AgentHealth, AgentHealthContext, AgentResult } from "@aiw/core";
import { isJsonObject } from "@aiw/core";
import { checkCliHealth, type LoginProblem, type Probe } from "../cli/health.js";
import { runCli } from "../cli/run.js";
import { type AgentEnv, hasVariable } from "../environment.js";
import { errorInfo } from "../failure.js";
import { checkCommon, checkEffort } from "../permissions.js";
import { jsonOfText } from "../structured.js";
import { checkClaudeAccess } from "./access.js";
import { loginHint, sandboxUnavailable } from "./errors.js";
import { claudeProgram, isUnlinked, unlinkedError } from "./program.js";

/** Options of {@link createClaudeAgent}. */
export interface ClaudeAgentOptions {
  /** Program name or path; default `claude`. */
  readonly command?: string | undefined;
  /** Credentials and settings of claude itself: {@link claudeEnvironment} taken from the process environment. */
  readonly env?: AgentEnv | undefined;
  /** The value of PATH, so that health can tell where the program lies. */
  readonly searchPath?: string | undefined;
  /** Claude's own retries of a failed request; default 2. Ours come on top, with back-off and failover. */
  readonly maxRetries?: number | undefined;
  readonly maxTurns?: number | undefined;
  readonly maxBudgetUsd?: number | undefined;
}

/** Levels of `--effort`. */
const claudeEfforts = ["low", "medium", "high", "xhigh", "max"];

const capabilities: AgentCapabilities = {
  structured: "native",
  resume: true,
  fork: true,
  usage: "full",
  cost: true,
  edits: true,
  auto: true,
};

/**
 * Claude Code, run headless. Uses the login of the user (`~/.claude`) unless `CLAUDE_CONFIG_DIR` says otherwise.
 *
 * @see https://code.claude.com/docs/en/headless
 */
export function createClaudeAgent(options: ClaudeAgentOptions = {}): Agent {
  const { command = "claude", env = {}, searchPath, maxRetries = 2, maxTurns, maxBudgetUsd } = options;
  // Learned at the first refusal, so that later turns do not ask for a sandbox that is not there.
  let hasSandbox = true;
  const program = () => claudeProgram({ command, env, maxRetries, maxTurns, maxBudgetUsd, hasSandbox });

  return {
    id: "claude",
    capabilities,
    check: (asked) => [
      ...checkCommon("claude", asked),
      ...checkEffort("claude", asked, claudeEfforts),
      ...checkClaudeAccess(asked.permissions),
    ],
    health: (context) => checkHealth(context),
    async run(request, context) {
      const result = await runCli(program(), request, context);
      if (request.permissions?.run !== undefined || !needsOtherStart(result)) return result;
      hasSandbox = false;
      context.progress({ type: "warning", message: "claude has no command sandbox here, so it may not run commands" });
      return runCli(program(), request, context);
    },
  };

  function checkHealth(context: AgentHealthContext): Promise<AgentHealth> {
    const { id, installHint } = program();
    return checkCliHealth(
      {
        id,
        command,
        env,
        installHint,
        searchPath,
        testedVersion: "2.1",
        classifyVersion: (output) => (isUnlinked(output) ? unlinkedError() : undefined),
        checkLogin: (probe, version) => checkLogin(probe, version, env),
      },
      context,
    );
  }
}

function needsOtherStart(result: AgentResult): boolean {
  return result.status === "failed" && result.error.details?.reason === sandboxUnavailable;
}

const keys = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"];
const clouds = ["CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY"];

/** `claude auth status` reads the login wherever it lives (file, keychain) and calls nobody. */
async function checkLogin(probe: Probe, version: string, env: AgentEnv): Promise<LoginProblem | undefined> {
  if ([...keys, ...clouds].some((name) => hasVariable(env, name))) return undefined;
  if (!knowsAuthStatus(version)) return { warning: `version ${version} cannot tell whether it is logged in` };
  const result = await probe(["auth", "status"]);
  const status = jsonOfText(result.stdout);
  if (!isJsonObject(status)) return { warning: "`claude auth status` did not tell whether it is logged in" };
  if (status.loggedIn === true) return undefined;
  return { error: errorInfo("auth", "claude: not logged in", { hint: loginHint }) };
}

/** Older versions would take the words for a prompt. */
function knowsAuthStatus(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major > 2 || (major === 2 && (minor > 1 || (minor === 1 && patch >= 100)));
}
