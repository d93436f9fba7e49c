import {
  AiwError,
  applyDefaults,
  buildGraph,
  checkGraph,
  createEvaluator,
  describeType,
  type GraphProblem,
  type Json,
  type JsonObject,
  type NewEvent,
  type RunState,
  requestHash,
  type SpawnRun,
  type StartRequest,
  type StepGraph,
  type UsedWorkflow,
  type Workflow,
  workflowHash,
  workflowModelVersion,
} from "@aiw/core";
import { digest } from "./digest.js";
import { journalFormat, maxTextLength } from "./options.js";
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

/** What stands in a run's first event besides what was asked for. */
export interface CreatedBy {
  readonly run: string;
  readonly parent?: RunState["parent"];
}

/** The run of a sub-workflow that a step starts or goes on with. */
export type ChildStart =
  /** `isKnown`: it may exist already, and is taken up again. */
  | { readonly mode: "start"; readonly run: string; readonly spawn: SpawnRun; readonly isKnown: boolean }
  /** Its completed steps are undone. */
  | { readonly mode: "undo"; readonly run: string };

/** What a sub-workflow's run is made of. */
export interface ChildRequest {
  readonly run: string;
  /** Path of the step. */
  readonly step: string;
  readonly used: UsedWorkflow;
  readonly inputs: JsonObject;
  readonly now: number;
  readonly isKnown: boolean;
}

/** The run of a sub-workflow. @throws AiwError `workflow_invalid`, `input_*`. */
export function childStart(state: RunState, request: ChildRequest): ChildStart {
  const { run, step, used, now, isKnown } = request;
  const { workflow, from } = used;
  checkWorkflow(workflow);
  assertSize(request.inputs, step);
  const inputs = checkInputs(workflow, request.inputs);
  const hash = requestHash(workflowHash(workflow, digest), inputs, digest);
  const { agent, model, by, noCache } = state;
  const origin = { ...from, cwd: state.origin.cwd };
  const created = createdEvent(
    { workflow, origin, trigger: "use", agent, model, by, noCache, run, parent: { run: state.run, step } },
    { inputs, hash },
    now,
  );
  const spawn = { run, request: hash, name: workflow.name, format: journalFormat, created };
  return { mode: "start", run, spawn, isKnown };
}

/** A run would keep them as often as something asks for its sub-workflow. */
function assertSize(inputs: JsonObject, step: string): void {
  const size = JSON.stringify(inputs).length;
  if (size <= maxTextLength) return;
  throw new AiwError("input_invalid", `step ${step}: the inputs of its sub-workflow have ${size} characters of JSON`, {
    hint: `the limit is ${maxTextLength}; write large data to a file and pass its path`,
  });
}

/** Key of the run's concurrency group. @throws AiwError `expression_failed`. */
function lockOf(
  { concurrency }: Workflow,
  { inputs, run, trigger }: { readonly inputs: JsonObject; readonly run: string; readonly trigger: string },
): string | undefined {
  if (concurrency === undefined) return undefined;
  const names = { inputs, run: { id: run, trigger } };
  const key = createEvaluator().renderText(concurrency.key, { names, now: () => 0, file: noFile });
  if (typeof key === "string" && key !== "") return key;
  throw new AiwError("expression_failed", "the key of `concurrency` is empty", { hint: "give every run a key" });
}

function noFile(): never {
  throw new AiwError("expression_failed", "the key of `concurrency` may not read files");
}

/** The first event of the run. @throws AiwError `expression_failed` when its concurrency group has no name. */
export function createdEvent(
  request: StartRequest & CreatedBy,
  { inputs, hash }: Pick<CheckedStart, "inputs" | "hash">,
  now: number,
): Extract<NewEvent, { type: "run.created" }> {
  const { workflow, origin, agent, model, by, noCache, parent, run, trigger = "manual" } = request;
  const { timeoutMs } = workflow;
  const lock = lockOf(workflow, { inputs, run, trigger });
  return {
    type: "run.created",
    data: {
      workflow,
      hash,
      inputs,
      origin,
      trigger,
      ...(by === undefined ? {} : { by }),
      ...(parent === undefined ? {} : { parent }),
      ...(lock === undefined ? {} : { lock }),
      ...(noCache === true ? { noCache } : {}),
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
  const { steps, onFailure = [], finally: last = [] } = workflow;
  // What follows the steps goes in order, whatever it needs; its ids are of the same file.
  const late = [...onFailure, ...last].map((step) => ({ ...step, needs: [] }));
  const problem = checkGraph(steps)[0] ?? checkGraph([...steps, ...late])[0];
  if (problem === undefined) return;
  throw new AiwError("workflow_invalid", inWords(problem), { hint: "`aiw check` shows all problems of a file" });
}

function inWords(problem: GraphProblem): string {
  switch (problem.kind) {
    case "id":
      return `'${problem.step.slice(0, 40)}' is no id of a step: give it 1 to 200 characters, none of them [ ] # !`;
    case "duplicate":
      return `two steps have the id ${problem.step}`;
    case "unknown":
      return `step ${problem.step} waits for ${problem.need}, which does not exist`;
    case "loop":
      return `step ${problem.step} repeats from ${problem.member}, but does not wait for it`;
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
