import type { ErrorInfo } from "../errors.js";
import type { EventData } from "../events/event.js";
import type { Json, JsonObject } from "../json.js";
import type { Origin } from "../model/origin.js";
import type { Step, StepKind } from "../model/step.js";
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
  /** Who asked for it. */
  readonly by: string | undefined;
  /** The `use` step that it is the sub-workflow of. */
  readonly parent: { readonly run: string; readonly step: string } | undefined;
  /** Key of its concurrency group. */
  readonly lock: string | undefined;
  readonly noCache: boolean;
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
  /** It was asked to stop once more: what follows the steps is cut short too. */
  readonly isForced: boolean;
  /** Reopened only to undo its completed steps: who asked. */
  readonly undoBy: string | undefined;
  /** The step that failed the run: nothing new starts. */
  readonly failure: { readonly step: string; readonly error: ErrorInfo } | undefined;
  /** The run stops for a reason of its own. */
  readonly halted: EventData<"run.halted"> | undefined;
  /** First failure of a step of `On failure` or `Finally`. */
  readonly lateFailure: { readonly step: string; readonly error: ErrorInfo } | undefined;
  /** Steps were skipped because the run stops. */
  readonly isHalted: boolean;
  readonly end: RunEnd | undefined;
  /** By key: the steps of all sections, items of a `foreach` once they started, Undos once they started. */
  readonly steps: ReadonlyMap<string, StepState>;
  /** What expressions read as `steps.<id>`. Own properties only, kept up to date with `steps`. */
  readonly views: Readonly<Record<string, JsonObject>>;
  /** Steps of the main section with nothing left to wait for, in the order they became ready. `foreach`: not yet expanded. */
  readonly ready: Readonly<Record<StepKind | "foreach", ReadonlySet<string>>>;
  /** Keys of expanded steps whose items are under way. */
  readonly expanded: ReadonlySet<string>;
  readonly running: ReadonlySet<string>;
  /** Between two attempts or rounds, or for something from outside. */
  readonly waiting: ReadonlySet<string>;
  /** Of `waiting`: those that an answer, a signal or the journal itself may let go on at any time. */
  readonly asking: ReadonlySet<string>;
  /** Of `waiting`: how many hold nothing in memory. */
  readonly suspended: number;
  /** Steps of the main section that never started and are not skipped. */
  readonly pending: number;
  /** Steps of the main section that are not over. */
  readonly open: number;
  /** When `open` became 0 last. */
  readonly overAt: number | undefined;
  /** The waiting step whose time comes first. */
  readonly nextDue: { readonly at: number; readonly id: string } | undefined;
  /** Signals that no step has taken yet, oldest first. */
  readonly signals: readonly KeptSignal[];
  /** What can be undone, in order of completion. */
  readonly undoable: readonly Undoable[];
  /** Ends of sub-workflows that were taken, by run: the number of its last event, and all that it cost until then. */
  readonly childEnds: ReadonlyMap<string, ChildEnd>;
  /** Ended Undos by the path of what they undo; `error` where it failed. */
  readonly undos: ReadonlyMap<string, { readonly error?: ErrorInfo | undefined }>;
  readonly costUsd: number;
}

/** What is known of the run of a sub-workflow that has ended. */
export interface ChildEnd {
  readonly seq: number;
  readonly costUsd: number;
}

/** A signal that was accepted before a step took it. */
export interface KeptSignal {
  readonly id: string;
  readonly name: string;
  readonly data: Json;
}

/** A completed step, item or round that has an Undo, or whose sub-workflow has. */
export interface Undoable {
  /** Path of what completed. */
  readonly path: string;
  readonly step: Step;
  /** Its result, as `steps.<id>`. */
  readonly view: JsonObject;
  readonly item: StepItem | undefined;
}

/** The item of a `foreach` that a step is made for. */
export interface StepItem {
  readonly index: number;
  readonly value: Json;
}

/** Part of the workflow that a step belongs to. */
export type StepSection = "steps" | "failure" | "finally" | "undo";

/** How a run ended. */
export type RunEnd =
  | ({ readonly status: "completed"; readonly at: number } & EventData<"run.completed">)
  | ({ readonly status: "failed"; readonly at: number } & EventData<"run.failed">)
  | ({ readonly status: "cancelled"; readonly at: number } & EventData<"run.cancelled">);

/** One step of a run, one item of a `foreach`, or one Undo. */
export interface StepState {
  /** Where it stands in {@link RunState.steps}: its path without the round. Of an Undo: its whole path. */
  readonly key: string;
  /** Its path in the journal, with the present round. */
  readonly path: string;
  readonly step: Step;
  readonly section: StepSection;
  /** From 1. */
  readonly round: number;
  readonly item: StepItem | undefined;
  /** What the `foreach` was expanded to in the present round, also before the run was reopened. */
  readonly items: readonly Json[] | undefined;
  readonly phase: StepPhase;
  /** What `steps.<id>` is of it: of the present round once that has a result, else of the round before. */
  readonly view: JsonObject;
  /** Attempts of the present round started so far; they keep counting when an ended run is taken up again. */
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
  /** The agent's session when the step or its last round completed. */
  readonly session: string | undefined;
  /** Run of its sub-workflow. */
  readonly child: string | undefined;
  /** Epoch from which on that is another run: the step's own Undo had undone the one before as a whole. */
  readonly childEpoch: number;
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
  /** A `foreach` whose items are under way. */
  | {
      readonly is: "expanded";
      readonly items: readonly Json[];
      /** Items started so far, from the first. */
      readonly started: number;
      /** Of these: not over. */
      readonly open: number;
      /** The first item that failed without `on-error: continue`. */
      readonly failure: ErrorInfo | undefined;
      /** An item was skipped, because the run stops. */
      readonly isCut: boolean;
      /** Keys of items that are made again, after the run was reopened. */
      readonly redo: readonly string[];
    }
  | ({ readonly is: "waiting"; readonly suspended: boolean } & StepWait)
  | { readonly is: "completed" }
  | { readonly is: "failed"; readonly error: ErrorInfo; readonly continues: boolean }
  | { readonly is: "skipped"; readonly cause: EventData<"step.skipped">["cause"] };

/** What a waiting step waits for; `at`: until when, or when it goes on. */
export type StepWait =
  | {
      /** `stop`: it will be failed next. `answer`: whether to make it again. */
      readonly for: "retry" | "answer" | "stop";
      readonly at?: number | undefined;
      readonly error: ErrorInfo;
      /** Session that the next attempt goes on with, after an interruption. */
      readonly session?: string | undefined;
    }
  | { readonly for: "round" | "timer"; readonly at: number }
  /** The sub-workflow's run. `isLate`: it took too long and was told to stop. */
  | {
      readonly for: "child";
      readonly at?: number | undefined;
      readonly attempt: number;
      readonly isLate?: boolean | undefined;
    }
  | { readonly for: "signal"; readonly at?: number | undefined; readonly asked: EventData<"step.suspended"> }
  | {
      readonly for: "approval";
      readonly at?: number | undefined;
      readonly asked: EventData<"step.suspended">;
      readonly answers: readonly Answer[];
    };

/** One accepted answer to an approval. */
export interface Answer {
  readonly by: string;
  readonly approved: boolean;
  readonly comment: string | null;
  readonly fields: JsonObject;
}
