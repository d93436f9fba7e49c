import { type Agent, AiwError, type Json, type Secret } from "@aiw/core";
import type { CodexProvider } from "./codex/program.js";
import type { CommandAgentOptions } from "./command/agent.js";
import { pickEnvironment } from "./environment.js";

/** Where agents come from and what they are given. */
export interface AgentsOptions {
  /** The environment of the process; each agent gets only its own variables of it. */
  readonly env?: Readonly<Record<string, string | Secret | undefined>> | undefined;
  readonly claude?: { readonly command?: string; readonly maxTurns?: number; readonly maxRetries?: number } | undefined;
  readonly codex?:
    | {
        readonly command?: string;
        readonly provider?: CodexProvider;
        readonly maxRetries?: number;
        readonly config?: Readonly<Record<string, Json>>;
      }
    | undefined;
  /** YAML file with the answers of the agent `scripted`; without it, there is no such agent. */
  readonly answersFile?: string | undefined;
  /** Programs that are agents of their own. An id of a built-in agent replaces it. */
  readonly commands?: readonly Omit<CommandAgentOptions, "searchPath">[] | undefined;
}

/** One agent that can be named. */
export interface AgentEntry {
  readonly id: string;
  readonly description: string;
  /** May `agent: auto` choose it? In the order of the list. */
  readonly auto: boolean;
}

/** The agents of a project. */
export interface Agents {
  readonly entries: readonly AgentEntry[];
  /** The agent of that name; undefined when there is none. Loaded at first use, the same object afterwards. */
  get(id: string): Promise<Agent | undefined>;
}

interface Source extends AgentEntry {
  readonly load: () => Promise<Agent>;
}

/**
 * All agents that can be named in workflows. Nothing is loaded or started before {@link Agents.get}.
 *
 * @throws AiwError `config_invalid` when two commands have one id.
 */
export function createAgents(options: AgentsOptions = {}): Agents {
  const sources = new Map<string, Source>();
  for (const source of builtIn(options)) sources.set(source.id, source);
  const own = new Set<string>();
  for (const command of options.commands ?? []) {
    if (own.has(command.id)) {
      throw new AiwError("config_invalid", `two agents are named ${command.id}`, { hint: "rename one of them" });
    }
    own.add(command.id);
    sources.set(command.id, commandSource(command, searchPathOf(options)));
  }
  const loaded = new Map<string, Promise<Agent>>();
  return {
    entries: [...sources.values()].map(({ id, description, auto }) => ({ id, description, auto })),
    async get(id) {
      const source = sources.get(id);
      if (source === undefined) return undefined;
      const agent = loaded.get(id) ?? source.load();
      loaded.set(id, agent);
      return agent;
    },
  };
}

function builtIn(options: AgentsOptions): readonly Source[] {
  const env = options.env ?? {};
  const searchPath = searchPathOf(options);
  const { answersFile } = options;
  return [
    {
      id: "claude",
      description: "Claude Code, the coding agent of Anthropic (program `claude`)",
      auto: true,
      load: async () => {
        const [{ createClaudeAgent }, { claudeEnvironment }] = await Promise.all([
          import("./claude/agent.js"),
          import("./claude/program.js"),
        ]);
        return createClaudeAgent({ ...options.claude, env: pickEnvironment(claudeEnvironment, env), searchPath });
      },
    },
    {
      id: "codex",
      description: "Codex, the coding agent of OpenAI (program `codex`)",
      auto: true,
      load: async () => {
        const [{ createCodexAgent }, { codexEnvironment }] = await Promise.all([
          import("./codex/agent.js"),
          import("./codex/program.js"),
        ]);
        const key = options.codex?.provider?.keyVariable;
        const names = key === undefined ? codexEnvironment : [...codexEnvironment, key];
        return createCodexAgent({ ...options.codex, env: pickEnvironment(names, env), searchPath });
      },
    },
    ...(answersFile === undefined
      ? []
      : [
          {
            id: "scripted",
            description: `prepared answers from ${answersFile}, for tests and rehearsals`,
            auto: false,
            load: async () => (await import("./scripted/agent.js")).createScriptedAgent({ answers: answersFile }),
          },
        ]),
    {
      id: "offline",
      description: "built in, without a model: extracts the facts of the prompt and says so",
      auto: false,
      load: async () => (await import("./offline/agent.js")).createOfflineAgent(),
    },
  ];
}

function commandSource(command: Omit<CommandAgentOptions, "searchPath">, searchPath: string | undefined): Source {
  return {
    id: command.id,
    description: `the program \`${command.command}\``,
    auto: command.auto ?? false,
    load: async () => (await import("./command/agent.js")).createCommandAgent({ ...command, searchPath }),
  };
}

function searchPathOf({ env }: AgentsOptions): string | undefined {
  const path = env?.PATH;
  return typeof path === "string" ? path : undefined;
}
