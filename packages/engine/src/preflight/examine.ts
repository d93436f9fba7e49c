import {
  AiwError,
  applyDefaults,
  isJsonObject,
  isMaskable,
  type JsonObject,
  type Origin,
  type Secret,
  type Step,
  type Tool,
  type UseStep,
  type Workflow,
} from "@aiw/core";
import { childWorkflow } from "../child-workflow.js";
import { asAiwError } from "../errors.js";
import type { EngineOptions } from "../options.js";
import { AgentFinder } from "./agent-finder.js";
import { checkAgents } from "./agent-steps.js";
import { KnownValues } from "./known-values.js";
import { laterInFile, laterInStep } from "./later-features.js";
import { allSteps, type PlacedStep, placedSteps } from "./placed-steps.js";
import type { PreflightProblem } from "./problem.js";

/** Where a run finds what it needs. */
export type Source = Pick<
  EngineOptions,
  "secrets" | "tools" | "agents" | "autoAgents" | "spawner" | "code" | "artifacts"
>;

/** The part of a run that decides what it needs. */
export interface ResourceRequest {
  readonly workflow: Workflow;
  readonly origin: Origin;
  /** Checked, with their defaults; they tell which agents a matrix will name. */
  readonly inputs?: JsonObject | undefined;
  /** Forced by the caller, over the file's. */
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  /** Steps that may still run, each with its Undo; absent: all, and those of sub-workflows too. */
  readonly steps?: readonly Step[] | undefined;
}

/** What was found of one file. */
export interface Examined {
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly finder: AgentFinder;
  readonly known: KnownValues;
  /** Of the file, and of its sub-workflows. */
  readonly problems: readonly PreflightProblem[];
  /** Sub-workflows by the key of their step, where they were loaded. */
  readonly children: ReadonlyMap<string, ExaminedChild>;
}

/** A sub-workflow, as its run will get it. */
export interface ExaminedChild extends Examined {
  readonly workflow: Workflow;
}

/** What all files of a run share: each agent is asked once, each secret is read once. */
interface Shared {
  readonly source: Source;
  readonly finder: AgentFinder;
  readonly within: readonly string[];
}

/** Looks for everything that the steps need and tells all that is missing. Writes nothing and makes no model call. */
export function examine(source: Source, request: ResourceRequest): Promise<Examined> {
  return examineFile(request, { source, finder: new AgentFinder(source, request.origin.cwd), within: [] });
}

async function examineFile(request: ResourceRequest, shared: Shared): Promise<Examined> {
  const { workflow, inputs } = request;
  const { within, finder } = shared;
  const problems: PreflightProblem[] = [];
  const report = (error: AiwError, step?: string) => {
    problems.push({ within, error, ...(step === undefined ? {} : { step }) });
  };
  const steps = [...placedSteps(request.steps ?? allSteps(workflow))];
  for (const error of laterInFile(workflow)) report(error);
  for (const placed of steps) for (const error of laterInStep(placed)) report(error, placed.key);
  const secrets = await findSecrets(request, shared, report);
  const tools = await findTools({ request, steps, shared }, report);
  const known = new KnownValues(workflow, inputs);
  for (const { step, key } of steps) {
    const error = placeProblem({ step, key }, request, shared);
    if (error !== undefined) report(error, key);
    if (step.kind !== "agent") continue;
    for (const problem of await checkAgents({ step, key }, request, { finder, known })) report(problem, key);
  }
  const children =
    request.steps === undefined ? await findChildren({ request, steps, shared }, { report, known }) : new Map();
  for (const child of children.values()) problems.push(...child.problems);
  return { secrets, tools, finder, known, problems, children };
}

type Report = (error: AiwError, step?: string) => void;

interface Looking {
  readonly request: ResourceRequest;
  readonly steps: readonly PlacedStep[];
  readonly shared: Shared;
}

