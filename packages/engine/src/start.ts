import {
  AiwError,
  applyDefaults,
  buildGraph,
  checkGraph,
  describeType,
  type GraphProblem,
  type Json,
  type JsonObject,
  type NewEvent,
  requestHash,
  type StartRequest,
  type StepGraph,
  type Workflow,
  workflowHash,
  workflowModelVersion,
} from "@aiw/core";
import { digest } from "./digest.js";
import { describeMisfit } from "./validate.js";

const runIdPattern = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/;

/** A run that was asked for, checked. */
export interface CheckedStart {
  readonly inputs: JsonObject;
  readonly hash: string;
  /** Of the workflow's steps; shared by all its runs. */
  readonly graph: StepGraph;
}

/**
 * Checks requests without looking at the machine: id, graph, inputs; applies the defaults of inputs. Workflows are
 * immutable, so each is checked and hashed once.
 */
export class StartChecker {
  readonly #known = new WeakMap<Workflow, { readonly hash: string; readonly graph: StepGraph }>();

  /** @throws AiwError `usage`, `workflow_invalid`, `input_unknown`, `input_missing`, `input_invalid`. */
  check(request: StartRequest): CheckedStart {
    const { run, workflow } = request;
    if (run !== undefined && !runIdPattern.test(run)) {
      throw new AiwError("usage", `'${run}' is no run id`, {
        hint: "1 to 128 of A-Z a-z 0-9 _ . : - that start with a letter or digit",
      });
    }
    let known = this.#known.get(workflow);
    if (known === undefined) {
      checkWorkflow(workflow);
      known = { hash: workflowHash(workflow, digest), graph: buildGraph(workflow.steps) };
      this.#known.set(workflow, known);
    }
    const inputs = checkInputs(workflow, request.inputs ?? {});
    return { inputs, hash: requestHash(known.hash, inputs, digest), graph: known.graph };
  }
}

/** The first event of the run. */
export function createdEvent(
  request: StartRequest,
  { inputs, hash }: Pick<CheckedStart, "inputs" | "hash">,
  now: number,
): Extract<NewEvent, { type: "run.created" }> {
  const { workflow, origin, agent, model } = request;
  const { timeoutMs } = workflow;
  return {
    type: "run.created",
    data: {
      workflow,
      hash,
      inputs,
      origin,
      trigger: request.trigger ?? "manual",
      ...(agent === undefined ? {} : { agent }),
      ...(model === undefined ? {} : { model }),
      ...(timeoutMs === undefined ? {} : { deadline: now + timeoutMs }),
    },
  };
}

function checkWorkflow(workflow: Workflow): void {
  if (workflow.model !== workflowModelVersion) {
    throw new AiwError("workflow_invalid", `workflow ${workflow.name} has the unknown model ${workflow.model}`, {
      hint: "build it with this version of AIW",
    });
  }
  const problem = checkGraph(workflow.steps)[0];
  if (problem === undefined) return;
  throw new AiwError("workflow_invalid", inWords(problem), { hint: "`aiw check` shows all problems of a file" });
}

function inWords(problem: GraphProblem): string {
  switch (problem.kind) {
    case "duplicate":
      return `two steps have the id ${problem.step}`;
    case "unknown":
      return `step ${problem.step} waits for ${problem.need}, which does not exist`;
    case "cycle":
      return `steps wait for each other: ${problem.path.join(" → ")}`;
  }
}

function checkInputs(workflow: Workflow, given: JsonObject): JsonObject {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(workflow.inputs, name)) {
      const known = Object.keys(workflow.inputs).join(", ") || "none";
      throw new AiwError("input_unknown", `there is no input ${name}`, { hint: `declared inputs: ${known}` });
    }
  }
  const inputs: [string, Json][] = [];
  for (const [name, spec] of Object.entries(workflow.inputs)) {
    const value = Object.hasOwn(given, name) ? given[name] : spec.schema.default;
    if (value === undefined) {
      if (!spec.required) continue;
      throw new AiwError("input_missing", `the input ${name} has no value`, { hint: `pass --input ${name}=…` });
    }
    const filled = applyDefaults(spec.schema, value);
    const misfit = describeMisfit(spec.schema, filled);
    if (misfit !== undefined) {
      throw new AiwError("input_invalid", `the input ${name} does not fit its type: ${misfit}`, {
        hint: `its type is ${describeType(spec.schema)}`,
      });
    }
    inputs.push([name, filled]);
  }
  return Object.fromEntries(inputs);
}
