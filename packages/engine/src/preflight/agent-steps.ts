import {
  type Agent,
  type AgentOptions,
  type AgentRef,
  type AgentStep,
  AiwError,
  type Step,
  type Workflow,
} from "@aiw/core";
import { intersectPermissions } from "../permissions.js";
import { type AgentFinder, type AgentWishes, agentRefs, type Choice, parseAgentRef } from "./agent-finder.js";
import type { KnownValues } from "./known-values.js";
import { allSteps } from "./placed-steps.js";

/** An agent step, and its names for messages. */
interface Asked {
  readonly step: AgentStep;
  readonly key: string;
}

/** What a step asks of its agent. */
export function optionsOf(step: AgentStep, ref: AgentRef, { workflow, agent: forced }: AgentWishes): AgentOptions {
  const permissions = intersectPermissions(workflow.permissions, step.permissions);
  // As the model: written for the file's agent.
  const effort = forced === undefined ? (step.effort ?? workflow.effort) : undefined;
  return {
    ...(ref.model === undefined ? {} : { model: ref.model }),
    ...(effort === undefined ? {} : { effort }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(step.tools === undefined ? {} : { tools: step.tools }),
    ...(step.output === undefined ? {} : { outputSchema: step.output }),
  };
}

/** Who may do a step: of one that goes on with a session, whoever may do the step that began it. */
export function chooseAgents(step: AgentStep, wishes: AgentWishes, finder: AgentFinder): Choice {
  const from = sessionStart(step, wishes.workflow);
  return finder.choose(step.id, agentRefs(from, wishes));
}

/** Examines the agents that a step may need and tells what is wrong with each. */
export async function checkAgents(
  { step, key }: Asked,
  wishes: AgentWishes,
  { finder, known }: { readonly finder: AgentFinder; readonly known: KnownValues },
): Promise<readonly AiwError[]> {
  const variants = variantsOf(step, known);
  if (variants.areOpen) await finder.examineAll();
  const problems: AiwError[] = [];
  for (const variant of variants.steps) {
    await finder.examine(agentRefs(sessionStart(variant, wishes.workflow), wishes));
    const { candidates, problem } = chooseAgents(variant, wishes, finder);
    if (problem !== undefined) problems.push(problem);
    for (const ref of candidates.usable) {
      const agent = finder.agents.get(ref.agent);
      if (agent !== undefined)
        problems.push(...unsupported({ step: variant, key }, agent, optionsOf(variant, ref, wishes)));
    }
  }
  return unique(problems);
}

function unsupported({ step, key }: Asked, agent: Agent, options: AgentOptions): readonly AiwError[] {
  const problems = agent.check(options).map(
    ({ message, hint, details }) =>
      new AiwError("unsupported_option", `step ${key}: ${message}`, {
        hint: hint ?? `choose another agent than ${agent.id} for this step`,
        details,
      }),
  );
  if (step.session === undefined || agent.capabilities.resume) return problems;
  return [
    ...problems,
    new AiwError("unsupported_option", `step ${key}: ${agent.id} cannot go on with the session of ${step.session}`, {
      hint: `name an agent that can resume for step ${step.session}, or leave \`session\` out`,
      details: { agent: agent.id },
    }),
  ];
}

/** The step whose agent does it: along `session` to the one that began the conversation. */
function sessionStart(step: AgentStep, workflow: Workflow): AgentStep {
  let start = step;
  const seen = new Set<Step>();
  while (start.session !== undefined && !seen.has(start)) {
    seen.add(start);
    const { session } = start;
    const from = allSteps(workflow).find(({ id }) => id === session);
    if (from?.kind !== "agent") break;
    start = from;
  }
  return start;
}

/**
 * The step as its items will have it: axes of a matrix named agent, model or effort set that key. `areOpen`: some values
 * are known only when the step becomes ready.
 */
export function variantsOf(
  step: AgentStep,
  known: KnownValues,
): { readonly steps: readonly AgentStep[]; readonly areOpen: boolean } {
  const over = step.foreach?.over;
  if (over === undefined || !("matrix" in over)) return { steps: [step], areOpen: false };
  let steps: readonly AgentStep[] = [step];
  let areOpen = false;
  for (const name of ["agent", "model", "effort"] as const) {
    const axis = Object.hasOwn(over.matrix, name) ? over.matrix[name] : undefined;
    if (axis === undefined) continue;
    const values = known.ofAxis(axis);
    areOpen ||= values === undefined;
    const texts = new Set((values ?? []).filter((value) => typeof value === "string"));
    if (texts.size > 0) steps = steps.flatMap((base) => [...texts].map((text) => withKey(base, name, text)));
  }
  return { steps, areOpen };
}

function withKey(step: AgentStep, name: "agent" | "model" | "effort", text: string): AgentStep {
  return name === "agent" ? { ...step, agent: [parseAgentRef(text)] } : { ...step, [name]: text };
}

/** Combinations of axes find the same again and again. */
function unique(problems: readonly AiwError[]): readonly AiwError[] {
  return [...new Map(problems.map((problem) => [`${problem.code} ${problem.message}`, problem])).values()];
}
