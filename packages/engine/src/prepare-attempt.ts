import {
  type AgentRef,
  type AgentStep,
  AiwError,
  idempotencyKey,
  isJsonObject,
  type Json,
  type NewEvent,
  type RunState,
  type Step,
  type StepState,
} from "@aiw/core";
import { digest } from "./digest.js";
import type { AttemptPlan, AttemptWork, CachePlan, CodeData } from "./plan.js";
import type { PrepareContext, Prepared, Preparing } from "./preparing.js";
import { journaledInput, renderInput, restoreInput } from "./render.js";
import type { Resources } from "./resources.js";

/** The next attempt of a script, tool, agent or code step. */
export function prepareAttempt(state: RunState, { row, context, scope }: Preparing): Prepared {
  const { workflow } = state;
  const step = stepOfItem(row);
  const render = () => renderInput(context.evaluator, scope, { workflow, step });
  const input = row.input === undefined ? render() : restoreInput(row.input, render);
  const chosen = workOf(state, { ...row, step }, context);
  const { work, passedOver } = chosen;
  const attempt = row.attempts + 1;
  const { run, fence, origin } = state;
  const key = keyOf(state, row);
  const timeoutMs = step.timeoutMs ?? operationTimeout(step, work);
  const event: Extract<NewEvent, { type: "step.started" }> = {
    type: "step.started",
    step: row.path,
    data: {
      attempt,
      fence,
      kind: work.kind,
      key,
      input: row.input ?? journaledInput(input),
      ...(work.kind === "agent" ? { agent: work.agent.id } : {}),
      ...(work.kind === "agent" && work.model !== undefined ? { model: work.model } : {}),
      ...(work.kind === "agent" && work.resume !== undefined ? { session: work.resume } : {}),
      ...(passedOver.length === 0 ? {} : { passedOver: [...passedOver] }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    },
  };
  const plan: AttemptPlan = {
    run,
    path: row.path,
    step,
    attempt,
    key,
    fence,
    root: origin.cwd,
    folder: origin.folder,
    input,
    work,
    timeoutMs,
    cache: cacheOf(state, row),
    scope,
    sessionFork: chosen.isFork,
    ...(work.kind === "code" ? { code: () => codeData(scope, row.item?.value ?? null) } : {}),
  };
  return { do: "start", events: [event], plan };
}

/** As expressions read them: inputs without a value are null, and an Undo has the result of its own item. */
function codeData(scope: Preparing["scope"], item: Json): CodeData {
  const { inputs, steps } = scope().names;
  return { inputs: isJsonObject(inputs) ? inputs : {}, steps: isJsonObject(steps) ? steps : {}, item };
}

/** Idempotency key of the step, item or round; an Undo has its own. */
export function keyOf({ run, createdAt, epoch }: RunState, { path, section }: StepState): string {
  const action = section === "undo" ? "undo" : "do";
  const step = section === "undo" ? path.slice(0, -"!undo".length) : path;
  return idempotencyKey({ run, createdAt, step, action, epoch }, digest);
}

/** Axes of a matrix that are called like a key of the step set it. */
function stepOfItem({ step, item, section }: StepState): Step {
  const over = step.foreach?.over;
  if (step.kind !== "agent" || item === undefined || over === undefined || !("matrix" in over)) return step;
  if (section === "undo" || !isJsonObject(item.value)) return step;
  const { agent, model, effort } = item.value;
  const isAxis = (name: string) => Object.hasOwn(over.matrix, name);
  return {
    ...step,
    ...(isAxis("agent") && typeof agent === "string" ? { agent: [agentRef(agent)] } : {}),
    ...(isAxis("model") && typeof model === "string" ? { model } : {}),
    ...(isAxis("effort") && typeof effort === "string" ? { effort } : {}),
  };
}

function agentRef(text: string): AgentRef {
  const [agent = "", ...model] = text.split("/");
  return { agent, ...(model.length === 0 ? {} : { model: model.join("/") }) };
}

function cacheOf({ noCache, workflow }: RunState, { step, section }: StepState): CachePlan | undefined {
  if (noCache || section === "undo") return undefined;
  // What has to be undone is an effect: taking it from the cache by default would leave it out.
  return step.cache ?? (step.undo === undefined ? workflow.cache : undefined);
}

interface Chosen {
  readonly work: AttemptWork;
  readonly passedOver: readonly { readonly agent: string; readonly reason: string }[];
  /** The session that is gone on with is not the step's own. */
  readonly isFork?: boolean | undefined;
}

function workOf(state: RunState, row: StepState, { resources, code }: PrepareContext): Chosen {
  const { step } = row;
  switch (step.kind) {
    case "script":
      return { work: { kind: "script" }, passedOver: [] };
    case "tool": {
      const tool = resources.tools.get(step.tool);
      if (tool === undefined) throw new AiwError("tool_not_found", `there is no tool ${step.tool}`);
      return { work: { kind: "tool", tool }, passedOver: [] };
    }
    case "code": {
      const key = row.section === "undo" ? `${step.id}!undo` : step.id;
      const run = code?.(key);
      if (run === undefined) throw noCode(state, key);
      return { work: { kind: "code", run }, passedOver: [] };
    }
    case "agent":
      return agentWork(state, row, { step, resources });
    default:
      throw new AiwError("not_in_this_version", `step ${step.id}: ${step.kind} steps are not in this version`);
  }
}

function noCode({ run, workflow }: RunState, step: string): AiwError {
  return new AiwError("workflow_invalid", `step ${step} of ${workflow.name} is code that this program does not have`, {
    hint: `go on with run ${run} from the program that built the workflow`,
  });
}

/** Conversation that a step goes on with. */
interface Conversation {
  readonly agent: string | undefined;
  readonly model: string | undefined;
  readonly session: string;
}

function agentWork(
  state: RunState,
  row: StepState,
  { step, resources }: { readonly step: AgentStep; readonly resources: Resources },
): Chosen {
  const candidates = resources.candidatesFor(step);
  const earlier = conversationOf(state, row, step);
  // Once an agent was journaled for the step, or for whose session it goes on with, the journal decides.
  const chosen = earlier ?? (row.agent === undefined ? candidates.usable[0] : { agent: row.agent, model: row.model });
  const agent = chosen?.agent === undefined ? undefined : resources.agents.get(chosen.agent);
  if (agent === undefined) {
    throw new AiwError("agent_not_found", `step ${step.id}: there is no agent ${chosen?.agent ?? "auto"}`, {
      hint: "`aiw agent list` shows what there is",
    });
  }
  const own = row.phase.is === "waiting" && "session" in row.phase ? row.phase.session : undefined;
  const passedOver = row.attempts === 0 && earlier === undefined ? candidates.passedOver : [];
  const model = chosen?.model;
  const options = resources.optionsFor(step, { agent: agent.id, ...(model === undefined ? {} : { model }) });
  const from = agent.capabilities.resume ? earlier?.session : undefined;
  const work: AttemptWork = { kind: "agent", agent, model, options, resume: own ?? from };
  return { work, passedOver, isFork: own === undefined && from !== undefined };
}

/** The session of the step that `session:` names, or of the step's own last round. */
function conversationOf(state: RunState, row: StepState, step: AgentStep): Conversation | undefined {
  if (row.round > 1 && row.session !== undefined) {
    return { agent: row.agent, model: row.model, session: row.session };
  }
  if (step.session === undefined) return undefined;
  const from = state.steps.get(step.session);
  if (from?.session !== undefined) return { agent: from.agent, model: from.model, session: from.session };
  throw new AiwError("unsupported_option", `step ${step.id}: step ${step.session} has left no session to go on with`, {
    hint: "it was skipped or failed, or its agent names no session; `aiw agent info AGENT` tells whether it can resume",
  });
}

function operationTimeout(step: Step, work: AttemptWork): number | undefined {
  if (step.kind !== "tool" || work.kind !== "tool") return undefined;
  return work.tool.operations.find((operation) => operation.name === step.operation)?.timeoutMs;
}
