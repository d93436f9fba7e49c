import type { Json, JsonObject } from "../json.js";
import type { Secret } from "../secret.js";
import type { RunState } from "./state.js";

/** What the journal does not hold and expressions may still read. */
export interface ScopeSources {
  readonly secrets?: Readonly<Record<string, Secret>> | undefined;
  /** Variables of `env.*`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Attempt that is being prepared, for `run.attempt`. */
  readonly attempt?: number | undefined;
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
  return {
    inputs: inputsOf(state),
    secrets: sources.secrets ?? {},
    env: sources.env ?? {},
    run: {
      id: state.run,
      attempt: sources.attempt ?? 1,
      trigger: state.trigger,
      started_at: new Date(state.createdAt).toISOString(),
      status: state.end?.status ?? (state.failure === undefined ? "running" : "failed"),
    } satisfies JsonObject,
    steps: state.views,
  };
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
