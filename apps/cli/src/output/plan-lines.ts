import { formatDuration } from "@aiw/core";
import type { RunPlan, StepPlan } from "@aiw/runtime";
import { formatError } from "./error.js";
import { oneLine, stripControl } from "./format.js";
import type { Style } from "./style.js";

type FileParts = Pick<RunPlan, "waves" | "onFailure" | "finally">;

/** A plan for people: steps of one number may run side by side. */
export function planLines(plan: RunPlan, style: Style): readonly string[] {
  const { problems } = plan;
  const inputs = Object.entries(plan.inputs).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [
    `${style.bold(oneLine(plan.name, 200))}  ${style.dim(headFacts(plan).join(" · "))}`,
    ...(inputs.length === 0 ? [] : [style.dim(`inputs ${stripControl(inputs.join(", "))}`)]),
    ...fileLines(plan, style),
    ...(plan.outputs.length === 0 ? [] : [style.dim(`outputs ${plan.outputs.join(", ")}`)]),
    "",
    ...(problems.length === 0
      ? [`${style.green("✔")} it can start: nothing was executed`]
      : problems.flatMap(({ step, within, error }) => [
          `${style.red("✖")} ${[...within, step ?? "the file"].join(" › ")}`,
          formatError(error, style),
        ])),
  ];
}

function headFacts({ timeoutMs, concurrency, secrets }: RunPlan): readonly string[] {
  return [
    ...(timeoutMs === undefined ? [] : [`at most ${formatDuration(timeoutMs)}`]),
    ...(concurrency === undefined ? [] : [`group ${concurrency.key ?? "?"} (${concurrency.busy})`]),
    ...(secrets.length === 0 ? [] : [`secrets ${secrets.join(", ")}`]),
  ];
}

function fileLines({ waves, onFailure, finally: last }: FileParts, style: Style): readonly string[] {
  return [
    ...waves.flatMap((wave, index) => wave.flatMap((step) => stepLines(step, `${index + 1}.`, style))),
    ...(onFailure.length === 0 ? [] : [style.dim("on failure")]),
    ...onFailure.flatMap((step) => stepLines(step, "-", style)),
    ...(last.length === 0 ? [] : [style.dim("finally")]),
    ...last.flatMap((step) => stepLines(step, "-", style)),
  ];
}

function stepLines(step: StepPlan, mark: string, style: Style): readonly string[] {
  const indent = " ".repeat(mark.length + 1);
  const child = step.child === undefined ? [] : fileLines(step.child, style);
  return [
    `${mark} ${oneLine(step.title, 80)}${timesOf(step)}  ${style.dim([step.kind, ...workOf(step)].join("  "))}`,
    ...factsOf(step).map((fact) => `${indent}${style.dim(stripControl(fact))}`),
    ...(step.undo === undefined ? [] : stepLines(step.undo, "↺", style).map((line) => `${indent}${line}`)),
    ...child.map((line) => `${indent}${line}`),
  ];
}

/** How often it is made, as far as that is known. */
function timesOf({ foreach, repeat }: StepPlan): string {
  const items = foreach === undefined ? "" : ` ×${foreach.items ?? "?"}`;
  return repeat === undefined
    ? items
    : `${items} ≤${repeat.max} rounds${repeat.from === undefined ? "" : ` from ${repeat.from}`}`;
}

function workOf({ agents = [], tool, approval, wait }: StepPlan): readonly string[] {
  const names = agents.map(({ chosen, failover }) =>
    [chosen, ...failover].map((ref) =>
      ref === null ? "nobody" : `${ref.agent}${ref.model === undefined ? "" : `/${ref.model}`}`,
    ),
  );
  return [
    ...names.map((each) => each.join(", then ")),
    ...(tool === undefined ? [] : [`${tool.name}.${tool.operation}`]),
    ...(approval === undefined ? [] : [`${approval.min} of ${approval.by.join(" or ") || "anybody allowed"}`]),
    ...(wait === undefined ? [] : [waitOf(wait)]),
  ];
}

function waitOf(wait: NonNullable<StepPlan["wait"]>): string {
  if ("forMs" in wait) return formatDuration(wait.forMs);
  return "until" in wait ? `until ${wait.until}` : `signal ${wait.signal ?? "?"}`;
}

function factsOf(step: StepPlan): readonly string[] {
  const { permissions = {}, retry, timeoutMs, cache, session } = step;
  const allowed = Object.entries(permissions).map(([what, list]) => `${what} [${(list ?? []).join(", ")}]`);
  const facts: readonly (readonly [string, string])[] = [
    ["if", step.if ?? ""],
    ["may", allowed.join(", ")],
    ["tools", (step.tools ?? []).join(", ")],
    ["env", step.env.join(", ")],
    ["secrets", step.secrets.join(", ")],
    ["session of", session ?? ""],
    ["retry", retry === undefined ? "" : `${retry.attempts} more`],
    ["time-out", timeoutMs === undefined ? "" : formatDuration(timeoutMs)],
    ["cache", cache === undefined ? "" : formatDuration(cache.forMs)],
    ["keeps", (step.artifacts ?? []).join(", ")],
    ["on error", step.onError === "continue" ? "continue" : ""],
  ];
  const shown = facts.filter(([, value]) => value !== "").map(([name, value]) => `${name} ${value}`);
  const passed = (step.agents ?? [])
    .flatMap(({ passedOver }) => passedOver)
    .map((each) => `passed over ${each.agent}: ${each.reason}`);
  return [...(shown.length === 0 ? [] : [shown.join(" · ")]), ...passed];
}
