import { AiwError, fromErrorInfo, isAiwError, toErrorInfo } from "@aiw/core";

/** Any error as one of ours. */
export function asAiwError(error: unknown): AiwError {
  if (error instanceof AiwError) return error;
  // Ours too, from another copy of the package.
  if (isAiwError(error)) return fromErrorInfo(toErrorInfo(error));
  const { message, hint } = toErrorInfo(error);
  return new AiwError("internal", message, { hint, cause: error });
}

/** The id belongs to another run. */
export function conflict(run: string): AiwError {
  return new AiwError("run_conflict", `run ${run} exists with another workflow or other inputs`, {
    hint: "choose another run id, or ask for exactly the same to attach",
  });
}

/** The engine was closed before the run ended. */
export function closedError(run: string): AiwError {
  return new AiwError("closed", `the engine was closed while run ${run} was under way`, {
    hint: `go on with \`aiw resume ${run}\``,
  });
}

/** The same error, with how to go on with the run. */
export function withHint(error: AiwError, run: string): AiwError {
  const goOn = `then go on with \`aiw resume ${run}\`: completed steps are kept`;
  const { code, message, retryable, details } = error;
  return new AiwError(code, message, {
    hint: error.hint === undefined ? goOn : `${error.hint}; ${goOn}`,
    retryable,
    details,
    cause: error,
  });
}

/** The run takes nothing more. */
export function endedError(run: string, status: string): AiwError {
  return new AiwError("run_ended", `run ${run} has ended (${status})`, {
    hint: "`aiw resume RUN` opens a failed or cancelled run again",
  });
}

/** An error for the log. */
export function asFacts(error: unknown): Readonly<Record<string, unknown>> {
  const { code, message } = toErrorInfo(error);
  return { code, message };
}
