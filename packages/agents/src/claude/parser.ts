import type { AgentRequest, JsonObject, Progress } from "@aiw/core";
import { numberAt, objectAt, objectsAt, parseEvent, textAt, toolDetail } from "../cli/event.js";
import type { CliParser, TurnState } from "../cli/program.js";
import { objectSchema } from "../structured.js";
import { claudeError } from "./errors.js";
import { claudeUsage } from "./events.js";

/** Reads `claude -p --output-format stream-json --verbose`. */
export function createClaudeParser(request: Pick<AgentRequest, "outputSchema">, now: () => number): CliParser {
  const restore = request.outputSchema === undefined ? undefined : objectSchema(request.outputSchema).restore;
  const state: Mutable<TurnState> = { isFinished: false, events: 0 };
  let denials = 0;
  let hasDeltas = false;
  let quotaResetsAt: number | undefined;

  function push(line: string): readonly Progress[] {
    const event = parseEvent(line);
    if (event === undefined) return [];
    state.events += 1;
    return [...sessionOf(event), ...updatesOf(event)];
  }

  function sessionOf(event: JsonObject): readonly Progress[] {
    const id = textAt(event, "session_id");
    if (id === undefined || id === state.session) return [];
    state.session = id;
    return [{ type: "session", id }];
  }

  function updatesOf(event: JsonObject): readonly Progress[] {
    switch (textAt(event, "type")) {
      case "system":
        return onSystem(event);
      case "stream_event":
        return onDelta(objectAt(objectAt(event, "event"), "delta"));
      case "assistant":
        return onAssistant(objectAt(event, "message"));
      case "rate_limit_event":
        quotaResetsAt = rejectedUntil(objectAt(event, "rate_limit_info"));
        return [];
      case "result":
        onResult(event);
        return [];
      default:
        return [];
    }
  }

  function onSystem(event: JsonObject): readonly Progress[] {
    switch (textAt(event, "subtype")) {
      case "init":
        state.model = textAt(event, "model");
        return [];
      case "api_retry":
        return [{ type: "retry", message: retryMessage(event) }];
      case "permission_denied":
        denials += 1;
        state.denials = denials;
        return [
          { type: "warning", message: `claude was not allowed to use ${textAt(event, "tool_name") ?? "a tool"}` },
        ];
      default:
        return [];
    }
  }

  function onDelta(delta: JsonObject | undefined): readonly Progress[] {
    const text = textAt(delta, "text");
    if (text !== undefined) {
      hasDeltas = true;
      return [{ type: "text", text }];
    }
    const thinking = textAt(delta, "thinking");
    return thinking === undefined ? [] : [{ type: "thinking", text: thinking }];
  }

  function onAssistant(message: JsonObject | undefined): readonly Progress[] {
    return objectsAt(message, "content").flatMap((block): readonly Progress[] => {
      const text = textAt(block, "text");
      if (text !== undefined) return hasDeltas ? [] : [{ type: "text", text }];
      if (textAt(block, "type") !== "tool_use") return [];
      return [{ type: "tool", name: textAt(block, "name") ?? "tool", detail: toolDetail(objectAt(block, "input")) }];
    });
  }

  function onResult(result: JsonObject): void {
    state.isFinished = true;
    state.text = textAt(result, "result") ?? state.text;
    const { usage, costUsd } = claudeUsage(result);
    state.usage = usage;
    state.costUsd = costUsd;
    state.denials = Math.max(denials, objectsAt(result, "permission_denials").length);
    state.error = claudeError(result, quotaResetsAt === undefined ? undefined : Math.max(0, quotaResetsAt - now()));
    const structured = result.structured_output;
    if (structured !== undefined && structured !== null) state.structured = restore?.(structured) ?? structured;
  }

  return { push, state };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function retryMessage(event: JsonObject): string {
  const status = numberAt(event, "error_status");
  const delay = Math.round((numberAt(event, "retry_delay_ms") ?? 0) / 100) / 10;
  const reason = status === undefined ? (textAt(event, "error") ?? "error") : `status ${status}`;
  return `claude tries again in ${delay} s (${reason}, attempt ${numberAt(event, "attempt") ?? "?"})`;
}

/** When a used-up quota window opens again, in ms since the epoch. */
function rejectedUntil(info: JsonObject | undefined): number | undefined {
  const seconds = numberAt(info, "resetsAt");
  return textAt(info, "status") === "rejected" && seconds !== undefined ? seconds * 1000 : undefined;
}
