import type { Json, JsonSchema } from "../json.js";
import type { InputSpec } from "./input.js";
import type { BudgetSpec, CacheSpec, EffectSpec, ForeachSpec, QuotaMove, RepeatSpec, SandboxMode } from "./settings.js";
import type { TextTemplate, ValueTemplate } from "./template.js";

/** One step. The kind follows from what stands in the file. */
export type Step = ScriptStep | ToolStep | AgentStep | UseStep | ApprovalStep | WaitStep | ApplyStep | CodeStep;

/** Name of a kind of step. */
export type StepKind = Step["kind"];

/** What may undo a step. Its id is that of the step it undoes; it waits for nothing and is no loop. */
export type UndoStep = ScriptStep | ToolStep | AgentStep | UseStep | CodeStep;

/** What every kind of step has. */
export interface StepBase {
  readonly id: string;
  /** The heading as written. */
  readonly title: string;
  /** Position of the heading, 1-based; for messages only. */
  readonly at?: { readonly line: number; readonly column: number };
  /** Ids of the steps it waits for; explicit or, without `needs:`, all steps above it. */
  readonly needs: readonly string[];
  /** Condition, an expression; false skips the step. Evaluated once, before a `foreach` is expanded. */
  readonly if?: string;
  readonly env: Readonly<Record<string, ValueTemplate>>;
  /** Working directory, relative to that of the run. */
  readonly cwd?: TextTemplate;
  /** Declared type of `.output`. */
  readonly output?: JsonSchema;
  readonly retry?: RetrySpec;
  /** Per attempt, in ms; of an approval or a wait: until it expires. */
  readonly timeoutMs?: number;
  /** Longest silence of an attempt, in ms. */
  readonly idleTimeoutMs?: number;
  readonly onError: "fail" | "continue";
  /** What a crash in the middle of an attempt leads to; absent: the default of the kind. */
  readonly onInterrupt?: "retry" | "fail" | "ask";
  /** Expression over this attempt's `output text status exit_code stderr`. */
  readonly failIf?: string;
  /** Makes the step once per value. */
  readonly foreach?: ForeachSpec;
  /** Makes the step, or the steps from an earlier one to it, again until a condition is true. */
  readonly repeat?: RepeatSpec;
  /** Reuses an earlier result for the same work. */
  readonly cache?: CacheSpec;
  /** Globs below the working directory; what matches after the step is kept. */
  readonly artifacts?: readonly string[];
  /** Compensation of the completed step. */
  readonly undo?: UndoStep;
  readonly budget?: BudgetSpec;
  readonly onQuota?: QuotaMove;
  /** `{ step }`: the workspace of that step. */
  readonly workspace?: Workspace;
  readonly sandbox?: SandboxMode;
}

/** Where a step works. */
export type Workspace = "here" | "new" | { readonly step: string };

/** A ` ```<lang> run ` fence. Nothing is ever interpolated into its text. */
export interface ScriptStep extends StepBase {
  readonly kind: "script";
  readonly lang: ScriptLanguage;
  readonly script: string;
  /** JSON for the file `$AIW_INPUT`. */
  readonly with?: ValueTemplate;
}

/** Languages of `run` fences. */
export type ScriptLanguage = "bash" | "sh" | "python" | "js" | "ts";

/** One operation of a tool. */
export interface ToolStep extends StepBase {
  readonly kind: "tool";
  /** Name of the tool. */
  readonly tool: string;
  /** `run` where the tool has only one. */
  readonly operation: string;
  readonly with?: ValueTemplate;
}

/** A prompt for an AI coding agent. */
export interface AgentStep extends StepBase {
  readonly kind: "agent";
  readonly prompt: TextTemplate;
  /** Preferred first, the rest is the failover order; absent: the workflow's, else `auto`. */
  readonly agent?: readonly AgentRef[];
  /** Chooses among agents instead of `agent`. */
  readonly routing?: AgentRouting;
  /** Wins over the model of an {@link AgentRef}. */
  readonly model?: string;
  readonly effort?: string;
  readonly permissions?: Permissions;
  /** Allow-list of tools that the agent gets. */
  readonly tools?: readonly string[];
  /** Step whose agent conversation this one goes on with: pins its agent. */
  readonly session?: string;
  readonly effects?: readonly EffectSpec[];
}

