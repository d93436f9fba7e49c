import type { AgentRef, CacheSpec, ErrorInfo, JsonObject, Permissions, RetrySpec, StepKind } from "@aiw/core";

/** What a run would do, without doing it. */
export interface RunPlan extends FilePlan {
  /** With their defaults. */
  readonly inputs: JsonObject;
  /** Everything that keeps it from starting here, of sub-workflows too; empty: it would start. */
  readonly problems: readonly PlanProblem[];
}

/** One reason why a run would not start. */
export interface PlanProblem {
  /** Key of the step that it is about; absent: the file. */
  readonly step?: string | undefined;
  /** The `use` steps from the run's own file down to the one that it is about. */
  readonly within: readonly string[];
  readonly error: ErrorInfo;
}

/** The steps of one file, in the order in which they would run. */
export interface FilePlan {
  readonly name: string;
  readonly version?: string | undefined;
  /** Total time of the run. */
  readonly timeoutMs?: number | undefined;
  /** `key`: null where only the run knows it. */
  readonly concurrency?: { readonly key: string | null; readonly busy: "queue" | "skip" | "cancel" } | undefined;
  /** Names of the secrets that it declares. */
  readonly secrets: readonly string[];
  /** Steps of one wave wait for nothing but earlier waves. */
  readonly waves: readonly (readonly StepPlan[])[];
  /** One after another. */
  readonly onFailure: readonly StepPlan[];
  /** One after another. */
  readonly finally: readonly StepPlan[];
  /** Names of the outputs. */
  readonly outputs: readonly string[];
}

/** One step. What is absent does not apply to it. */
export interface StepPlan {
  readonly id: string;
  readonly title: string;
  readonly kind: StepKind;
  /** Line of its heading. */
  readonly line?: number | undefined;
  readonly needs: readonly string[];
  /** Condition under which it runs. */
  readonly if?: string | undefined;
  /** One for the step, or one for each agent, model or effort of its matrix. */
  readonly agents?: readonly AgentPlan[] | undefined;
  readonly tool?: { readonly name: string; readonly operation: string } | undefined;
  /** What an agent may touch; absent: the default of the language. */
  readonly permissions?: Permissions | undefined;
  /** Tools that an agent gets. */
  readonly tools?: readonly string[] | undefined;
  /** Names of the variables that it gets, and of the secrets in them and in its arguments. */
  readonly env: readonly string[];
  readonly secrets: readonly string[];
  /** Per attempt; of an approval or a wait: until it expires. */
  readonly timeoutMs?: number | undefined;
  readonly idleTimeoutMs?: number | undefined;
  readonly retry?: RetrySpec | undefined;
  readonly onError: "fail" | "continue";
  /** `items`: null where only the run knows how many. */
  readonly foreach?: { readonly items: number | null; readonly maxParallel?: number | undefined } | undefined;
  readonly repeat?:
    | { readonly max: number; readonly from?: string | undefined; readonly everyMs?: number | undefined }
    | undefined;
  /** Step whose conversation it goes on with. */
  readonly session?: string | undefined;
  readonly approval?: ApprovalPlan | undefined;
  readonly wait?: WaitPlan | undefined;
  readonly cache?: CacheSpec | undefined;
  /** Globs of the files that are kept. */
  readonly artifacts?: readonly string[] | undefined;
  readonly undo?: StepPlan | undefined;
  /** Of a `use` step; absent where the sub-workflow cannot be found. */
  readonly child?: FilePlan | undefined;
}

/** Who would do an agent step. */
export interface AgentPlan {
  /** Null where nobody can. */
  readonly chosen: AgentRef | null;
  readonly effort?: string | undefined;
  /** Next ones, when the chosen one fails. */
  readonly failover: readonly AgentRef[];
  readonly passedOver: readonly { readonly agent: string; readonly reason: string }[];
}

/** What people would be asked for. */
export interface ApprovalPlan {
  /** Roles and users; empty: whoever may answer approvals. */
  readonly by: readonly string[];
  readonly min: number;
  readonly fields: readonly string[];
}

/** What a step would wait for. `signal`: null where only the run knows its name. */
export type WaitPlan =
  | { readonly forMs: number }
  | { readonly until: string }
  | { readonly signal: string | null; readonly isTyped: boolean };
