import type { Json, JsonObject } from "@aiw/core";

/** What the fake model does. */
export type Scenario =
  | { readonly do: "text"; readonly text: string }
  /** Asks for a shell command (codex) or the named tool (claude), then says `text`. */
  | { readonly do: "write"; readonly path: string; readonly content: string; readonly text: string }
  | { readonly do: "shell"; readonly command: string; readonly text: string }
  | { readonly do: "fetch"; readonly address: string; readonly text: string }
  | { readonly do: "structured"; readonly value: JsonObject }
  | { readonly do: "status"; readonly status: 401 | 404 | 429 | 500 | 529; readonly retryAfterSeconds?: number }
  | { readonly do: "overflow" }
  /** 429 for so many requests, then text. */
  | { readonly do: "flaky"; readonly times: number; readonly text: string }
  /** A tool call each time it is asked, without end. */
  | { readonly do: "loop"; readonly command: string }
  | { readonly do: "drop" }
  | { readonly do: "hang" };

/** What to send back. */
export type FakeReply =
  | { readonly kind: "events"; readonly events: readonly JsonObject[] }
  | {
      readonly kind: "json";
      readonly status: number;
      readonly body: JsonObject;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "hang" }
  | { readonly kind: "drop" };

/** One request, as the dialects see it. */
export interface Ask {
  readonly body: JsonObject;
  /** 1 for the first request. */
  readonly number: number;
}

/** The tokens of every answer, as in the facts about usage: of one text answer. */
export const fakeTokens = {
  input: 1200,
  cacheRead: 800,
  cacheWrite: 100,
  text: 34,
  toolCall: 21,
  reasoning: 12,
  /** More input once the result of a tool is in the conversation. */
  toolResult: 200,
} as const;

/** Does the serialized conversation hold this? */
export function mentions(value: Json | undefined, text: string): boolean {
  return JSON.stringify(value ?? null).includes(text);
}
