import { sha256Hex } from "../expr/sha256.js";
import type { Digest } from "../model/hash.js";

/** What an idempotency key is made of. */
export interface KeyParts {
  readonly run: string;
  /** When the run was created: keeps the keys of two stores apart where callers choose the same run id. */
  readonly createdAt: number;
  /** Path of the step. */
  readonly step: string;
  readonly action: "do" | "undo";
  /** How often the ended run was taken up again. */
  readonly epoch: number;
}

/** The same for every attempt, agent and worker of a step: a repeated payment must carry the key of the first. */
export function idempotencyKey(parts: KeyParts, digest: Digest = sha256Hex): string {
  const { run, createdAt, step, action, epoch } = parts;
  return `aiw_${digest(JSON.stringify([run, createdAt, step, action, epoch])).slice(0, 40)}`;
}

/** What names one attempt. */
export interface AttemptIdentity {
  readonly run: string;
  readonly step: string;
  readonly attempt: number;
  readonly fence: number;
}

/** Token that the attempt's processes carry in `AIW_ATTEMPT`. A later driver computes it from the journal to sweep them. */
export function attemptToken(identity: AttemptIdentity, digest: Digest = sha256Hex): string {
  const { run, step, attempt, fence } = identity;
  return `att_${digest(JSON.stringify([run, step, attempt, fence])).slice(0, 32)}`;
}
