import type { Json, JsonObject } from "../json.js";
import type { Secret } from "../secret.js";
import { outcomeOf } from "./decide-end.js";
import { parseStepPath } from "./path.js";
import type { RunState, StepState } from "./state.js";

/** What the journal does not hold and expressions may still read. */
export interface ScopeSources {
  readonly secrets?: Readonly<Record<string, Secret>> | undefined;
  /** Variables of `env.*`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Attempt that is being prepared, for `run.attempt`. */
  readonly attempt?: number | undefined;
  /** The step that is being prepared: brings its loop variable, and to an Undo the result that it undoes. */
  readonly row?: Pick<StepState, "key" | "step" | "item" | "section"> | undefined;
}

/** One attempt, for `fail-if`. */
export interface AttemptFacts {
  readonly output: Json;
  readonly text: string | null;
  readonly status: string;
  readonly exitCode: number | null;
  readonly stderr: string | null;
}

/**
 * Root names that expressions read while a run is under way; the names that the checker of workflow files offers.
 * Cheap: `steps` is the state's own table of views.
 */
export function runScope(state: RunState, sources: ScopeSources = {}): Readonly<Record<string, unknown>> {
  const { row } = sources;
  return {
    ...loopVariable(state, row),
    ...(state.overAt === undefined ? {} : { error: errorOf(state) }),
    inputs: inputsOf(state),
    secrets: sources.secrets ?? {},
    env: sources.env ?? {},
    run: {
      id: state.run,
      attempt: sources.attempt ?? 1,
      trigger: state.trigger,
      started_at: new Date(state.createdAt).toISOString(),
      status: state.end?.status ?? (state.overAt === undefined ? "running" : outcomeOf(state).status),
    } satisfies JsonObject,
    steps: row?.section === "undo" ? undoViews(state, row) : state.views,
  };
}

function loopVariable(state: RunState, row: ScopeSources["row"]): Readonly<Record<string, Json>> {
  if (row?.item === undefined) return {};
  // An Undo has the variable of the step that it undoes.
  const { foreach } = state.graph.steps.get(row.step.id) ?? row.step;
  return { [foreach?.as ?? "item"]: row.item.value };
}

/** `error` of On failure, Finally and Undo: why the run failed, null when it did not. */
function errorOf(state: RunState): JsonObject | null {
  const { status, error, step } = outcomeOf(state);
  if (status !== "failed" || error === undefined) return null;
  const undone = [...state.undos].filter(([, undo]) => undo.error === undefined).map(([path]) => path);
  return {
    step: step === undefined ? null : (parseStepPath(step)?.id ?? step),
    code: error.code,
    message: error.message,
    undone,
  };
}

/** There the step that is undone has the result of its own item or round. */
function undoViews(state: RunState, row: NonNullable<ScopeSources["row"]>): RunState["views"] {
  const target = state.undoable.findLast(({ path }) => `${path}!undo` === row.key);
  return target === undefined ? state.views : { ...state.views, [target.step.id]: target.view };
}

/** The scope of `fail-if`: the run's, and the attempt that just ended. */
export function attemptScope(
  scope: Readonly<Record<string, unknown>>,
  attempt: AttemptFacts,
): Readonly<Record<string, unknown>> {
  const { output, text, status, exitCode, stderr } = attempt;
  return { ...scope, output, text, status, exit_code: exitCode, stderr };
}

/** Declared inputs without a value read as null. */
function inputsOf(state: RunState): JsonObject {
  const missing = Object.keys(state.workflow.inputs).filter((name) => !Object.hasOwn(state.inputs, name));
  if (missing.length === 0) return state.inputs;
  return { ...state.inputs, ...Object.fromEntries(missing.map((name) => [name, null])) };
}
