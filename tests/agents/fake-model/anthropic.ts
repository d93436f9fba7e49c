import { randomUUID } from "node:crypto";
import type { JsonObject } from "@aiw/core";
import { type Ask, type FakeReply, fakeTokens, mentions, type Scenario } from "./scenario.js";

/** Answers `POST /v1/messages` of the Anthropic Messages API. */
export function anthropicReply(scenario: Scenario, ask: Ask): FakeReply {
  switch (scenario.do) {
    case "hang":
    case "drop":
      return { kind: scenario.do };
    case "status":
      return failure(scenario.status, errorTypes[scenario.status], scenario.retryAfterSeconds);
    case "overflow":
      return failure(400, "invalid_request_error", undefined, "prompt is too long: 250000 tokens > 200000 maximum");
    case "flaky":
      return ask.number <= scenario.times ? failure(429, "rate_limit_error") : message(ask, [text(scenario.text)]);
    case "text":
      return message(ask, [text(scenario.text)]);
    case "structured":
      return message(ask, [tool("StructuredOutput", scenario.value)]);
    case "loop":
      return message(ask, [tool("Bash", { command: scenario.command })]);
    default:
      if (hasToolResult(ask)) return message(ask, [text(scenario.text)]);
      return message(ask, [text("I will do that."), toolOf(scenario)]);
  }
}

const errorTypes = {
  401: "authentication_error",
  404: "not_found_error",
  429: "rate_limit_error",
  500: "api_error",
  529: "overloaded_error",
} as const;

type ToolScenario = Extract<Scenario, { do: "write" | "shell" | "fetch" }>;

function toolOf(scenario: ToolScenario): JsonObject {
  switch (scenario.do) {
    case "write":
      return tool("Write", { file_path: scenario.path, content: scenario.content });
    case "shell":
      return tool("Bash", { command: scenario.command });
    case "fetch":
      return tool("WebFetch", { url: scenario.address, prompt: "What is there?" });
  }
}

/** Is the newest message of the user the result of a tool? Earlier turns of a resumed session do not count. */
function hasToolResult(ask: Ask): boolean {
  const messages = ask.body.messages;
  return Array.isArray(messages) && mentions(messages.at(-1), '"tool_result"');
}

function text(value: string): JsonObject {
  return { type: "text", text: value };
}

function tool(name: string, input: JsonObject): JsonObject {
  return { type: "tool_use", id: `toolu_${randomUUID().replaceAll("-", "").slice(0, 24)}`, name, input };
}

function failure(status: number, type: string, retryAfterSeconds?: number, message = `fake ${type}`): FakeReply {
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return { kind: "json", status, body: { type: "error", error: { type, message } }, headers };
}

function message(ask: Ask, blocks: readonly JsonObject[]): FakeReply {
  const usesTool = blocks.some((block) => block.type === "tool_use");
  const usage = {
    input_tokens: fakeTokens.input + (hasToolResult(ask) ? fakeTokens.toolResult : 0),
    cache_read_input_tokens: fakeTokens.cacheRead,
    cache_creation_input_tokens: fakeTokens.cacheWrite,
    output_tokens: usesTool ? fakeTokens.toolCall : fakeTokens.text,
  };
  const stopReason = usesTool ? "tool_use" : "end_turn";
  const head = { id: `msg_${randomUUID()}`, type: "message", role: "assistant", model: ask.body.model ?? "fake" };
  if (ask.body.stream !== true) {
    const body = { ...head, content: blocks, stop_reason: stopReason, stop_sequence: null, usage };
    return { kind: "json", status: 200, body };
  }
  const start = { ...head, content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } };
  return {
    kind: "events",
    events: [
      { type: "message_start", message: start },
      ...blocks.flatMap(blockEvents),
      {
        type: "message_delta",
        delta: { stop_reason: stopReason, stop_sequence: null },
        usage: { output_tokens: usage.output_tokens },
      },
      { type: "message_stop" },
    ],
  };
}

function blockEvents(block: JsonObject, index: number): readonly JsonObject[] {
  const isText = block.type === "text";
  const start = isText ? { type: "text", text: "" } : { ...block, input: {} };
  const delta = isText
    ? { type: "text_delta", text: block.text ?? "" }
    : { type: "input_json_delta", partial_json: JSON.stringify(block.input ?? {}) };
  return [
    { type: "content_block_start", index, content_block: start },
    { type: "content_block_delta", index, delta },
    { type: "content_block_stop", index },
  ];
}
