import type { ErrorInfo } from "../errors.js";
import type { Json, JsonObject } from "../json.js";
import type { StepStatus } from "../ports/run-store.js";
import type { Usage } from "../usage.js";
import type { StepPhase } from "./state.js";

/** What is known of a step once it ran. */
export interface StepResult {
  readonly output?: Json | undefined;
  readonly text?: string | null | undefined;
  readonly error?: ErrorInfo | undefined;
  readonly agent?: string | undefined;
  readonly usage?: Usage | undefined;
  readonly costUsd?: number | undefined;
  readonly durationMs?: number | undefined;
  /** Paths of the artifacts that were kept. */
  readonly files?: readonly string[] | undefined;
  /** Of a `foreach`: the views of its items. */
  readonly items?: readonly JsonObject[] | undefined;
}

/** `steps.<id>` of an expression: always the same fields, null where there is nothing. */
export function stepView(status: StepStatus, result: StepResult = {}): JsonObject {
  const { output, text, error, agent, usage, costUsd, durationMs, files = [], items } = result;
  return {
    text: text ?? null,
    output: output ?? null,
    status,
    error: error === undefined ? null : { code: error.code, message: error.message },
    agent: agent ?? null,
    usage: usage === undefined ? null : usageView(usage),
    cost_usd: costUsd ?? null,
    duration_ms: durationMs ?? null,
    files,
    workspace: null,
    items: items ?? null,
  };
}

/** An item of `steps.<id>.items`. */
export function itemView(item: { readonly index: number; readonly value: Json }, view: JsonObject): JsonObject {
  const { text, output, status, error, agent, usage, cost_usd, duration_ms } = view;
  const { index, value } = item;
  return {
    index,
    value,
    text: text ?? null,
    output: output ?? null,
    status: status ?? null,
    error: error ?? null,
    agent: agent ?? null,
    usage: usage ?? null,
    cost_usd: cost_usd ?? null,
    duration_ms: duration_ms ?? null,
  };
}

/** Status of a step in views. */
export function statusOf(phase: StepPhase): StepStatus {
  if (phase.is === "expanded") return "running";
  if (phase.is !== "waiting") return phase.is;
  return phase.suspended ? "suspended" : "running";
}

function usageView(usage: Usage): JsonObject {
  return {
    input_tokens: usage.inputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
  };
}
