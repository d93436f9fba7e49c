import { type ErrorCode, isErrorCode } from "./error-codes.js";
import type { JsonObject } from "./json.js";

/** An error as data: what the journal, `--json` and the inbox carry. Never holds a secret or a stack. */
export interface ErrorInfo {
  readonly code: string;
  /** Lower case, one sentence, names the thing. */
  readonly message: string;
  /** What the reader can do next. */
  readonly hint?: string | undefined;
  /** May the same attempt succeed later without a change? Decided where the fault is known. */
  readonly retryable?: boolean | undefined;
  /** Least time in ms until another attempt makes sense, where the other side said so. */
  readonly retryAfterMs?: number | undefined;
  /** Facts for machines: exit code, HTTP status, position, … */
  readonly details?: JsonObject | undefined;
}

/** Optional parts of an {@link AiwError}. */
export interface AiwErrorOptions {
  readonly hint?: string | undefined;
  readonly retryable?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly details?: JsonObject | undefined;
  readonly cause?: unknown;
}

const brand = Symbol.for("aiw.error");

/**
 * The one error class of AIW. Branded, so that {@link isAiwError} works across duplicate installs.
 * Thrown for broken contracts and the outside world; expected outcomes are returned.
 */
export class AiwError extends Error implements ErrorInfo {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly details: JsonObject | undefined;

  constructor(code: ErrorCode, message: string, options: AiwErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AiwError";
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Is it an error of ours, optionally with this code? */
export function isAiwError(error: unknown, code?: ErrorCode): error is AiwError {
  if (typeof error !== "object" || error === null || !(brand in error)) return false;
  return code === undefined || ("code" in error && error.code === code);
}

/** The error as data. Anything that is not ours becomes `internal`, without its stack. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (isAiwError(error)) {
    const { code, message, hint, retryable, retryAfterMs, details } = error;
    return {
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(retryable ? { retryable } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(details === undefined ? {} : { details }),
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message, hint: "this is a bug in AIW; please report it with `aiw doctor --json`" };
}

/** The error that the data describes; an unknown code becomes `internal` with the code in its message. */
export function fromErrorInfo(info: ErrorInfo): AiwError {
  const { code, message, ...options } = info;
  return isErrorCode(code)
    ? new AiwError(code, message, options)
    : new AiwError("internal", `${code}: ${message}`, options);
}
