import type { Secret } from "../secret.js";
import type { Clock } from "./clock.js";
import type { Masker, Spawner } from "./spawner.js";

/** What an agent or a tool gets besides its request: one attempt of one step. */
export interface AttemptContext {
  readonly run: string;
  /** Path of the step. */
  readonly step: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** The same for every attempt of the step; pass it on to whatever can deduplicate. */
  readonly idempotencyKey: string;
  /** Token of the attempt for {@link Spawner.run}. */
  readonly token: string;
  /** Absolute working directory. */
  readonly cwd: string;
  /** Private scratch folder (0700), removed after the attempt. */
  readonly folder: string;
  /** Variables for the process: the workflow's and the step's `env`, and AIW_RUN, AIW_STEP, AIW_IDEMPOTENCY_KEY, … */
  readonly env: Readonly<Record<string, string | Secret>>;
  /** Aborted on cancel, time-out and loss of the lease. */
  readonly signal: AbortSignal;
  readonly spawner: Spawner;
  readonly masker: Masker;
  readonly clock: Clock;
  /** Live progress: a sign of life for the idle time-out, shown to people, never stored. */
  readonly progress: (progress: Progress) => void;
}

/** A sign of life of an attempt. */
export type Progress =
  | { readonly type: "output"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly text: string }
  | { readonly type: "tool"; readonly name: string; readonly detail?: string | undefined }
  | { readonly type: "retry"; readonly message: string }
  | { readonly type: "warning"; readonly message: string }
  | { readonly type: "session"; readonly id: string }
  | { readonly type: "alive" };
