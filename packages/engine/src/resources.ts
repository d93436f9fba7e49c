import {
  type Agent,
  type AgentOptions,
  type AgentRef,
  type AgentStep,
  createMasker,
  type Masker,
  type Pool,
  type Secret,
  type Tool,
} from "@aiw/core";
import type { Candidates } from "./candidates.js";
import { chooseAgents, optionsOf } from "./preflight/agent-steps.js";
import { type Examined, examine, type ResourceRequest, type Source } from "./preflight/examine.js";
import { placedError } from "./preflight/problem.js";

/** Of a step that goes on with a session: the journal tells whose it is, and nobody else can. */
const pinned: Candidates = { usable: [], passedOver: [] };

/** What a run needs from this machine: its secrets, tools and agents, resolved and checked. */
export interface Resources {
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly masker: Masker;
  readonly tools: ReadonlyMap<string, Tool>;
  /** Of tool steps. */
  readonly toolPool: Pool;
  readonly agents: ReadonlyMap<string, Agent>;
  /** By agent, as its health check told it. */
  readonly agentVersions: ReadonlyMap<string, string>;
  /** Agents for the step, with the keys that the item's axes set. */
  readonly candidatesFor: (step: AgentStep) => Candidates;
  /** What the step asks of one of them. */
  readonly optionsFor: (step: AgentStep, ref: AgentRef) => AgentOptions;
}

/**
 * Finds everything the steps need, or says what is missing first. Writes nothing and makes no model call.
 *
 * @throws AiwError `not_in_this_version`, `secret_missing`, `secret_unsafe`, `tool_not_found`, `agent_not_found`,
 * `agent_none`, `unsupported_option`, `workflow_invalid`, or what an agent's health check says.
 */
export async function loadResources(source: Source, request: ResourceRequest): Promise<Resources> {
  const examined = await examine(source, request);
  const [problem] = examined.problems;
  if (problem !== undefined) throw placedError(problem);
  return resourcesOf(examined, request);
}

function resourcesOf({ secrets, tools, finder }: Examined, request: ResourceRequest): Resources {
  const isInProcess = tools.size > 0 && [...tools.values()].every((tool) => tool.inProcess === true);
  return {
    secrets,
    masker: createMasker(Object.values(secrets)),
    tools,
    toolPool: isInProcess ? "inProcess" : "processes",
    agents: finder.agents,
    agentVersions: finder.versions,
    candidatesFor: (step) => (step.session === undefined ? chooseAgents(step, request, finder).candidates : pinned),
    optionsFor: (step, ref) => optionsOf(step, ref, request),
  };
}
