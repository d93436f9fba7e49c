import type { Usage } from "@aiw/core";

/**
 * Codex reports the tokens of a whole thread, not of a run. So the session that we hand out carries the totals so far:
 * `<thread>#<input>.<cached>.<written>.<output>.<reasoning>`, and a run's usage is the difference to it.
 */
export interface CodexSession {
  readonly thread: string;
  /** Of the thread, when the session was written. */
  readonly totals: Usage;
}

/** The session as one opaque text. */
export function formatSession({ thread, totals }: CodexSession): string {
  const counts = [
    ...[totals.inputTokens, totals.cacheReadTokens, totals.cacheWriteTokens],
    ...[totals.outputTokens, totals.reasoningTokens],
  ];
  return `${thread}#${counts.join(".")}`;
}

/** Reads what {@link formatSession} wrote; a bare thread id has no totals. */
export function parseSession(session: string): CodexSession {
  const [thread = "", counts = ""] = session.split("#");
  const [input, cached, written, output, reasoning] = counts.split(".").map(toCount);
  return {
    thread,
    totals: {
      inputTokens: input ?? 0,
      cacheReadTokens: cached ?? 0,
      cacheWriteTokens: written ?? 0,
      outputTokens: output ?? 0,
      reasoningTokens: reasoning ?? 0,
    },
  };
}

/** What was spent since; the totals themselves when they are those of another thread. */
export function usageSince(totals: Usage, before: Usage): Usage {
  const since: Usage = {
    inputTokens: totals.inputTokens - before.inputTokens,
    cacheReadTokens: totals.cacheReadTokens - before.cacheReadTokens,
    cacheWriteTokens: totals.cacheWriteTokens - before.cacheWriteTokens,
    outputTokens: totals.outputTokens - before.outputTokens,
    reasoningTokens: totals.reasoningTokens - before.reasoningTokens,
  };
  return Object.values(since).some((count) => count < 0) ? totals : since;
}

function toCount(text: string): number {
  const count = Number(text);
  return Number.isSafeInteger(count) && count >= 0 ? count : 0;
}
