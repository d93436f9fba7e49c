import { type AiwError, type JsonObject, type StartRequest, toErrorInfo, type Workflow } from "@aiw/core";
import { asAiwError } from "../errors.js";
import { examine, type Source } from "../preflight/examine.js";
import { StartChecker } from "../start.js";
import { planFile } from "./plan-steps.js";
import type { PlanProblem, RunPlan } from "./run-plan.js";

/** What to plan. */
export type PlanRequest = Pick<StartRequest, "workflow" | "origin" | "inputs" | "agent" | "model" | "noCache">;

/**
 * What a run would do, in which order, with which agents, tools and secrets. Nothing is executed, nothing is written, no
 * model is called; agents are asked for their health. What keeps it from starting is in the plan, all of it, not thrown.
 */
export async function planRun(options: Source, request: PlanRequest): Promise<RunPlan> {
  const { workflow, origin, agent, model, noCache = false } = request;
  const { inputs, errors } = checkRequest(request);
  const problems: PlanProblem[] = errors.map((error) => ({ within: [], error: toErrorInfo(error) }));
  const examined = await examine(options, { workflow, origin, agent, model, inputs });
  for (const { step, within, error } of examined.problems) {
    problems.push({ within, error: toErrorInfo(error), ...(step === undefined ? {} : { step }) });
  }
  return { ...planFile({ wishes: { workflow, agent, model }, examined, noCache }), inputs, problems };
}

/** The workflow's graph first, then each input by itself: the checker stops at the first that is wrong. */
function checkRequest(request: PlanRequest): { readonly inputs: JsonObject; readonly errors: readonly AiwError[] } {
  const { workflow, origin, inputs: given = {} } = request;
  const errors: AiwError[] = [];
  const values: JsonObject[] = [];
  const check = (part: Workflow, inputs: JsonObject) => {
    try {
      values.push(new StartChecker().check({ workflow: part, origin, inputs }).inputs);
    } catch (error) {
      errors.push(asAiwError(error));
    }
  };
  check({ ...workflow, inputs: {} }, {});
  const declared = new Set([...Object.keys(workflow.inputs), ...Object.keys(given)]);
  for (const name of declared) {
    const own = Object.hasOwn(given, name) ? { [name]: given[name] ?? null } : {};
    const spec = workflow.inputs[name];
    // An unknown one is told with the names that there are.
    const inputs = spec === undefined ? workflow.inputs : { [name]: spec };
    check({ ...workflow, steps: [], inputs }, own);
  }
  return { inputs: Object.assign({}, ...values), errors };
}
