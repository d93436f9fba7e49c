import type { ErrorInfo } from "../errors.js";
import type { StoredEvent } from "../events/event.js";
import type { Json, JsonObject } from "../json.js";
import type { Origin } from "../model/origin.js";
import type { Workflow } from "../model/workflow.js";
import type { Progress } from "./attempt.js";
import type { StepStatus } from "./run-store.js";

/** Starts and steers runs. What the CLI, the server and triggers talk to. */
export interface RunControl {
  /**
   * Starts a run, or attaches to the one that has this id already.
   *
   * @throws AiwError `run_conflict` when the id belongs to another workflow or other inputs; `input_*`, `secret_*`,
   * `agent_*`, `tool_*`, `unsupported_option` from preflight: nothing was written.
   */
  start(request: StartRequest): Promise<RunHandle>;
  /**
   * Goes on with a run: a crashed or suspended one from where it stands, a failed or cancelled one with its failed
   * and skipped steps reset. A completed step is never repeated; a completed run is only attached to.
   *
   * @throws AiwError `run_not_found`.
   */
  resume(run: string, options?: ResumeOptions): Promise<RunHandle>;
  /** Asks the run to stop; idempotent. `ended` when it already had. @throws AiwError `run_not_found`. */
  cancel(run: string, by: string, reason?: string): Promise<"requested" | "ended">;
  /** The run as of now. @throws AiwError `run_not_found`. */
  get(run: string): Promise<RunSummary>;
  /** Events of the run after `afterSeq`, then new ones as they are committed, until the run ends or is suspended. */
  watch(run: string, options?: WatchOptions): AsyncIterable<StoredEvent>;
  /** Live progress of attempts in this process. Returns what stops it. */
  onProgress(listener: (run: string, step: string, progress: Progress) => void): () => void;
}

/** What to run. */
export interface StartRequest {
  readonly workflow: Workflow;
  readonly origin: Origin;
  /** Checked against the workflow's inputs; defaults are applied. */
  readonly inputs?: JsonObject | undefined;
  /** The caller's own id: 1 to 128 of `A-Z a-z 0-9 _ . : -`, starting with a letter or digit. */
  readonly run?: string | undefined;
  /** Who or what started it; default `manual`. */
  readonly trigger?: string | undefined;
  /** Agent for all agent steps, over the file's. */
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
}

/** How to go on. */
export interface ResumeOptions {
  readonly by?: string | undefined;
  /** Answer to steps that wait after a crash with `on-interrupt: ask`. */
  readonly interrupted?: "retry" | "fail" | undefined;
}

/** Where to watch from. */
export interface WatchOptions {
  readonly afterSeq?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A run that was started or attached to. */
export interface RunHandle {
  readonly run: string;
  /** Did this call create the run? */
  readonly created: boolean;
  /** Resolves when the run ends, or waits for something that this process cannot give. Rejects only when the store fails. */
  readonly done: Promise<RunSummary>;
}

/** A run in short: the last line of `--json`. */
export interface RunSummary {
  readonly run: string;
  readonly name: string;
  readonly status: "running" | "completed" | "failed" | "cancelled" | "suspended";
  /** Of a failed run: `step`, `timeout`, … */
  readonly reason?: string | undefined;
  readonly error?: ErrorInfo | undefined;
  /** The step that failed the run. */
  readonly step?: string | undefined;
  readonly outputs: Readonly<Record<string, Json>>;
  readonly steps: Readonly<Record<string, StepStatus>>;
  readonly costUsd: number;
  /** How long it was open, waits for retries and people included; pauses after an interruption or its end are not. */
  readonly ms: number;
}
