import type {
  ForeachAxis,
  ForeachOver,
  ForeachSpec,
  Json,
  JsonObject,
  RepeatSpec,
  Step,
  ValueTemplate,
  WaitStep,
} from "@aiw/core";
import { given } from "../settings/key-reader.js";
import { cannotSay } from "./fault.js";
import { printExpression, printText, printValue } from "./holes.js";
import { duration, printAgent, printBudget, printCache, printEnv, printRetry } from "./settings.js";
import { printFields, printType } from "./types.js";

/** Where a step is printed. */
export interface StepSpot {
  /** `needs:`; absent: as without the key. */
  readonly needs?: readonly string[];
  /** `id:`; absent: the title gives it. */
  readonly id?: string;
}

/** Settings of a step, in the order of the reference; what is as without them is left out. */
export function stepSettings(step: Step, spot: StepSpot): JsonObject {
  const of = `step '${step.id}'`;
  const { workspace, foreach, repeat, onError } = step;
  const isWaiting = step.kind === "approval" || step.kind === "wait";
  const expression = (source: string | undefined, key: string) =>
    source === undefined ? undefined : printExpression(source, `'${key}' of ${of}`);
  const [need, second] = spot.needs ?? [];
  return given({
    id: spot.id,
    if: expression(step.if, "if"),
    needs: need !== undefined && second === undefined ? need : spot.needs,
    ...kindSettings(step, of),
    env: printEnv(step.env, of),
    cwd: step.cwd === undefined ? undefined : printText(step.cwd, `'cwd' of ${of}`),
    output: step.output === undefined ? undefined : printType(step.output),
    retry: step.retry === undefined ? undefined : printRetry(step.retry),
    timeout: step.timeoutMs === undefined || isWaiting ? undefined : duration(step.timeoutMs),
    "idle-timeout": step.idleTimeoutMs === undefined ? undefined : duration(step.idleTimeoutMs),
    "on-error": onError === "fail" ? undefined : onError,
    "on-interrupt": step.onInterrupt,
    "fail-if": expression(step.failIf, "fail-if"),
    "on-quota": step.onQuota,
    cache: step.cache === undefined ? undefined : printCache(step.cache),
    budget: step.budget === undefined ? undefined : printBudget(step.budget),
    ...waitSettings(step, of),
    ...loopSettings(foreach, of),
    repeat: repeat === undefined ? undefined : printRepeat(repeat, of),
    session: step.kind === "agent" ? step.session : undefined,
    artifacts: step.artifacts,
    workspace: typeof workspace === "object" ? workspaceOf(workspace.step, of) : workspace,
    sandbox: step.sandbox,
    effects:
      step.kind === "agent"
        ? step.effects?.map(({ kind, max }) => (max === undefined ? kind : { kind, max }))
        : undefined,
  });
}

function kindSettings(step: Step, of: string): JsonObject {
  switch (step.kind) {
    case "agent":
      return given({
        agent: printAgent(step.agent, step.routing),
        model: step.model,
        effort: step.effort,
        tools: step.tools,
        permissions: step.permissions === undefined ? undefined : { ...step.permissions },
      });
    case "script":
      return withOf(step.with, of);
    case "tool":
      return {
        tool: step.operation === "run" ? step.tool : `${step.tool}.${step.operation}`,
        ...withOf(step.with, of),
      };
    case "use":
      return { use: step.use, ...withOf(step.with, of) };
    case "code":
      return cannotSay(`${of} is a function of a program: a file cannot hold it`, "write it as a script or a tool");
    default:
      return {};
  }
}

function withOf(value: ValueTemplate | undefined, of: string): JsonObject {
  return value === undefined ? {} : { with: printValue(value, `'with' of ${of}`) };
}

function waitSettings(step: Step, of: string): JsonObject {
  const timeout = step.timeoutMs === undefined ? undefined : duration(step.timeoutMs);
  if (step.kind === "apply") return { apply: step.from };
  if (step.kind === "wait") return { wait: printWait(step, timeout, of) };
  if (step.kind !== "approval") return {};
  const { by, min, fields } = step;
  return {
    approval: {
      ...(by.length === 0 ? {} : { by }),
      ...(min === 1 ? {} : { min }),
      ...given({ timeout }),
      ...(Object.keys(fields).length === 0 ? {} : { fields: printFields(fields, `field of ${of}`) }),
    },
  };
}

function printWait({ wait }: WaitStep, timeout: string | undefined, of: string): JsonObject {
  if ("signal" in wait) {
    const signal = printText(wait.signal, `the signal of ${of}`);
    return { signal, ...given({ schema: wait.schema === undefined ? undefined : printType(wait.schema), timeout }) };
  }
  if (timeout !== undefined) cannotSay(`${of} waits for a time, which cannot time out`);
  return "for" in wait ? { for: duration(wait.for) } : { until: printExpression(wait.until, `'until' of ${of}`) };
}

function loopSettings(foreach: ForeachSpec | undefined, of: string): JsonObject {
  if (foreach === undefined) return {};
  const { over, as, maxParallel } = foreach;
  return {
    foreach: printOver(over, `'foreach' of ${of}`),
    ...(as === "item" ? {} : { as }),
    ...given({ "max-parallel": maxParallel }),
  };
}

function printOver(over: ForeachOver, of: string): Json {
  if (!("matrix" in over)) return printAxis(over, of);
  return Object.fromEntries(Object.entries(over.matrix).map(([name, axis]) => [name, printAxis(axis, of)]));
}

function printAxis(axis: ForeachAxis, of: string): Json {
  return "expr" in axis ? printExpression(axis.expr, of) : axis.list.map((item) => printValue(item, of));
}

function printRepeat({ until, max, everyMs, from }: RepeatSpec, of: string): JsonObject {
  const every = everyMs === undefined ? undefined : duration(everyMs);
  return { until: printExpression(until, `'until' of ${of}`), max, ...given({ every, from }) };
}

/** Two names of the language hide the steps that are called so. */
function workspaceOf(id: string, of: string): string {
  if (id !== "here" && id !== "new") return id;
  return cannotSay(`the workspace of ${of} is that of a step called '${id}', which means something else there`);
}
