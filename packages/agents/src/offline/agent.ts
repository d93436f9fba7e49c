import type { Agent, AgentRequest, AgentResult } from "@aiw/core";
import { abortError, errorInfo, failed } from "../failure.js";
import { checkNothing } from "../permissions.js";
import { readFacts } from "./blocks.js";
import { renderSummary } from "./render.js";

/**
 * The embedded agent: no model, no process, no network. It extracts the facts that stand in the prompt and says so. It
 * does not judge, and it refuses to invent structured output.
 */
export function createOfflineAgent(): Agent {
  return {
    id: "offline",
    capabilities: { structured: "none", resume: false, usage: "none", cost: false, edits: false, auto: false },
    check: (options) => [
      ...checkNothing("offline", options),
      ...(options.outputSchema === undefined ? [] : [structuredRefusal()]),
    ],
    health: async () => ({ ok: true }),
    async run(request, context) {
      if (context.signal.aborted) return failed(abortError("offline", context.signal));
      const result = answer(request);
      if (result.status === "completed") context.progress({ type: "text", text: result.text });
      return result;
    },
  };
}

function answer(request: AgentRequest): AgentResult {
  if (request.outputSchema !== undefined) return failed(structuredRefusal());
  const sections = readFacts(request.prompt);
  if (sections.length === 0) {
    return failed(
      errorInfo("agent_refused", "offline: the prompt holds no facts to extract, and there is no model to think", {
        hint: realAgentHint,
      }),
    );
  }
  return { status: "completed", text: renderSummary(sections) };
}

const realAgentHint = "name an agent with a model, such as claude or codex; `aiw agent list` shows what is installed";

function structuredRefusal() {
  return errorInfo("agent_refused", "offline: there is no model, and structured output is not invented", {
    hint: realAgentHint,
    details: { agent: "offline" },
  });
}
