import type {
  Agent,
  ArtifactStore,
  Authorizer,
  Clock,
  CodeFunction,
  Ids,
  Logger,
  Origin,
  RetryPolicy,
  RunControl,
  RunStore,
  SecretSource,
  Spawner,
  StepCache,
  Subscriber,
  Tool,
  WorkerOwner,
  Workflow,
} from "@aiw/core";

/** Finds an agent by the id that workflows write. */
export type AgentSource = (id: string) => Promise<Agent | undefined>;

/** Finds a tool by name, as the run's workflow sees it. */
export type ToolSource = (
  name: string,
  run: { readonly workflow: Workflow; readonly origin: Origin },
) => Promise<Tool | undefined>;

/**
 * Finds the function of a code step, in a program that built the workflow.
 *
 * @param step - Id of the step; with `!undo` behind it, of its Undo.
 */
export type CodeSource = (workflow: Workflow, step: string) => CodeFunction | undefined;

/** Who this engine is among the workers of its store. */
export interface WorkerOptions {
  /** Unique; default a fresh id. */
  readonly id?: string | undefined;
  readonly owner: WorkerOwner;
  /** Lease; default 15,000 ms. */
  readonly ttlMs?: number | undefined;
  /** Extra wait before a silent worker is replaced; default 5,000 ms. */
  readonly graceMs?: number | undefined;
  /** Time between two heartbeats; default 1,000 ms. */
  readonly pollMs?: number | undefined;
  /** `own`: drives only runs it started or was asked to go on with; `any`: takes whatever waits. Default `own`. */
  readonly claim?: "own" | "any" | undefined;
}

/** How many attempts may be alive at once in this engine, over all runs. */
export interface LimitOptions {
  /** Scripts and tools that start processes; default 8. */
  readonly processes?: number | undefined;
  /** Tools that say they work in this process; default 1,000. */
  readonly inProcess?: number | undefined;
  /** Agents; default 4. */
  readonly agents?: number | undefined;
  /** Runs driven at once with `claim: "any"`; default 1,000. */
  readonly runs?: number | undefined;
}

/** Everything an engine needs from outside. */
export interface EngineOptions {
  readonly store: RunStore;
  readonly spawner: Spawner;
  readonly agents: AgentSource;
  /** Ids of the agents that `auto` tries, in order. */
  readonly autoAgents: readonly string[];
  readonly tools: ToolSource;
  readonly secrets: SecretSource;
  /** For code steps. */
  readonly code?: CodeSource | undefined;
  /** For steps with `artifacts:`. */
  readonly artifacts?: ArtifactStore | undefined;
  /** For steps with `cache:`; without it they are always made. */
  readonly cache?: StepCache | undefined;
  /** Tells, as a warning of the step's progress, why its result was taken from the cache or was not. */
  readonly explainCache?: boolean | undefined;
  /** Who may answer approvals; without it those whom they name, or where they name nobody anybody but the requester. */
  readonly authorizer?: Authorizer | undefined;
  readonly retry: RetryPolicy;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger?: Logger | undefined;
  readonly subscribers?: readonly Subscriber[] | undefined;
  readonly worker: WorkerOptions;
  readonly limits?: LimitOptions | undefined;
  /** Where attempts get their private folders (0700); outside the state folder, because secrets may lie there for a moment. */
  readonly tempFolder: string;
  /** Variables that expressions may read as `env.*`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** A run in which nothing happens for longer is not held in memory; default 30,000 ms. */
  readonly suspendAfterMs?: number | undefined;
  /**
   * How long an agent or a tool that was told to stop may go on before its step ends without it; default 10,000 ms. It
   * should be more than a process gets to end. A step that ended so is not tried again.
   */
  readonly giveUpMs?: number | undefined;
}

/** Drives runs. */
export interface Engine extends RunControl {
  onProgress: NonNullable<RunControl["onProgress"]>;
  /**
   * Stops all attempts, journals them as interrupted and gives the runs back: any engine can go on with them. Safe to
   * call twice. `done` of runs that were under way rejects with `closed`.
   */
  close(): Promise<void>;
}

/** Longest text or output of a step, and of what its expressions give, in UTF-16 units. */
export const maxTextLength = 1024 * 1024;

/** Kept of a process's standard error, from its end. */
export const maxStderrLength = 64 * 1024;

/** Version of the journal that this engine writes and may claim. */
export const journalFormat = 1;
