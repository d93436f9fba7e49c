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
  cancel(run: string, by: string, options?: CancelOptions): Promise<"requested" | "ended">;
  /**
   * Answers an approval, or sends a signal. Checked before it is accepted, and once more by whoever drives the run; the
   * journal has both outcomes. Idempotent by `id`.
   *
   * @throws AiwError `run_not_found`, `run_ended`, `signal_refused` (`details.reason`), `permission_denied`.
   */
  signal(run: string, signal: Signal): Promise<void>;
  /** The run as of now. @throws AiwError `run_not_found`. */
  get(run: string): Promise<RunSummary>;
  /** Events of the run after `afterSeq`, then new ones as they are committed, until the run ends or is suspended. */
  watch(run: string, options?: WatchOptions): AsyncIterable<StoredEvent>;
  /** Live progress of attempts in this process, those of sub-workflows included. Returns what stops it. */
  onProgress?(listener: (run: string, step: string, progress: Progress) => void): () => void;
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
  /** Who asks for it: the requester of its approvals. */
  readonly by?: string | undefined;
  /** Take no step's result from the cache. */
  readonly noCache?: boolean | undefined;
}

/** How to stop. */
export interface CancelOptions {
  readonly reason?: string | undefined;
  /** Undo the completed steps too. */
  readonly undo?: boolean | undefined;
}

/** Something from outside that a run waits for. */
export type Signal = ApprovalAnswer | NamedSignal;

/** A person's decision. */
export interface ApprovalAnswer {
  readonly type: "approval";
  /** Unique within the run; absent: made of step, person and what was shown. */
  readonly id?: string | undefined;
  /** Path of the approval. */
  readonly step: string;
  readonly by: string;
  readonly approved: boolean;
  readonly comment?: string | undefined;
  readonly fields?: JsonObject | undefined;
  /** Hash of what the person was shown; another than the present one is refused. */
  readonly binds?: string | undefined;
}

/** A signal by name. The step that has waited longest for it takes it; one that comes early is kept. */
export interface NamedSignal {
  readonly type: "signal";
  /** Unique within the run; absent: a fresh one. */
  readonly id?: string | undefined;
  readonly name: string;
  readonly by: string;
  readonly data?: Json | undefined;
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
  /** Items of a `foreach` stand for themselves only where they failed. */
  readonly steps: Readonly<Record<string, StepStatus>>;
  /** What an open run waits for. */
  readonly waits?: readonly OpenWait[] | undefined;
  /** Paths of the steps that were undone when it stopped. */
  readonly undone?: readonly string[] | undefined;
  readonly notUndone?: readonly { readonly step: string; readonly error: ErrorInfo }[] | undefined;
  readonly costUsd: number;
  /** How long it was open, waits for retries and people included; pauses after an interruption or its end are not. */
  readonly ms: number;
}

/** One thing that a run waits for. */
export interface OpenWait {
  /** Path of the step. */
  readonly step: string;
  readonly waits: "retry" | "approval" | "signal" | "timer" | "children";
  /** Of an approval: what is shown. */
  readonly text?: string | undefined;
  /** Of a signal: its name. */
  readonly name?: string | undefined;
  /** Run of the sub-workflow. */
  readonly child?: string | undefined;
  readonly by?: readonly string[] | undefined;
  readonly min?: number | undefined;
  /** Who has approved so far. */
  readonly approvals?: readonly string[] | undefined;
  readonly schema?: Json | undefined;
  readonly binds?: string | undefined;
  readonly since: number;
  readonly until?: number | undefined;
}
