import type { Agent, AgentRequest, AgentResult, AttemptContext, ErrorInfo, Secret } from "@aiw/core";
import { readAnswer, readFailure } from "./answer.js";

/** A model server with the chat completions interface, such as a local llama.cpp, vLLM or Ollama. */
export interface ChatAgentOptions {
  /** Name in workflows. */
  readonly id: string;
  /** Address up to and with `/v1`. */
  readonly url: string;
  /** Used when a step names none. */
  readonly model: string;
  readonly apiKey?: Secret | undefined;
}

/**
 * An agent that answers with one chat completion. It reads and edits no files and uses no tools, so it honours every
 * permission and refuses lists of tools.
 */
export function createChatAgent(options: ChatAgentOptions): Agent {
  return {
    id: options.id,
    capabilities: { structured: "native", resume: false, usage: "full", cost: false, edits: false, auto: false },
    check: ({ tools }) => (tools === undefined || tools.length === 0 ? [] : [noTools(options.id)]),
    async health({ signal }) {
      const answer = await send(options, "/models", { signal });
      return answer.ok ? { ok: true } : { ok: false, error: answer.error };
    },
    async run(request, context): Promise<AgentResult> {
      if (context.signal.aborted) return { status: "failed", error: cancelled(options.id) };
      context.progress({ type: "alive" });
      const answer = await send(options, "/chat/completions", {
        signal: context.signal,
        body: completionRequest(options, request, context),
      });
      if (!answer.ok) return { status: "failed", error: answer.error };
      const result = readAnswer(options.id, answer.body, request.outputSchema !== undefined);
      if (result.status === "completed") context.progress({ type: "text", text: result.text });
      return result;
    },
  };
}

function completionRequest(options: ChatAgentOptions, request: AgentRequest, context: AttemptContext) {
  const { prompt, instructions, outputSchema } = request;
  return {
    model: request.model ?? options.model,
    messages: [
      ...(instructions === undefined ? [] : [{ role: "system", content: instructions }]),
      { role: "user", content: prompt },
    ],
    ...(outputSchema === undefined
      ? {}
      : {
          response_format: { type: "json_schema", json_schema: { name: "output", strict: true, schema: outputSchema } },
        }),
    // Servers that keep metadata can recognise the second request of a retried step.
    metadata: { idempotency_key: context.idempotencyKey },
  };
}

type Sent = { readonly ok: true; readonly body: unknown } | { readonly ok: false; readonly error: ErrorInfo };

/** One HTTP request; whatever can go wrong on the way is returned. */
async function send(
  { id, url, apiKey }: ChatAgentOptions,
  path: string,
  { body, signal }: { readonly body?: object; readonly signal: AbortSignal },
): Promise<Sent> {
  try {
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        "content-type": "application/json",
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey.reveal()}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
    if (response.ok) return { ok: true, body: await response.json() };
    return { ok: false, error: readFailure(id, response.status, response.headers.get("retry-after")) };
  } catch (error) {
    if (signal.aborted) return { ok: false, error: cancelled(id) };
    if (error instanceof SyntaxError) {
      return { ok: false, error: { code: "agent_protocol", message: `${id}: the server's answer is not JSON` } };
    }
    const hint = `check that a model server listens at ${url}`;
    return { ok: false, error: { code: "network", message: `${id}: no connection to ${url}`, hint, retryable: true } };
  }
}

function cancelled(id: string): ErrorInfo {
  return { code: "cancelled", message: `${id} was cancelled` };
}

function noTools(id: string): ErrorInfo {
  return { code: "unsupported_option", message: `${id} uses no tools`, hint: "remove `tools:` or name another agent" };
}
