import type { ErrorCode, ErrorInfo, JsonObject } from "@aiw/core";
import { numberAt, textAt } from "../cli/event.js";
import { codeOfStatus, codeOfText, serviceError } from "../error-text.js";
import { errorInfo } from "../failure.js";

/**
 * The failure that a `result` line reports, if it does. `is_error` decides: `subtype` is `success` even after a refused
 * key. Typed fields come before words.
 */
export function claudeError(result: JsonObject, retryAfterMs: number | undefined): ErrorInfo | undefined {
  if (textAt(result, "stop_reason") === "refusal") return serviceError("agent_refused", "claude: the model declined");
  if (result.is_error !== true && textAt(result, "subtype") === "success") return undefined;
  const said = messageOf(result);
  const status = numberAt(result, "api_error_status");
  const limit = limitOf(textAt(result, "subtype"));
  if (textAt(result, "startup_failure_reason") === "sandbox_required_unavailable") return sandboxError();
  if (limit) return errorInfo(limit, `claude: ${said}`, { hint: limitHints[limit] });
  const code = codeOf(result, status, said);
  if (code === "agent_crashed") {
    const hint = "run `claude -p` by hand in the same folder to see why";
    return errorInfo(code, `claude: ${said}`, { hint, retryable: true });
  }
  return serviceError(code, `claude: ${said}`, {
    hint: code === "auth" ? loginHint : undefined,
    retryAfterMs: code === "rate_limit" ? retryAfterMs : undefined,
    details: status === undefined ? undefined : { status },
  });
}

/** `details.reason` of {@link sandboxError}. */
export const sandboxUnavailable = "sandbox_unavailable";

/** Claude cannot start its command sandbox. It says so in its result, or, in some versions, on stderr alone. */
export function sandboxError(): ErrorInfo {
  return errorInfo("unsupported_option", "claude: its command sandbox cannot start on this machine", {
    hint: "install what it needs (Linux: bubblewrap and socat), or use `permissions: { run: [] }`",
    details: { agent: "claude", reason: sandboxUnavailable },
  });
}

/** What to do when claude is not logged in. */
export const loginHint = "run `claude` once and log in, or set ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN";

const limitHints: Partial<Record<ErrorCode, string>> = {
  turn_limit: "give the step a smaller task or raise the limit",
  budget_exceeded: "raise the budget or give the step a smaller task",
  invalid_output: "simplify the declared output, or say in the prompt what each field means",
};

function limitOf(subtype: string | undefined): ErrorCode | undefined {
  if (subtype === "error_max_turns") return "turn_limit";
  if (subtype === "error_max_budget_usd") return "budget_exceeded";
  return subtype === "error_max_structured_output_retries" ? "invalid_output" : undefined;
}

function codeOf(result: JsonObject, status: number | undefined, said: string): ErrorCode {
  if (textAt(result, "terminal_reason") === "prompt_too_long") return "context_overflow";
  const ofText = codeOfText(said);
  if (status === undefined) return ofText ?? "agent_crashed";
  // A 400 and a 403 have many reasons; the words tell which.
  const isVague = status === 400 || status === 403;
  return (isVague ? (ofText ?? codeOfStatus(status)) : codeOfStatus(status)) ?? ofText ?? "agent_crashed";
}

function messageOf(result: JsonObject): string {
  const text = textAt(result, "result");
  if (text) return text;
  const errors = result.errors;
  const list = Array.isArray(errors) ? errors.filter((item) => typeof item === "string") : [];
  return list.length > 0 ? list.join("; ") : (textAt(result, "subtype") ?? "failed without a message");
}
