import type { ArtifactRef, ErrorInfo, Json, Usage } from "@aiw/core";

/** How an attempt ended, before anything is decided about it. */
export type AttemptResult = AttemptCompleted | AttemptFailed;

/** Known either way. */
export interface AttemptFacts {
  readonly exitCode?: number | undefined;
  readonly stderr?: string | undefined;
  readonly usage?: Usage | undefined;
  readonly costUsd?: number | undefined;
  readonly session?: string | undefined;
}

/** It has a result. */
export interface AttemptCompleted extends AttemptFacts {
  readonly status: "completed";
  readonly output: Json;
  readonly text: string | null;
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  readonly truncated?: boolean | undefined;
  readonly denials?: number | undefined;
  /** Files that were kept. */
  readonly artifacts?: ArtifactRef[] | undefined;
  /** Taken from the cache: its key, and when it was made. */
  readonly cached?: { readonly key: string; readonly at: number } | undefined;
}

/** It has none. */
export interface AttemptFailed extends AttemptFacts {
  readonly status: "failed";
  readonly error: ErrorInfo;
  readonly text?: string | null | undefined;
}
