import type { Agent, AgentHealth, ErrorInfo } from "@aiw/core";
import { toErrorInfo } from "@aiw/core";
import { openSpawner, type Project } from "@aiw/runtime";
import type { CliContext } from "../context.js";

/** An agent with how it is now. */
export interface AgentReport {
  readonly id: string;
  readonly about: string;
  readonly agent: Agent | undefined;
  readonly health: AgentHealth;
}

/** Where an agent stands: usable, there but not usable, or not there. */
export type AgentState = "ready" | "not_logged_in" | "not_installed" | "broken";

const timeoutMs = 20_000;

/** Names of the agents that can be written in workflows. */
export function agentIds(project: Project): readonly string[] {
  return project.agents.entries.map(({ id }) => id);
}

/** Asks agents how they are, all at once. Spends nothing; one that does not answer in time counts as broken. */
export async function readAgents(
  project: Project,
  ids: readonly string[],
  context: CliContext,
): Promise<readonly AgentReport[]> {
  const spawner = await openSpawner(project.config, context.env);
  try {
    return await Promise.all(
      ids.map(async (id) => {
        const about = project.agents.entries.find((entry) => entry.id === id)?.description ?? "";
        try {
          const agent = await project.agents.get(id);
          if (agent === undefined) return { id, about, agent, health: { ok: false, error: unknown(id) } };
          const signal = AbortSignal.timeout(timeoutMs);
          const asked = agent.health({ spawner, cwd: context.cwd, signal });
          return { id, about, agent, health: await Promise.race([asked, silence(id, signal)]) };
        } catch (error) {
          return { id, about, agent: undefined, health: { ok: false, error: toErrorInfo(error) } };
        }
      }),
    );
  } finally {
    await spawner.close();
  }
}

/** Reads a health check as one word. */
export function agentState(health: AgentHealth): AgentState {
  if (health.ok) return "ready";
  switch (health.error.code) {
    case "agent_not_installed":
    case "agent_not_found":
      return "not_installed";
    case "auth":
      return "not_logged_in";
    default:
      return "broken";
  }
}

/** `version` and what is wrong, as `--json` prints it. */
export function healthJson({ id, about, agent, health }: AgentReport): Record<string, unknown> {
  return {
    ...{ id, about, state: agentState(health), ok: health.ok },
    ...(health.version === undefined ? {} : { version: health.version }),
    ...(health.path === undefined ? {} : { path: health.path }),
    ...(health.ok && health.warning !== undefined ? { warning: health.warning } : {}),
    ...(health.ok ? {} : { error: health.error }),
    ...(agent === undefined ? {} : { auto: agent.capabilities.auto }),
  };
}

function silence(id: string, signal: AbortSignal): Promise<AgentHealth> {
  const error: ErrorInfo = {
    code: "timeout",
    message: `${id} did not answer within ${timeoutMs / 1_000} seconds`,
    hint: `start it by hand and look what it waits for`,
  };
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve({ ok: false, error }), { once: true });
  });
}

function unknown(id: string): ErrorInfo {
  return { code: "agent_not_found", message: `there is no agent '${id}'`, hint: "`aiw agent list` shows the agents" };
}
