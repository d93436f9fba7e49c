import type {
  Agent,
  AgentOptions,
  CodeContext,
  CodeFunction,
  RenderedValue,
  Scope,
  Secret,
  Step,
  Tool,
} from "@aiw/core";

/** One attempt, ready to be made: everything evaluated, secrets included. Lives in memory only. */
export interface AttemptPlan {
  readonly run: string;
  /** Path in the journal, item, round and `!undo` included: what names the attempt everywhere. `step.id` does not. */
  readonly path: string;
  readonly step: Step;
  readonly attempt: number;
  /** Idempotency key of the step. */
  readonly key: string;
  /** Of the claim under which it is made. */
  readonly fence: number;
  /** Working directory of the run. */
  readonly root: string;
  /** Folder of the workflow. */
  readonly folder: string;
  readonly input: AttemptInput;
  /** Who does it. */
  readonly work: AttemptWork;
  readonly timeoutMs: number | undefined;
  /** Reuse an earlier result for the same work; absent: never. */
  readonly cache?: CachePlan | undefined;
  /** What `fail-if` reads, as of the call: the loop variable and rounds included. Absent: the run's own scope. */
  readonly scope?: (() => Scope) | undefined;
  /** Of a code step: what its function reads, as of when it starts. */
  readonly code?: (() => CodeData) | undefined;
  /**
   * The session in `work.resume` is another step's or the previous round's, not this step's own before an interruption:
   * an agent that can forks it, so that a later attempt starts again from where it stood.
   */
  readonly sessionFork?: boolean | undefined;
}

/** `cache:` of a step, its file's included. */
export interface CachePlan {
  /** Age in ms from which on a result is no longer used. */
  readonly forMs: number;
  /** Globs below the working directory. */
  readonly files: readonly string[];
}

/** The part of a {@link CodeContext} that comes from the journal. */
export type CodeData = Pick<CodeContext, "inputs" | "steps" | "item">;

/** What the step's templates gave. */
export interface AttemptInput {
  readonly env: Readonly<Record<string, string | Secret>>;
  /** Relative to the working directory of the run. */
  readonly cwd?: string | undefined;
  readonly with?: RenderedValue | undefined;
  readonly prompt?: string | undefined;
  readonly instructions?: string | undefined;
}

/** Who does an attempt. */
export type AttemptWork =
  | { readonly kind: "script" }
  | { readonly kind: "tool"; readonly tool: Tool }
  | { readonly kind: "code"; readonly run: CodeFunction }
  | {
      readonly kind: "agent";
      readonly agent: Agent;
      readonly model?: string | undefined;
      readonly options: AgentOptions;
      /** Session to go on with: its own after an interruption, or see {@link AttemptPlan.sessionFork}. */
      readonly resume?: string | undefined;
    };
