import { AiwError } from "@aiw/core";

/** Why a run cannot be made here. */
export interface PreflightProblem {
  /** Key of the step that it is about; absent: the file. */
  readonly step?: string | undefined;
  /** The `use` steps from the run's own file down to the file in which it stands. */
  readonly within: readonly string[];
  readonly error: AiwError;
}

/** The error with its place: whoever starts the run may not know that it has sub-workflows. */
export function placedError({ within, error }: PreflightProblem): AiwError {
  if (within.length === 0) return error;
  const { code, hint, retryable, details } = error;
  const message = `sub-workflow of ${within.join(" > ")}: ${error.message}`;
  return new AiwError(code, message, { hint, retryable, details, cause: error });
}
