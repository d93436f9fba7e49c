import type { Agent, AgentOptions, RenderedValue, Secret, Step, Tool } from "@aiw/core";

/** One attempt, ready to be made: everything evaluated, secrets included. Lives in memory only. */
export interface AttemptPlan {
  readonly run: string;
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
}

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
  | {
      readonly kind: "agent";
      readonly agent: Agent;
      readonly model?: string | undefined;
      readonly options: AgentOptions;
      /** Session to go on with, after an interruption. */
      readonly resume?: string | undefined;
    };
