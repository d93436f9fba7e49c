import type { Evaluator, Masker, Progress, Scope, StartedProcess } from "@aiw/core";
import type { EngineOptions } from "./options.js";

/** What an attempt may use and whom it tells. */
export interface AttemptHost {
  readonly options: Pick<
    EngineOptions,
    "spawner" | "clock" | "tempFolder" | "logger" | "giveUpMs" | "artifacts" | "cache" | "explainCache"
  >;
  readonly masker: Masker;
  readonly evaluator: Evaluator;
  /** For `fail-if`. */
  readonly scope: () => Scope;
  /** What the agent's health check told; part of the cache's key. */
  readonly agentVersion?: string | undefined;
  readonly onProgress: (progress: Progress) => void;
  /** The agent's session or the process became known. */
  readonly onCheckpoint: (found: { readonly session?: string; readonly process?: StartedProcess }) => void;
}
