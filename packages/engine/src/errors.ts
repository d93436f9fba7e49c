import { AiwError, fromErrorInfo, isAiwError, toErrorInfo } from "@aiw/core";

/** Any error as one of ours. */
export function asAiwError(error: unknown): AiwError {
  if (error instanceof AiwError) return error;
  // Ours too, from another copy of the package.
  if (isAiwError(error)) return fromErrorInfo(toErrorInfo(error));
  const { message, hint } = toErrorInfo(error);
  return new AiwError("internal", message, { hint, cause: error });
}
