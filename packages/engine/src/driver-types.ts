import type {
  AiwError,
  Append,
  Appended,
  Authorizer,
  Claim,
  Evaluator,
  NewEvent,
  RunState,
  StepGraph,
} from "@aiw/core";
import type { EndedAttempt } from "./end-events.js";
import type { Hub } from "./hub.js";
import type { EngineOptions } from "./options.js";
import type { Resources } from "./resources.js";
import type { Slots } from "./slots.js";

/** The side of a driver that the group commit sees. */
export interface Writer {
  /** Everything that the run has to write now; undefined when there is nothing. */
  collect(): Append | undefined;
  /** The store's answer to what was collected last. */
  appended(answer: Appended): void;
  /** Stops everything at once and writes nothing more. */
  drop(over: Over): void;
}

/** Is what this engine holds surely still its own? */
export interface Lease {
  /**
   * Can nobody have taken over what this engine holds? Not after a silence as long as the lease.
   *
   * @param since - Moment of the monotonic clock from which on it has to be sure, beside the last heartbeat.
   */
  covers(since?: number): boolean;
  /**
   * Was there a silence as long as the lease since this moment of the monotonic clock? Its keeper may have ended
   * everything that was alive then, though nobody took it over.
   */
  wasSilentSince(startedAt: number): boolean;
  /** Beats now; runs that were lost meanwhile are dropped when this resolves. Never rejects. */
  confirm(): Promise<void>;
}

/** The driver of a run that has sub-workflows. */
export interface ChildParent extends Writer {
  happen(happening: Happening): void;
}

/** The runs of sub-workflows, as drivers see them. */
export interface Children {
  /** Is it under way in this process? */
  readonly isActive: (run: string) => boolean;
  /** Drive it in this process, if nobody else does. `isReopened`: it may have ended, and was told to go on. */
  readonly adopt: (run: string, by: { readonly parent: ChildParent; readonly isReopened: boolean }) => void;
  /** Something was posted or created for a run: look at once. */
  readonly nudge: () => void;
}

/** What all drivers of an engine share. */
export interface DriverShared {
  readonly children: Children;
  readonly authorizer: Authorizer;
  readonly options: EngineOptions;
  readonly hub: Hub;
  readonly slots: Slots<Writer>;
  readonly evaluator: Evaluator;
  readonly lease: Lease;
  /** Name of this engine among the workers, as of now. */
  readonly worker: () => string;
  /** Something happened to the run: let it write at the next tick. */
  readonly mark: (writer: Writer) => void;
}

/** How a driver comes by its run. */
export type Origination =
  | {
      readonly by: "create";
      readonly created: Extract<NewEvent, { type: "run.created" }>;
      readonly resources: Resources;
      readonly graph: StepGraph;
    }
  /** `isForced`: a person asked for it, so it does not count towards poison. */
  | { readonly by: "claim"; readonly claim: Claim; readonly isForced: boolean };

/** How a driver's work ended. */
export type Over =
  | { readonly why: "ended" | "released"; readonly state: RunState }
  | { readonly why: "closed" }
  /** Another worker has the run. */
  | { readonly why: "lost" }
  /** `of`: the store failed, and with it all runs of the engine; or only this run could not be driven. */
  | { readonly why: "failed"; readonly of: "store" | "run"; readonly error: AiwError };

/** The agent's session or the process of an attempt became known. */
export type Checkpointed = Extract<NewEvent, { type: "step.checkpointed" }>;

/** News of an attempt. */
export type Happening =
  | { readonly type: "ended"; readonly ended: EndedAttempt }
  | { readonly type: "checkpoint"; readonly event: Checkpointed }
  /** The run of a sub-workflow is not in the store. */
  | { readonly type: "child_gone"; readonly child: string };
