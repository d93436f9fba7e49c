import type { AgentFacts, AgentFailed, AiwErrorOptions, ErrorCode, ErrorInfo } from "@aiw/core";
import { isAiwError, isErrorCode, toErrorInfo } from "@aiw/core";

/** An error as data, with a code of the documented table. */
export function errorInfo(code: ErrorCode, message: string, options: Omit<AiwErrorOptions, "cause"> = {}): ErrorInfo {
  return {
    code,
    message,
    ...(options.hint === undefined ? {} : { hint: options.hint }),
    ...(options.retryable === true ? { retryable: true } : {}),
    ...(options.retryAfterMs === undefined ? {} : { retryAfterMs: options.retryAfterMs }),
    ...(options.details === undefined ? {} : { details: options.details }),
  };
}

/** A failed turn. */
export function failed(error: ErrorInfo, facts: AgentFacts & { readonly text?: string | undefined } = {}): AgentFailed {
  return { status: "failed", error, ...facts };
}

/**
 * Why a turn was aborted: the reason of the signal when it is an error of ours (time-out, lost lease), else
 * `cancelled`.
 */
export function abortError(agent: string, signal: AbortSignal): ErrorInfo {
  const reason: unknown = signal.reason;
  if (isAiwError(reason)) return toErrorInfo(reason);
  if (typeof reason === "string" && isErrorCode(reason)) return errorInfo(reason, `${agent}: ${reason}`);
  return errorInfo("cancelled", `${agent}: cancelled`);
}

/** An option that an agent cannot honour. */
export function unsupported(agent: string, message: string, hint: string): ErrorInfo {
  return errorInfo("unsupported_option", `${agent}: ${message}`, { hint, details: { agent } });
}
