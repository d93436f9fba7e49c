import { resolve } from "node:path";
import type { AgentEntry, Agents } from "@aiw/agents";
import { type Agent, AiwError, nearest } from "@aiw/core";
import type { ProjectConfig } from "./config.js";

/** The agents of a project: built in and configured. */
export interface ProjectAgents extends Agents {
  /** All names, the built-in ones first. */
  readonly ids: readonly string[];
  /** Order in which `agent: auto` tries them. */
  readonly auto: readonly string[];
  /**
   * Reads the answers of the agent `scripted`, if there is one.
   *
   * @throws AiwError `file_not_found`, `file_unreadable`, `config_invalid`.
   */
  checkAnswers(): Promise<void>;
  /** One line about an agent; empty for an unknown one. */
  about(id: string): string;
}

/** What the agents of a project are made of. */
export interface ProjectAgentsOptions {
  /** Folder of `aiw.yaml`: what the paths in it are relative to. */
  readonly project: string;
  readonly config: ProjectConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** YAML file of the agent `scripted`. */
  readonly answers?: string | undefined;
}

/**
 * Agents as `aiw.yaml` configures them.
 *
 * @throws AiwError `config_invalid` when `auto` names an agent that there is not.
 */
export async function createProjectAgents(options: ProjectAgentsOptions): Promise<ProjectAgents> {
  const { createAgents, readAnswers } = await import("@aiw/agents");
  const { project, config, env, answers } = options;
  const { claude, codex } = config;
  const program = (command: string) => (command.includes("/") ? resolve(project, command) : command);
  const agents = createAgents({
    env,
    answersFile: answers,
    ...(claude === undefined
      ? {}
      : {
          claude: {
            ...(claude.command === undefined ? {} : { command: program(claude.command) }),
            ...(claude.turns === undefined ? {} : { maxTurns: claude.turns }),
          },
        }),
    ...(codex === undefined
      ? {}
      : {
          codex: {
            ...(codex.command === undefined ? {} : { command: program(codex.command) }),
            ...(codex.provider === undefined
              ? {}
              : {
                  provider: { id: codex.provider.id, baseUrl: codex.provider.url, keyVariable: codex.provider.key },
                }),
          },
        }),
    commands: Object.entries(config.agents ?? {}).map(([id, { env: names = [], ...command }]) => ({
      ...command,
      id,
      command: program(command.command),
      env: pick(names, env),
    })),
  });
  return {
    ...agents,
    ids: agents.entries.map(({ id }) => id),
    auto: autoOrder(config, agents.entries),
    async checkAnswers() {
      if (answers !== undefined) await readAnswers(answers);
    },
    about: (id) => agents.entries.find((entry) => entry.id === id)?.description ?? "",
  };
}

/**
 * The agent of that name.
 *
 * @throws AiwError `agent_not_found` with the nearest name; what is wrong with the answers of the agent `scripted`.
 */
export async function requireAgent(agents: ProjectAgents, id: string): Promise<Agent> {
  // Whoever runs it would take it for an agent that is not installed.
  if (id === "scripted") await agents.checkAnswers();
  const agent = await agents.get(id);
  if (agent) return agent;
  if (id === "scripted") {
    throw new AiwError("agent_not_found", "the agent `scripted` has no answers", {
      hint: "name a YAML file of answers with --answers FILE, or as `answers:` in aiw.yaml",
    });
  }
  const near = nearest(id, agents.ids);
  throw new AiwError("agent_not_found", `there is no agent '${id}'`, {
    hint: near
      ? `did you mean '${near}'?`
      : `known agents are ${agents.ids.join(", ")}; programs of your own go into aiw.yaml`,
  });
}

function autoOrder({ auto }: ProjectConfig, entries: readonly AgentEntry[]): readonly string[] {
  if (auto === undefined) return entries.filter((entry) => entry.auto).map(({ id }) => id);
  for (const id of auto) {
    if (entries.some((entry) => entry.id === id)) continue;
    throw new AiwError("config_invalid", `'auto' in aiw.yaml names the agent '${id}', which is not configured`, {
      hint: `known agents are ${entries.map((entry) => entry.id).join(", ")}`,
    });
  }
  return auto;
}

function pick(names: readonly string[], env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = env[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
