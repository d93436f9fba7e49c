import {
  type AgentCompleted,
  type AgentFacts,
  type AgentRequest,
  type AgentResult,
  type AgentStep,
  AiwError,
  type AttemptContext,
  addUsage,
  type JsonSchema,
  toErrorInfo,
} from "@aiw/core";
import type { AttemptPlan, AttemptWork } from "../plan.js";
import type { AttemptResult } from "../result.js";
import { askForJson, askForRepair, findAnswer } from "../structured.js";

type AgentWork = Extract<AttemptWork, { kind: "agent" }>;
interface Subject {
  readonly plan: AttemptPlan;
  readonly step: AgentStep;
  readonly work: AgentWork;
}

/** One attempt of an agent step: a turn and, where its answer does not fit the type, one repair turn. */
export async function runAgent(subject: Subject, context: AttemptContext): Promise<AttemptResult> {
  const { step, work } = subject;
  const request = firstRequest(subject);
  const first = await work.agent.run(request, context);
  if (first.status === "failed") return { status: "failed", error: first.error, text: first.text, ...factsOf(first) };
  if (step.output === undefined) return completed(subject, first, { output: null, facts: first });
  const found = findAnswer(step.output, first);
  if (found.ok) return completed(subject, first, { output: found.value, facts: first });
  context.progress({ type: "retry", message: `the answer does not fit its type (${found.misfit}); asking once more` });
  const second = await work.agent.run(
    repairRequest(subject, request, { first, misfit: found.misfit, schema: step.output }),
    context,
  );
  const facts = sumOf(first, second);
  if (second.status === "failed")
    return { status: "failed", error: second.error, text: second.text, ...factsOf(facts) };
  const repaired = findAnswer(step.output, second);
  if (repaired.ok) return completed(subject, second, { output: repaired.value, facts });
  const error = new AiwError(
    "invalid_output",
    `${work.agent.id} did not answer in the declared type: ${repaired.misfit}`,
    {
      retryable: true,
      hint: "say in the prompt what each field is for, or use a stronger model",
    },
  );
  return { status: "failed", error: toErrorInfo(error), text: second.text, ...factsOf(facts) };
}

function firstRequest({ plan, step, work }: Subject): AgentRequest {
  const { agent, model, resume, options } = work;
  const prompt = plan.input.prompt ?? "";
  const { outputSchema, ...rest } = options;
  const isNative = agent.capabilities.structured === "native";
  // An agent that is asked for plain text needs no schema.
  const asked = outputSchema === undefined || step.output?.type === "string" ? undefined : outputSchema;
  return {
    ...rest,
    ...(model === undefined ? {} : { model }),
    ...(plan.input.instructions === undefined ? {} : { instructions: plan.input.instructions }),
    ...(resume === undefined ? {} : { resume, ...forkOf(plan, work) }),
    ...(asked !== undefined && isNative ? { outputSchema: asked } : {}),
    prompt: asked !== undefined && !isNative ? askForJson(prompt, asked) : prompt,
  };
}

/** Of another step's session, or the last round's, a later attempt has to find the same start. */
function forkOf({ sessionFork }: AttemptPlan, { agent }: AgentWork): Pick<AgentRequest, "fork"> {
  return sessionFork === true && agent.capabilities.fork === true ? { fork: true } : {};
}

/** Goes on with the session where the agent can; else asks again with the first answer in view. */
function repairRequest(
  { work }: Subject,
  request: AgentRequest,
  { first, misfit, schema }: { readonly first: AgentCompleted; readonly misfit: string; readonly schema: JsonSchema },
): AgentRequest {
  const repair = askForRepair(misfit, schema);
  if (first.session !== undefined && work.agent.capabilities.resume) {
    // The turn's own session by now: a fork would leave out of it what was said here.
    const { fork: _fork, ...rest } = request;
    return { ...rest, resume: first.session, prompt: repair };
  }
  return { ...request, prompt: `${request.prompt}\n\nYour answer before was:\n${first.text}\n\n${repair}` };
}

function completed(
  { work }: Subject,
  turn: AgentCompleted,
  { output, facts }: { readonly output: AttemptCompletedOutput; readonly facts: AgentFacts },
): AttemptResult {
  const model = facts.model ?? work.model;
  return {
    status: "completed",
    output,
    text: turn.text,
    agent: work.agent.id,
    ...(model === undefined ? {} : { model }),
    ...(facts.denials === undefined ? {} : { denials: facts.denials }),
    ...factsOf(facts),
  };
}

type AttemptCompletedOutput = Extract<AttemptResult, { status: "completed" }>["output"];

function factsOf({ session, usage, costUsd }: AgentFacts): Pick<AttemptResult, "session" | "usage" | "costUsd"> {
  return {
    ...(session === undefined ? {} : { session }),
    ...(usage === undefined ? {} : { usage }),
    ...(costUsd === undefined ? {} : { costUsd }),
  };
}

/** Two turns as one: what they used is added, the rest is the last one's. */
function sumOf(first: AgentResult, second: AgentResult): AgentFacts {
  const usage =
    first.usage !== undefined && second.usage !== undefined
      ? addUsage(first.usage, second.usage)
      : (second.usage ?? first.usage);
  const has = (pick: (turn: AgentFacts) => number | undefined) =>
    pick(first) !== undefined || pick(second) !== undefined;
  return {
    session: second.session ?? first.session,
    model: second.model ?? first.model,
    usage,
    ...(has((turn) => turn.costUsd) ? { costUsd: (first.costUsd ?? 0) + (second.costUsd ?? 0) } : {}),
    ...(has((turn) => turn.denials) ? { denials: (first.denials ?? 0) + (second.denials ?? 0) } : {}),
  };
}