async function findSecrets(
  { workflow }: ResourceRequest,
  { source }: Shared,
  report: Report,
): Promise<Record<string, Secret>> {
  const found: [string, Secret][] = [];
  for (const name of workflow.secrets) {
    const secret = await source.secrets(name);
    // What only signs deliveries is needed by whoever receives them.
    if (secret === undefined && signsOnly(workflow, name)) continue;
    if (secret === undefined) {
      report(
        new AiwError("secret_missing", `the secret ${name} has no value`, {
          hint: `set the environment variable ${name}, or pass a file with --secrets-file`,
          details: { secret: name },
        }),
      );
    } else if (isMaskable(secret)) found.push([name, secret]);
    else {
      report(
        new AiwError("secret_unsafe", `the secret ${name} is too short to be masked in output`, {
          hint: "use a longer value; short ones would be cut out of ordinary text",
          details: { secret: name },
        }),
      );
    }
  }
  return Object.fromEntries(found);
}

/** Is the secret that of a webhook, and does nothing that runs read it? */
function signsOnly({ on = [], ...rest }: Workflow, name: string): boolean {
  const isSigning = on.some((trigger) => trigger.type === "webhook" && trigger.secret === name);
  return isSigning && !new RegExp(`\\bsecrets\\s*\\.\\s*${name}\\b`).test(JSON.stringify(rest));
}

async function findTools({ request, steps, shared }: Looking, report: Report): Promise<Map<string, Tool>> {
  const tools = new Map<string, Tool>();
  for (const { step, key } of steps) {
    if (step.kind !== "tool") continue;
    try {
      const tool = tools.get(step.tool) ?? (await shared.source.tools(step.tool, request));
      if (tool === undefined) throw noTool(key, step.tool);
      tools.set(step.tool, tool);
      const names = tool.operations.map((operation) => operation.name);
      if (names.includes(step.operation)) continue;
      throw new AiwError("tool_not_found", `step ${key}: tool ${step.tool} has no operation ${step.operation}`, {
        hint: `it has ${names.join(", ")}`,
      });
    } catch (error) {
      report(asAiwError(error), key);
    }
  }
  return tools;
}

function noTool(step: string, tool: string): AiwError {
  return new AiwError("tool_not_found", `step ${step}: there is no tool ${tool}`, {
    hint: "declare it under `tools:` or put its script into the bundle's `tools/` folder",
  });
}

/** What this program, and not the machine, lacks for the step. */
function placeProblem(
  { step, key }: PlacedStep,
  { workflow }: ResourceRequest,
  { source }: Shared,
): AiwError | undefined {
  if (step.artifacts !== undefined && step.artifacts.length > 0 && source.artifacts === undefined) {
    return new AiwError("unsupported_option", `step ${key} keeps artifacts, and there is nowhere to keep them`, {
      hint: "remove `artifacts:`, or give the engine an artifact store",
    });
  }
  if (step.kind !== "code" || source.code?.(workflow, key) !== undefined) return undefined;
  return new AiwError("workflow_invalid", `step ${key} of ${workflow.name} is code that this program does not have`, {
    hint: "run it from the program that built the workflow",
  });
}

/** A child's inputs, with its defaults, where they depend on nothing that the run has to find out. */
function knownInputs(step: UseStep, { inputs }: Workflow, known: KnownValues): JsonObject | undefined {
  const given = step.with === undefined ? {} : known.ofTemplate(step.with);
  if (!isJsonObject(given)) return undefined;
  const values = Object.entries(inputs).flatMap(([name, { schema }]) => {
    const value = Object.hasOwn(given, name) ? given[name] : schema.default;
    return value === undefined ? [] : [[name, applyDefaults(schema, value)] as const];
  });
  return Object.fromEntries(values);
}

async function findChildren(
  { request, steps, shared }: Looking,
  { report, known }: { readonly report: Report; readonly known: KnownValues },
): Promise<Map<string, ExaminedChild>> {
  const children = new Map<string, ExaminedChild>();
  for (const { step, key } of steps) {
    // A package is no file: that it is not in this version was said.
    if (step.kind !== "use" || step.use.startsWith("@")) continue;
    try {
      const { workflow, from } = childWorkflow(request, step);
      const { origin, agent, model } = request;
      const own = {
        workflow,
        origin: { ...from, cwd: origin.cwd },
        agent,
        model,
        inputs: knownInputs(step, workflow, known),
      };
      const examined = await examineFile(own, { ...shared, within: [...shared.within, key] });
      children.set(key, { ...examined, workflow });
    } catch (error) {
      report(asAiwError(error), key);
    }
  }
  return children;
}