/** A sub-workflow. The child is a run of its own; `.output` is its outputs. */
export interface UseStep extends StepBase {
  readonly kind: "use";
  /** As written; a key of {@link Workflow.uses}. */
  readonly use: string;
  /** The child's inputs, a map. */
  readonly with?: ValueTemplate;
}

/** A person decides. `.output` is `{ approved, by, …fields }`, `.text` the comment. */
export interface ApprovalStep extends StepBase {
  readonly kind: "approval";
  /** What they read. */
  readonly prompt: TextTemplate;
  /** Roles or users who may answer; empty: whoever may answer approvals at all. */
  readonly by: readonly string[];
  /** Number of different people who must approve; one rejection rejects. */
  readonly min: number;
  /** What an answer carries besides yes or no. */
  readonly fields: Readonly<Record<string, InputSpec>>;
}

/** A timer, or a signal from outside. `.output` is the payload of the signal, else null. */
export interface WaitStep extends StepBase {
  readonly kind: "wait";
  readonly wait: WaitSpec;
}

/** What a step waits for. */
export type WaitSpec =
  /** A time in ms from when the step becomes ready. */
  | { readonly for: number }
  /** An expression that gives a time: text in ISO 8601, or ms since the epoch. */
  | { readonly until: string }
  /** A signal of this name whose data fit the schema; the step's `timeoutMs` ends the waiting. */
  | { readonly signal: TextTemplate; readonly schema?: JsonSchema };

/** Merges the files of another step's workspace. */
export interface ApplyStep extends StepBase {
  readonly kind: "apply";
  readonly from: string;
}

/** A function of the program that built the workflow; in the TypeScript builder only. */
export interface CodeStep extends StepBase {
  readonly kind: "code";
}

/** A {@link CodeStep}'s function, found by the step's id. It may be called again after a crash: use the key. */
export type CodeFunction = (context: CodeContext) => Promise<Json> | Json;

/** What a {@link CodeFunction} gets. */
export interface CodeContext {
  readonly inputs: Readonly<Record<string, Json>>;
  /** `steps.<id>` as expressions read it. */
  readonly steps: Readonly<Record<string, Json>>;
  /** The loop variable of a `foreach`, else null. */
  readonly item: Json;
  readonly run: string;
  readonly step: string;
  readonly attempt: number;
  /** The same for every attempt of the step. */
  readonly idempotencyKey: string;
  /** Aborted on cancel, time-out and loss of the lease. */
  readonly signal: AbortSignal;
}

/** `claude` or `claude/opus`; `auto` is the first healthy agent of the configuration. */
export interface AgentRef {
  readonly agent: string;
  readonly model?: string;
}

/** `{ any: [..], by, needs }`: a choice among agents at the time of the step. */
export interface AgentRouting {
  readonly any: readonly AgentRef[];
  readonly by: RoutingPolicy;
  /** Capabilities that a chosen agent must have. */
  readonly needs: readonly string[];
}

/** How {@link AgentRouting} chooses. */
export type RoutingPolicy =
  | "cost"
  | "quality"
  | "latency"
  | "balanced"
  | "capability"
  | "round-robin"
  | "random"
  | "priority"
  | "least-loaded";

/** What an agent may touch. An absent list is the default of the language, an empty one allows nothing. */
export interface Permissions {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  readonly run?: readonly string[];
  readonly net?: readonly string[];
}

/** Extra attempts after the first. */
export interface RetrySpec {
  /** Number of extra attempts. */
  readonly attempts: number;
  readonly backoff: "exponential" | "constant";
  /** First (or constant) delay in ms. */
  readonly delayMs: number;
  /** Cap of one delay in ms. */
  readonly maxDelayMs: number;
  /** Error codes that are retried; absent: any for scripts, retryable ones for tools and agents. */
  readonly on?: readonly string[];
}
