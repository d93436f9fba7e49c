import type { Agent, AgentCapabilities, Json } from "@aiw/core";
import { checkCliHealth, type LoginProblem, type Probe } from "../cli/health.js";
import { runCli } from "../cli/run.js";
import { type AgentEnv, hasVariable } from "../environment.js";
import { errorInfo } from "../failure.js";
import { checkCommon, checkEffort } from "../permissions.js";
import { checkCodexAccess } from "./access.js";
import { codexLoginHint } from "./parser.js";
import { type CodexProvider, codexProgram } from "./program.js";

/** Options of {@link createCodexAgent}. */
export interface CodexAgentOptions {
  /** Program name or path; default `codex`. */
  readonly command?: string | undefined;
  /** Credentials and settings of codex itself: {@link codexEnvironment} taken from the process environment. */
  readonly env?: AgentEnv | undefined;
  /** The value of PATH, so that health can tell where the program lies. */
  readonly searchPath?: string | undefined;
  /** Another model service than codex's own. */
  readonly provider?: CodexProvider | undefined;
  /** Retries of a failed request by codex itself, with a `provider`; default 2. Ours come on top. */
  readonly maxRetries?: number | undefined;
  /** Settings as in codex's config.toml: dotted key to value. */
  readonly config?: Readonly<Record<string, Json>> | undefined;
}

/** Values of `model_reasoning_effort`. */
const codexEfforts = ["none", "minimal", "low", "medium", "high", "xhigh"];

const capabilities: AgentCapabilities = {
  structured: "native",
  resume: true,
  fork: true,
  usage: "full",
  cost: false,
  edits: true,
  auto: true,
};

/**
 * Codex, run headless. Uses the login of the user (`~/.codex`) unless `CODEX_HOME` says otherwise.
 *
 * @see https://developers.openai.com/codex/noninteractive
 */
export function createCodexAgent(options: CodexAgentOptions = {}): Agent {
  const { command = "codex", env = {}, searchPath, provider, maxRetries = 2, config = {} } = options;
  const program = codexProgram({ command, env, provider, maxRetries, config });
  return {
    id: "codex",
    capabilities,
    check: (asked) => [
      ...checkCommon("codex", asked),
      ...checkEffort("codex", asked, codexEfforts),
      ...checkCodexAccess(asked.permissions),
    ],
    health: (context) =>
      checkCliHealth(
        {
          id: "codex",
          command,
          env,
          installHint: program.installHint,
          searchPath,
          testedVersion: "0.169",
          checkLogin: (probe) => checkLogin(probe, env, provider),
        },
        context,
      ),
    run: (request, context) => runCli(program, request, context),
  };
}

async function checkLogin(
  probe: Probe,
  env: AgentEnv,
  provider: CodexProvider | undefined,
): Promise<LoginProblem | undefined> {
  if (provider !== undefined) return checkProviderKey(env, provider);
  if (hasVariable(env, "CODEX_API_KEY") || hasVariable(env, "CODEX_ACCESS_TOKEN")) return undefined;
  const result = await probe(["login", "status"]);
  if (result.exitCode === 0) return undefined;
  return { error: errorInfo("auth", "codex: not logged in", { hint: codexLoginHint }) };
}

function checkProviderKey(env: AgentEnv, { id, keyVariable }: CodexProvider): LoginProblem | undefined {
  if (keyVariable === undefined || hasVariable(env, keyVariable)) return undefined;
  const message = `codex: ${keyVariable}, the key for ${id}, is not set`;
  return { error: errorInfo("auth", message, { hint: `set ${keyVariable}` }) };
}
