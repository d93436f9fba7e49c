import type { AiwErrorOptions, ErrorCode, ErrorInfo } from "@aiw/core";
import { errorInfo } from "./failure.js";

/** What an HTTP status of a model's service means. Undefined where the status alone says too little. */
export function codeOfStatus(status: number): ErrorCode | undefined {
  if (status === 401 || status === 403) return "auth";
  if (status === 402) return "billing";
  if (status === 404) return "model_not_found";
  if (status === 408) return "network";
  if (status === 413) return "context_overflow";
  if (status === 429) return "rate_limit";
  return status >= 500 ? "overloaded" : undefined;
}

/** Read of an error's text. */
const maxReadChars = 20_000;

/**
 * What the text of an agent's error means. Specific meanings stand before general ones: a status in the text decides
 * only where the words do not.
 */
export function codeOfText(whole: string): ErrorCode | undefined {
  const text = whole.slice(0, maxReadChars);
  const rule = rules.find(([, pattern]) => pattern.test(text));
  if (rule) return rule[0];
  const status = /\b(?:status:?|error:?|http)\s+(\d{3})\b/i.exec(text)?.[1];
  return status === undefined ? undefined : codeOfStatus(Number(status));
}

const rules: readonly (readonly [ErrorCode, RegExp])[] = [
  ["context_overflow", /prompt is too long|context window|context length|context_length_exceeded|too many tokens/i],
  ["billing", /credit balance|insufficient_quota|billing|payment required|purchase more credits/i],
  ["rate_limit", /usage limit|rate.?limit|too many requests|quota|hit your (?:\w+ )?limit|limit reached/i],
  [
    "model_not_found",
    /(?:issue with the selected|unknown|unsupported|invalid) model|model\b.{0,80}(?:does not exist|not (?:found|supported|available))/i,
  ],
  [
    "auth",
    /not logged in|please run \/login|unauthori[sz]ed|invalid (?:api|x-api|authentication)|incorrect api key|authentication|forbidden|missing (?:api key|environment variable)|token (?:has )?expired|refresh token/i,
  ],
  ["overloaded", /overloaded|high demand|at capacity|service unavailable|server error|internal server|bad gateway/i],
  [
    "network",
    /stream disconnected|error sending request|connection (?:error|refused|reset|closed)|econn\w+|enotfound|etimedout|eai_again|network|socket hang up|timed? ?out|unable to connect|fetch failed|dns/i,
  ],
  ["agent_refused", /usage polic(?:y|ies)|content policy|unable to respond to this request|cyber_policy|refused/i],
];

const hints: Partial<Record<ErrorCode, string>> = {
  context_overflow:
    "shorten the prompt, pass files by name instead of by content, or choose a model with a larger context",
  billing: "check the credit and plan of the account",
  rate_limit: "wait, lower max-parallel, or name a second agent to fail over to",
  model_not_found: "check `model:`; it must be a name that this account may use",
  overloaded: "try again later, or name a second agent to fail over to",
  network: "check the connection, the proxy variables and the configured base URL",
  agent_refused: "rephrase the task, or name another agent",
};

const retryable: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["rate_limit", "overloaded", "network"]);

/** An error of a model's service, with what the reader can do and whether another attempt makes sense. */
export function serviceError(
  code: ErrorCode,
  message: string,
  options: Pick<AiwErrorOptions, "hint" | "retryAfterMs" | "details"> = {},
): ErrorInfo {
  return errorInfo(code, oneLine(message), {
    hint: options.hint ?? hints[code],
    retryable: retryable.has(code),
    retryAfterMs:
      options.retryAfterMs ?? (code === "rate_limit" ? retryAfterOfText(message.slice(0, maxReadChars)) : undefined),
    details: options.details,
  });
}

/** `try again in 1.5s`, `in 20 seconds`, `in 2 hours 5 minutes`: milliseconds, where a text says so. */
export function retryAfterOfText(text: string): number | undefined {
  const phrase = /(?:try again|retry|resets?)\s+(?:in|after)\s+((?:[\d.]+\s*[a-z]+[\s,]*(?:and\s+)?)+)/i.exec(
    text,
  )?.[1];
  if (phrase === undefined) return undefined;
  let total = 0;
  for (const [, amount, unit] of phrase.matchAll(/([\d.]+)\s*([a-z]+)/gi)) {
    total += Number(amount) * (unitMs(unit ?? "") ?? 0);
  }
  return total > 0 ? Math.ceil(total) : undefined;
}

function unitMs(unit: string): number | undefined {
  if (/^(?:ms|millisecond)/i.test(unit)) return 1;
  if (/^s/i.test(unit)) return 1_000;
  if (/^m/i.test(unit)) return 60_000;
  if (/^h/i.test(unit)) return 3_600_000;
  return /^d/i.test(unit) ? 86_400_000 : undefined;
}

/** The text as one line of at most 500 characters. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 500 ? `${line.slice(0, 499)}…` : line;
}
