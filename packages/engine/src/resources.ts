import {
  type Agent,
  type AgentHealth,
  type AgentOptions,
  type AgentRef,
  type AgentStep,
  AiwError,
  createMasker,
  isMaskable,
  type Masker,
  type Origin,
  type Pool,
  type Secret,
  type Step,
  type Tool,
  type Workflow,
} from "@aiw/core";
import type { EngineOptions } from "./options.js";
import { intersectPermissions } from "./permissions.js";

/** What a run needs from this machine: its secrets, tools and agents, resolved and checked. */
export interface Resources {
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly masker: Masker;
  readonly tools: ReadonlyMap<string, Tool>;
  /** Of tool steps. */
  readonly toolPool: Pool;
  readonly agents: ReadonlyMap<string, Agent>;
  /** By agent, as its health check told it. */
  readonly agentVersions?: ReadonlyMap<string, string> | undefined;
  /** By step: agents in the order in which they are tried, and those that cannot be. */
  readonly candidates: ReadonlyMap<string, Candidates>;
}

/** Who may do an agent step. */
export interface Candidates {
  readonly usable: readonly AgentRef[];
  readonly passedOver: readonly { readonly agent: string; readonly reason: string }[];
}

/** The part of a run that decides what it needs. */
export interface ResourceRequest {
  readonly workflow: Workflow;
  readonly origin: Origin;
  /** Forced by the caller, over the file's. */
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  /** Steps that may still run; absent: all. */
  readonly steps?: readonly Step[] | undefined;
}

/** Who may do this agent step. */
export function candidatesFor({ candidates }: Pick<Resources, "candidates">, step: AgentStep): Candidates | undefined {
  return candidates.get(step.id);
}

type Source = Pick<EngineOptions, "secrets" | "tools" | "agents" | "autoAgents" | "spawner">;

/**
 * Finds everything the steps need, or says what is missing. Writes nothing and makes no model call.
 *
 * @throws AiwError `secret_missing`, `secret_unsafe`, `tool_not_found`, `agent_not_found`, `agent_none`,
 * `unsupported_option`, or what an agent's health check says.
 */
export async function loadResources(source: Source, request: ResourceRequest): Promise<Resources> {
  const steps = request.steps ?? request.workflow.steps;
  const secrets = await loadSecrets(source, request.workflow);
  const tools = await loadTools(source, request, steps);
  const isInProcess = tools.size > 0 && [...tools.values()].every((tool) => tool.inProcess === true);
  return {
    secrets,
    masker: createMasker(Object.values(secrets)),
    tools,
    toolPool: isInProcess ? "inProcess" : "processes",
    ...(await loadAgents(source, request, steps)),
  };
}

async function loadSecrets(source: Source, workflow: Workflow): Promise<Record<string, Secret>> {
  const found: [string, Secret][] = [];
  for (const name of workflow.secrets) {
    const secret = await source.secrets(name);
    if (secret === undefined) {
      throw new AiwError("secret_missing", `the secret ${name} has no value`, {
        hint: `set the environment variable ${name}, or pass a file with --secrets-file`,
      });
    }
    if (!isMaskable(secret)) {
      throw new AiwError("secret_unsafe", `the secret ${name} is too short to be masked in output`, {
        hint: "use a longer value; short ones would be cut out of ordinary text",
      });
    }
    found.push([name, secret]);
  }
  return Object.fromEntries(found);
}

async function loadTools(source: Source, request: ResourceRequest, steps: readonly Step[]): Promise<Map<string, Tool>> {
  const tools = new Map<string, Tool>();
  for (const step of steps) {
    if (step.kind !== "tool") continue;
    const tool = tools.get(step.tool) ?? (await source.tools(step.tool, request));
    if (tool === undefined) {
      throw new AiwError("tool_not_found", `step ${step.id}: there is no tool ${step.tool}`, {
        hint: "declare it under `tools:` or put its script into the bundle's `tools/` folder",
      });
    }
    tools.set(step.tool, tool);
    const names = tool.operations.map((operation) => operation.name);
    if (!names.includes(step.operation)) {
      throw new AiwError("tool_not_found", `step ${step.id}: tool ${step.tool} has no operation ${step.operation}`, {
        hint: `it has ${names.join(", ")}`,
      });
    }
  }
  return tools;
}

