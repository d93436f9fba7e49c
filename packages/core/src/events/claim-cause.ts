import type { Claim, NewMessage, RunStatus } from "../ports/run-store.js";

/** What decides whether a worker may claim a run. */
export interface ClaimFacts {
  readonly status: RunStatus;
  /** Some worker has a claim that it did not give back. */
  readonly held: boolean;
  /** That worker left, is provably dead, or was silent for too long. */
  readonly ownerGone: boolean;
  readonly dueAt: number | undefined;
  /** It has unread messages. */
  readonly unread: boolean;
  /** One of them {@link opensAgain}: only such a message wakes an ended run. */
  readonly unreadReopening: boolean;
}

/** Has a run with this status ended? */
export function isEnded(status: RunStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/** Is a message of this type kept for a run that has ended? */
export function opensAgain(type: NewMessage["type"]): boolean {
  return type === "resume" || type === "undo";
}

/** Why a worker may claim the run now; undefined: it may not. One rule for all run stores. */
export function claimCause(facts: ClaimFacts, now: number): Claim["cause"] | undefined {
  if (facts.held) return facts.ownerGone ? "takeover" : undefined;
  if (isEnded(facts.status)) return facts.unreadReopening ? "inbox" : undefined;
  if (facts.status === "queued") return "start";
  if (facts.unread) return "inbox";
  return facts.dueAt !== undefined && facts.dueAt <= now ? "due" : undefined;
}
