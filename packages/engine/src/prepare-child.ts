import {
  AiwError,
  isJsonObject,
  type Json,
  type JsonObject,
  type NewEvent,
  type RunState,
  type StepState,
  type UseStep,
} from "@aiw/core";
import { childWorkflow } from "./child-workflow.js";
import { digest } from "./digest.js";
import { keyOf } from "./prepare-attempt.js";
import type { Prepared, Preparing } from "./preparing.js";
import { journaledInput, renderInput, restoreInput } from "./render.js";
import { childStart } from "./start.js";

/** Starts the sub-workflow of a step, or goes on with it where it has begun already. */
export function prepareChild(state: RunState, step: UseStep, { row, context, scope }: Preparing): Prepared {
  const { workflow } = state;
  const undone = undoneChild(state, row);
  const run = undone ?? childId(state, row);
  const input = row.input ?? journaledInput(renderInput(context.evaluator, scope, { workflow, step }));
  const attempt = row.attempts + 1;
  const data: Extract<NewEvent, { type: "step.started" }>["data"] = {
    attempt,
    fence: state.fence,
    kind: "use",
    key: keyOf(state, row),
    input: undone === undefined ? input : {},
    child: run,
    ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }),
  };
  const event: NewEvent = { type: "step.started", step: row.path, data };
  if (undone !== undefined) return { do: "start", events: [event], child: { run, mode: "undo" } };
  const given = restoreInput(input, () => renderInput(context.evaluator, scope, { workflow, step })).with;
  const child = childStart(state, {
    run,
    step: row.path,
    used: childWorkflow(state, step),
    inputs: inputsOf(given),
    now: context.now,
    isKnown: attempt > 1 || state.epoch > 0,
  });
  return { do: "start", events: [event], child };
}

/** The same for every attempt of the step and after a reopening: what the child has completed is never repeated. */
function childId(
  { run, createdAt, epoch }: RunState,
  { path, childEpoch, section }: Pick<StepState, "path" | "childEpoch" | "section">,
): string {
  // What runs at the end is made anew each time.
  const since = section === "steps" ? childEpoch : epoch;
  const parts = ["aiw child 1", run, createdAt, path, ...(since === 0 ? [] : [since])];
  return `${run.slice(0, 60)}.${digest(JSON.stringify(parts)).slice(0, 16)}`;
}

/** The run that a completed step without an Undo of its own had started: its steps are undone there. */
function undoneChild(state: RunState, row: StepState): string | undefined {
  const target =
    row.section === "undo" ? state.undoable.findLast(({ path }) => `${path}!undo` === row.path) : undefined;
  if (target === undefined || target.step.undo !== undefined) return undefined;
  return childId(state, { path: target.path, childEpoch: 0, section: "steps" });
}

function inputsOf(given: unknown): JsonObject {
  if (given === undefined || given === null) return {};
  const value: Json = JSON.parse(JSON.stringify(given));
  if (isJsonObject(value)) return value;
  throw new AiwError("input_invalid", "the inputs of a sub-workflow are a map", { hint: "write `with:` as a map" });
}
