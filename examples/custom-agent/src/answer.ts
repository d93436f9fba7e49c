import { type AgentResult, type ErrorInfo, isJsonObject, type Json, type Usage } from "@aiw/core";

/** The final message of a completion. */
export function readAnswer(id: string, body: unknown, isStructured: boolean): AgentResult {
  const choice = isJsonObject(body) && Array.isArray(body.choices) ? body.choices[0] : undefined;
  const message = isJsonObject(choice) ? choice.message : undefined;
  const text = isJsonObject(message) ? message.content : undefined;
  if (!isJsonObject(body) || typeof text !== "string" || text === "") {
    return { status: "failed", error: { code: "agent_protocol", message: `${id}: the answer holds no message` } };
  }
  const facts = {
    usage: readUsage(body.usage),
    ...(typeof body.model === "string" ? { model: body.model } : {}),
  };
  if (!isStructured) return { status: "completed", text, ...facts };
  const structured = parse(text);
  if (structured !== undefined) return { status: "completed", text, structured, ...facts };
  const reason = `${id}: the answer is not the JSON that was asked for`;
  return { status: "failed", error: { code: "invalid_output", message: reason }, text, ...facts };
}

/** What a status means for retry and failover. Decided here, where it is known. */
export function readFailure(id: string, status: number, retryAfter: string | null): ErrorInfo {
  const seconds = Number(retryAfter);
  const later = retryAfter !== null && seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {};
  const details = { status };
  switch (status) {
    case 401:
    case 403:
      return { code: "auth", message: `${id}: the key was refused`, hint: "give another key", details };
    case 404:
      return {
        code: "model_not_found",
        message: `${id}: no such model`,
        hint: "ask the server for its models",
        details,
      };
    case 429:
      return { code: "rate_limit", message: `${id}: too many requests`, retryable: true, ...later, details };
    default:
      return status >= 500
        ? { code: "overloaded", message: `${id}: the server failed (${status})`, retryable: true, ...later, details }
        : { code: "agent_protocol", message: `${id}: the server refused the request (${status})`, details };
  }
}

function readUsage(usage: unknown): Usage {
  const count = (from: unknown, name: string) => {
    const value = isJsonObject(from) ? from[name] : undefined;
    return typeof value === "number" ? value : 0;
  };
  const [prompt, completion] = isJsonObject(usage)
    ? [usage.prompt_tokens_details, usage.completion_tokens_details]
    : [undefined, undefined];
  const cached = count(prompt, "cached_tokens");
  return {
    inputTokens: count(usage, "prompt_tokens") - cached,
    cacheReadTokens: cached,
    cacheWriteTokens: 0,
    outputTokens: count(usage, "completion_tokens"),
    reasoningTokens: count(completion, "reasoning_tokens"),
  };
}

function parse(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
