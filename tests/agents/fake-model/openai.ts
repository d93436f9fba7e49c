import { randomUUID } from "node:crypto";
import { isJsonObject, type JsonObject } from "@aiw/core";
import { type Ask, type FakeReply, fakeTokens, mentions, type Scenario } from "./scenario.js";

/** Answers `POST /v1/responses` of the OpenAI Responses API. */
export function openaiReply(scenario: Scenario, ask: Ask): FakeReply {
  switch (scenario.do) {
    case "hang":
    case "drop":
      return { kind: scenario.do };
    case "status":
      return failure(scenario.status, messages[scenario.status], null, scenario.retryAfterSeconds);
    case "overflow":
      return failure(400, "Your input exceeds the context window of this model.", "context_length_exceeded");
    case "flaky":
      return ask.number <= scenario.times ? failure(429, messages[429]) : response(ask, text(scenario.text));
    case "text":
      return response(ask, text(scenario.text));
    case "structured":
      return response(ask, text(JSON.stringify(scenario.value)));
    case "loop":
      return response(ask, shell(ask, scenario.command));
    default:
      return hasToolResult(ask) ? response(ask, text(scenario.text)) : response(ask, shell(ask, commandOf(scenario)));
  }
}

const messages = {
  401: "Incorrect API key provided.",
  404: "The requested model 'nosuch' does not exist.",
  429: "Rate limit reached.",
  500: "The server had an error.",
  529: "The engine is currently overloaded.",
} as const;

function commandOf(scenario: Extract<Scenario, { do: "write" | "shell" | "fetch" }>): string {
  switch (scenario.do) {
    case "write":
      return `printf %s '${scenario.content}' > '${scenario.path}'`;
    case "shell":
      return scenario.command;
    case "fetch":
      return `curl -sS -m 5 '${scenario.address}'`;
  }
}

function hasToolResult(ask: Ask): boolean {
  const input = ask.body.input;
  return Array.isArray(input) && mentions(input.at(-1), "_call_output");
}

function text(value: string): JsonObject {
  return {
    type: "message",
    id: `msg_${randomUUID()}`,
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text: value, annotations: [] }],
  };
}

/** A call of whichever shell tool the request offers. */
function shell(ask: Ask, command: string): JsonObject {
  const tools = Array.isArray(ask.body.tools) ? ask.body.tools.filter(isJsonObject) : [];
  const names = tools.map((tool) => tool.name);
  const [name, input] = names.includes("exec_command")
    ? ["exec_command", { cmd: command }]
    : names.includes("shell_command")
      ? ["shell_command", { command }]
      : ["shell", { command: ["bash", "-lc", command] }];
  const id = randomUUID();
  return { type: "function_call", id: `fc_${id}`, call_id: `call_${id}`, name, arguments: JSON.stringify(input) };
}

function failure(status: number, message: string, code: string | null = null, retryAfterSeconds?: number): FakeReply {
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return { kind: "json", status, body: { error: { message, type: "invalid_request_error", code } }, headers };
}

function response(ask: Ask, item: JsonObject): FakeReply {
  const id = `resp_${randomUUID()}`;
  const isText = item.type === "message";
  const input = fakeTokens.input + fakeTokens.cacheRead + (hasToolResult(ask) ? fakeTokens.toolResult : 0);
  const output = (isText ? fakeTokens.text : fakeTokens.toolCall) + fakeTokens.reasoning;
  const usage = {
    input_tokens: input,
    input_tokens_details: { cached_tokens: fakeTokens.cacheRead },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: fakeTokens.reasoning },
    total_tokens: input + output,
  };
  const head = { id, object: "response", created_at: 1, model: ask.body.model ?? "fake" };
  const completed = { ...head, status: "completed", output: [item], usage };
  if (ask.body.stream !== true) return { kind: "json", status: 200, body: completed };
  return {
    kind: "events",
    events: [
      { type: "response.created", response: { ...head, status: "in_progress", output: [] } },
      { type: "response.output_item.added", output_index: 0, item: isText ? { ...item, content: [] } : item },
      { type: "response.output_item.done", output_index: 0, item },
      { type: "response.completed", response: completed },
    ],
  };
}