async function loadAgents(
  source: Source,
  request: ResourceRequest,
  steps: readonly Step[],
): Promise<Pick<Resources, "agents" | "candidates">> {
  const agents = new Map<string, Agent>();
  const health = new Map<string, AgentHealth>();
  const examine = async (id: string): Promise<AgentHealth | undefined> => {
    const known = health.get(id);
    if (known !== undefined) return known;
    const agent = await source.agents(id);
    if (agent === undefined) return undefined;
    const { signal } = new AbortController();
    const answer = await agent.health({ spawner: source.spawner, cwd: request.origin.cwd, signal });
    agents.set(id, agent);
    health.set(id, answer);
    return answer;
  };
  const candidates = new Map<string, Candidates>();
  for (const step of steps) {
    if (step.kind !== "agent") continue;
    const refs = await expandAuto(agentRefs(step, request), source.autoAgents, examine);
    const chosen = await choose(step.id, refs, examine);
    for (const ref of chosen.usable)
      refuseUnsupported(step, agents.get(ref.agent), optionsOf(step, ref, request.workflow));
    candidates.set(step.id, chosen);
  }
  return { agents, candidates };
}

type Examine = (id: string) => Promise<AgentHealth | undefined>;

/** As written, with the caller's wishes over the file's. */
function agentRefs(step: AgentStep, request: ResourceRequest): readonly AgentRef[] {
  if (request.agent !== undefined) {
    const [agent = "", ...rest] = request.agent.split("/");
    // The file's model was written for the file's agent.
    const model = request.model ?? (rest.length > 0 ? rest.join("/") : undefined);
    return [{ agent, ...(model === undefined ? {} : { model }) }];
  }
  const refs = step.agent ?? request.workflow.agent ?? [{ agent: "auto" }];
  return refs.map((ref) => {
    const model = request.model ?? step.model ?? ref.model ?? request.workflow.defaultModel;
    return { agent: ref.agent, ...(model === undefined ? {} : { model }) };
  });
}

async function expandAuto(
  refs: readonly AgentRef[],
  auto: readonly string[],
  examine: Examine,
): Promise<readonly AgentRef[]> {
  const expanded: AgentRef[] = [];
  for (const ref of refs) {
    if (ref.agent !== "auto") {
      expanded.push(ref);
      continue;
    }
    const reasons: string[] = [];
    let found: string | undefined;
    for (const id of auto) {
      const health = await examine(id);
      if (health?.ok === true) {
        found = id;
        break;
      }
      reasons.push(`${id}: ${health?.error.message ?? "no such agent"}`);
    }
    if (found === undefined) throw noAgent(reasons);
    expanded.push({ ...ref, agent: found });
  }
  return expanded;
}

async function choose(step: string, refs: readonly AgentRef[], examine: Examine): Promise<Candidates> {
  const usable: AgentRef[] = [];
  const passedOver: { agent: string; reason: string }[] = [];
  let first: AiwError | undefined;
  for (const ref of refs) {
    const health = await examine(ref.agent);
    if (health === undefined) {
      throw new AiwError("agent_not_found", `step ${step}: there is no agent ${ref.agent}`, {
        hint: "`aiw agent list` shows what there is",
      });
    }
    if (health.ok) usable.push(ref);
    else {
      passedOver.push({ agent: ref.agent, reason: health.error.message });
      first ??= unhealthy(step, health.error);
    }
  }
  if (usable.length === 0 && first !== undefined) throw first;
  return { usable, passedOver };
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

function refuseUnsupported(step: AgentStep, agent: Agent | undefined, options: AgentOptions): void {
  const problem = agent?.check(options)[0];
  if (agent === undefined || problem === undefined) return;
  throw new AiwError("unsupported_option", `step ${step.id}: ${problem.message}`, {
    hint: problem.hint ?? `choose another agent than ${agent.id} for this step`,
    details: problem.details,
  });
}

/** What the step asks of its agent. */
export function optionsOf(step: AgentStep, ref: AgentRef, workflow: Workflow): AgentOptions {
  const permissions = intersectPermissions(workflow.permissions, step.permissions);
  return {
    ...(ref.model === undefined ? {} : { model: ref.model }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(step.tools === undefined ? {} : { tools: step.tools }),
    ...(step.output === undefined ? {} : { outputSchema: step.output }),
  };
}
