import type { ErrorInfo } from "../errors.js";
import type { EventData } from "../events/event.js";
import type { Json, JsonObject } from "../json.js";
import type { Origin } from "../model/origin.js";
import type { Step } from "../model/step.js";
import type { Workflow } from "../model/workflow.js";
import type { Usage } from "../usage.js";
import type { StepGraph } from "./graph.js";

/** A run as its journal tells it. */
export interface RunState {
  readonly run: string;
  readonly workflow: Workflow;
  readonly graph: StepGraph;
  readonly origin: Origin;
  readonly inputs: JsonObject;
  readonly trigger: string;
  /** Forced by the caller, over the file's. */
  readonly agent: string | undefined;
  readonly model: string | undefined;
  /** Number of the last event folded. */
  readonly seq: number;
  /** Time of the last event folded. */
  readonly at: number;
  readonly createdAt: number;
  /**
   * Where its duration counts from: its creation, later by each pause in which nobody drove it, between its end and its
   * reopening or after an interruption. Waiting for a retry or a person is no pause.
   */
  readonly openedAt: number;
  /** When the total time is used up. */
  readonly deadline: number | undefined;
  /** How often the ended run was taken up again. */
  readonly epoch: number;
  /** Fencing token of the last claim. */
  readonly fence: number;
  /** Times a worker was lost in the middle of a step since the run last got anywhere. */
  readonly takeovers: number;
  readonly cancel: EventData<"run.cancel_requested"> | undefined;
  /** The step that failed the run: nothing new starts. */
  readonly failure: { readonly step: string; readonly error: ErrorInfo } | undefined;
  /** Steps were skipped because the run stops. */
  readonly isHalted: boolean;
  readonly end: RunEnd | undefined;
  readonly steps: ReadonlyMap<string, StepState>;
  /** What expressions read as `steps.<id>`. Own properties only, kept up to date with `steps`. */
  readonly views: Readonly<Record<string, JsonObject>>;
  /** Pending steps with nothing left to wait for, by kind, in the order they became ready. */
  readonly ready: Readonly<Record<Step["kind"], ReadonlySet<string>>>;
  readonly running: ReadonlySet<string>;
  /** Between two attempts. */
  readonly waiting: ReadonlySet<string>;
  /** Of `waiting`: how many gave their claim on this process back. */
  readonly suspended: number;
  /** Steps that never started and are not skipped. */
  readonly pending: number;
  /** The waiting step whose retry is due first. */
  readonly nextRetry: { readonly at: number; readonly id: string } | undefined;
  readonly costUsd: number;
}

/** How a run ended. */
export type RunEnd =
  | ({ readonly status: "completed"; readonly at: number } & EventData<"run.completed">)
  | ({ readonly status: "failed"; readonly at: number } & EventData<"run.failed">)
  | ({ readonly status: "cancelled"; readonly at: number } & EventData<"run.cancelled">);

/** One step of a run. */
export interface StepState {
  readonly step: Step;
  readonly phase: StepPhase;
  /** Attempts started so far; they keep counting when an ended run is taken up again. */
  readonly attempts: number;
  /** Failed attempts with the present agent, without interrupted ones. */
  readonly failures: number;
  /** When the first attempt started. */
  readonly startedAt: number | undefined;
  /** Where its duration counts from: the first attempt since the last interruption. */
  readonly openedAt: number | undefined;
  /** Input of the first attempt, as journaled; dropped when the step ends. */
  readonly input: Json | undefined;
  /** Agent and model of the last attempt, or of the next where it is decided. */
  readonly agent: string | undefined;
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
  readonly costUsd: number;
}

/** Where a step stands. */
export type StepPhase =
  | { readonly is: "pending" }
  | {
      readonly is: "running";
      readonly attempt: number;
      readonly fence: number;
      readonly startedAt: number;
      /** Last journaled session of the agent. */
      readonly session?: string | undefined;
    }
  | {
      readonly is: "waiting";
      /** `stop`: it will be failed next. */
      readonly for: "retry" | "answer" | "stop";
      /** Earliest start of the next attempt, for `retry`. */
      readonly at?: number | undefined;
      readonly error: ErrorInfo;
      /** Session that the next attempt goes on with, after an interruption. */
      readonly session?: string | undefined;
      readonly suspended: boolean;
    }
  | { readonly is: "completed" }
  | { readonly is: "failed"; readonly error: ErrorInfo; readonly continues: boolean }
  | { readonly is: "skipped"; readonly cause: EventData<"step.skipped">["cause"] };
