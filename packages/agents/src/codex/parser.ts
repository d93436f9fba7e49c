import type { AgentRequest, ErrorInfo, JsonObject, Progress, Usage } from "@aiw/core";
import { countAt, objectAt, parseEvent, textAt, toolDetail } from "../cli/event.js";
import type { CliParser, TurnState } from "../cli/program.js";
import { codeOfText, serviceError } from "../error-text.js";
import { errorInfo } from "../failure.js";
import { jsonOfText, strictSchema } from "../structured.js";
import { formatSession, parseSession, usageSince } from "./session.js";

/** Reads `codex exec --json`. */
export function createCodexParser(request: Pick<AgentRequest, "outputSchema" | "resume">): CliParser {
  const before = parseSession(request.resume ?? "").totals;
  const state: Mutable<TurnState> = { isFinished: false, events: 0 };
  let thread: string | undefined;

  function push(line: string): readonly Progress[] {
    const event = parseEvent(line);
    if (event === undefined) return [];
    state.events += 1;
    switch (textAt(event, "type")) {
      case "thread.started":
        return onThread(textAt(event, "thread_id"));
      case "item.started":
        return onStarted(objectAt(event, "item"));
      case "item.completed":
        return onCompleted(objectAt(event, "item"));
      case "error":
        return onError(textAt(event, "message") ?? "");
      case "turn.failed":
        state.isFinished = true;
        state.error = codexError(textAt(objectAt(event, "error"), "message") ?? "the turn failed");
        return [];
      case "turn.completed":
        onEnd(objectAt(event, "usage"));
        return [];
      default:
        return [];
    }
  }

  function onThread(id: string | undefined): readonly Progress[] {
    if (id === undefined) return [];
    thread = id;
    state.session = formatSession({ thread: id, totals: before });
    return [{ type: "session", id: state.session }];
  }

  function onCompleted(item: JsonObject | undefined): readonly Progress[] {
    const type = textAt(item, "type");
    const text = textAt(item, "text") ?? "";
    if (type === "agent_message") {
      state.text = text;
      return [{ type: "text", text: `${text}\n` }];
    }
    if (type === "reasoning") return [{ type: "thinking", text: `${text}\n` }];
    // An item of this type is a remark, not the end of the turn.
    return type === "error" ? [{ type: "warning", message: `codex: ${textAt(item, "message") ?? "warning"}` }] : [];
  }

  function onEnd(usage: JsonObject | undefined): void {
    state.isFinished = true;
    const totals = totalsOf(usage);
    state.usage = usageSince(totals, before);
    if (thread !== undefined) state.session = formatSession({ thread, totals });
    if (request.outputSchema === undefined || state.text === undefined) return;
    const value = jsonOfText(state.text);
    if (value !== undefined) state.structured = strictSchema(request.outputSchema)?.restore(value) ?? value;
  }

  function onError(message: string): readonly Progress[] {
    if (/^reconnecting/i.test(message)) return [{ type: "retry", message: `codex: ${message}` }];
    // What comes after may still be the end of a good turn: only `turn.failed` is final.
    return [{ type: "warning", message: `codex: ${message}` }];
  }

  return { push, state };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function onStarted(item: JsonObject | undefined): readonly Progress[] {
  const type = textAt(item, "type");
  switch (type) {
    case "command_execution":
      return [{ type: "tool", name: "shell", detail: toolDetail(item) }];
    case "mcp_tool_call":
      return [{ type: "tool", name: `${textAt(item, "server") ?? "mcp"}.${textAt(item, "tool") ?? "tool"}` }];
    case "file_change":
    case "web_search":
      return [{ type: "tool", name: type, detail: toolDetail(item) }];
    default:
      return [];
  }
}

/** Codex counts cached tokens into the input; the reasoning is part of the output there as here. */
function totalsOf(usage: JsonObject | undefined): Usage {
  const cacheReadTokens = countAt(usage, "cached_input_tokens");
  const cacheWriteTokens = countAt(usage, "cache_write_input_tokens");
  return {
    inputTokens: Math.max(0, countAt(usage, "input_tokens") - cacheReadTokens - cacheWriteTokens),
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens: countAt(usage, "output_tokens"),
    reasoningTokens: countAt(usage, "reasoning_output_tokens"),
  };
}

/** What to do when codex is not logged in. */
export const codexLoginHint = "run `codex login`, or set CODEX_API_KEY (codex does not use OPENAI_API_KEY by itself)";

/** What codex says in words only. */
export function codexError(message: string): ErrorInfo {
  const code = codeOfText(message);
  if (code === undefined) {
    const hint = "run `codex exec` by hand in the same folder to see why";
    return errorInfo("agent_crashed", `codex: ${message}`, { hint, retryable: true });
  }
  return serviceError(code, `codex: ${message}`, { hint: code === "auth" ? codexLoginHint : undefined });
}
