import { type Agent, type AgentHealth, type AgentRef, type AgentStep, AiwError, type Workflow } from "@aiw/core";
import type { Candidates } from "../candidates.js";
import type { EngineOptions } from "../options.js";

/** Where agents come from. */
export type AgentsFrom = Pick<EngineOptions, "agents" | "autoAgents" | "spawner">;

/** What decides which agents a step asks for. */
export interface AgentWishes {
  readonly workflow: Workflow;
  /** Forced by the caller, over the file's. */
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
}

/** Who may do a step, and why nobody may. */
export interface Choice {
  readonly candidates: Candidates;
  readonly problem?: AiwError | undefined;
}

/** Finds agents and asks each for its health, once. */
export class AgentFinder {
  /** Those that exist, by id. */
  readonly agents = new Map<string, Agent>();
  readonly #health = new Map<string, AgentHealth | undefined>();
  readonly #from: AgentsFrom;
  readonly #cwd: string;

  constructor(from: AgentsFrom, cwd: string) {
    this.#from = from;
    this.#cwd = cwd;
  }

  /** By agent, as its health check told it. */
  get versions(): ReadonlyMap<string, string> {
    const known = [...this.#health].map(([id, health]) => [id, health?.version] as const);
    return new Map(known.flatMap(([id, version]) => (version === undefined ? [] : [[id, version] as const])));
  }

  /** Examines all that `choose` will need for these references. */
  async examine(refs: readonly AgentRef[]): Promise<void> {
    for (const { agent } of refs) {
      if (agent !== "auto") await this.#examine(agent);
      else for (const id of this.#from.autoAgents) if ((await this.#examine(id))?.ok === true) break;
    }
  }

  /** Examines every agent that the configuration offers by itself: a step may name it later. */
  async examineAll(): Promise<void> {
    for (const id of this.#from.autoAgents) await this.#examine(id);
  }

  /** Who may do the step, from what is known by now. */
  choose(step: string, refs: readonly AgentRef[]): Choice {
    const usable: AgentRef[] = [];
    const passedOver: { agent: string; reason: string }[] = [];
    let first: AiwError | undefined;
    for (const ref of refs) {
      const agent = ref.agent === "auto" ? this.#auto() : ref.agent;
      if (agent instanceof AiwError) return { candidates: { usable: [], passedOver: [] }, problem: agent };
      const health = this.#health.get(agent);
      if (health?.ok === true) usable.push({ ...ref, agent });
      else if (health === undefined)
        return { candidates: { usable: [], passedOver: [] }, problem: unknown(step, agent) };
      else {
        passedOver.push({ agent, reason: health.error.message });
        first ??= unhealthy(step, health.error);
      }
    }
    const candidates = { usable, passedOver };
    return usable.length === 0 && first !== undefined ? { candidates, problem: first } : { candidates };
  }

  async #examine(id: string): Promise<AgentHealth | undefined> {
    if (this.#health.has(id)) return this.#health.get(id);
    const agent = await this.#from.agents(id);
    const { signal } = new AbortController();
    const health = await agent?.health({ spawner: this.#from.spawner, cwd: this.#cwd, signal });
    if (agent !== undefined) this.agents.set(id, agent);
    this.#health.set(id, health);
    return health;
  }

  /** The first healthy one. */
  #auto(): string | AiwError {
    const reasons: string[] = [];
    for (const id of this.#from.autoAgents) {
      const health = this.#health.get(id);
      if (health?.ok === true) return id;
      reasons.push(`${id}: ${health?.error.message ?? "no such agent"}`);
    }
    return noAgent(reasons);
  }
}

/** The agents that a step asks for, in order, with the caller's wishes over the file's. */
export function agentRefs(
  step: AgentStep,
  { workflow, agent: forced, model: forcedModel }: AgentWishes,
): readonly AgentRef[] {
  if (forced !== undefined) {
    const { agent, model: ownModel } = parseAgentRef(forced);
    // The file's model was written for the file's agent.
    const model = forcedModel ?? ownModel;
    return [{ agent, ...(model === undefined ? {} : { model }) }];
  }
  const refs = step.agent ?? workflow.agent ?? [{ agent: "auto" }];
  return refs.map((ref) => {
    const model = forcedModel ?? step.model ?? ref.model ?? workflow.defaultModel;
    return { agent: ref.agent, ...(model === undefined ? {} : { model }) };
  });
}

/** `claude/opus`. */
export function parseAgentRef(text: string): AgentRef {
  const [agent = "", ...model] = text.split("/");
  return { agent, ...(model.length === 0 ? {} : { model: model.join("/") }) };
}

function unknown(step: string, agent: string): AiwError {
  return new AiwError("agent_not_found", `step ${step}: there is no agent ${agent}`, {
    hint: "`aiw agent list` shows what there is",
  });
}

function unhealthy(step: string, info: Extract<AgentHealth, { ok: false }>["error"]): AiwError {
  const code = info.code === "auth" ? "auth" : "agent_not_installed";
  return new AiwError(code, `step ${step}: ${info.message}`, { hint: info.hint, details: info.details });
}

function noAgent(reasons: readonly string[]): AiwError {
  return new AiwError("agent_none", "no configured agent is installed and logged in", {
    hint: "install and log in to one (`aiw agent list` shows how), or rehearse with `--agent offline`",
    details: { reasons: [...reasons] },
  });
}
