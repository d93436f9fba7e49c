import type { JsonObject, Usage } from "@aiw/core";
import { countAt, objectAt } from "../cli/event.js";

/**
 * Tokens and cost of one run of claude. `model_usage_since_last_result` covers this run and all its models;
 * `total_cost_usd` and `modelUsage` grow over a resumed session, and `usage` leaves out the last turn of a run that was
 * stopped by a limit (all measured with 2.1.330).
 */
export function claudeUsage(result: JsonObject): { readonly usage: Usage; readonly costUsd?: number } {
  const sinceLast = objectAt(result, "model_usage_since_last_result");
  const models = Object.keys(sinceLast ?? {}).map((name) => objectAt(sinceLast, name));
  if (models.length > 0) {
    const sum = (key: string) => models.reduce((total, model) => total + countAt(model, key), 0);
    return {
      usage: {
        inputTokens: sum("inputTokens"),
        cacheReadTokens: sum("cacheReadInputTokens"),
        cacheWriteTokens: sum("cacheCreationInputTokens"),
        outputTokens: sum("outputTokens"),
        reasoningTokens: sum("thinkingTokens"),
      },
      costUsd: sum("costUSD"),
    };
  }
  const usage = objectAt(result, "usage");
  return {
    usage: {
      inputTokens: countAt(usage, "input_tokens"),
      cacheReadTokens: countAt(usage, "cache_read_input_tokens"),
      cacheWriteTokens: countAt(usage, "cache_creation_input_tokens"),
      outputTokens: countAt(usage, "output_tokens"),
      reasoningTokens: countAt(objectAt(usage, "output_tokens_details"), "thinking_tokens"),
    },
    // Right for a fresh session only; a version without the field above is older than any that was tested.
    ...(Object.hasOwn(result, "total_cost_usd") ? { costUsd: countAt(result, "total_cost_usd") } : {}),
  };
}
