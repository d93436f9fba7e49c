import type { JsonSchema } from "../json.js";
import type { TextTemplate, ValueTemplate } from "./template.js";

/** One step. The kind follows from what stands in the file. */
export type Step = ScriptStep | ToolStep | AgentStep;

/** What every kind of step has. */
export interface StepBase {
  readonly id: string;
  /** The heading as written. */
  readonly title: string;
  /** Position of the heading, 1-based; for messages only. */
  readonly at?: { readonly line: number; readonly column: number };
  /** Ids of the steps it waits for; explicit or, without `needs:`, all steps above it. */
  readonly needs: readonly string[];
  /** Condition, an expression; false skips the step. */
  readonly if?: string;
  readonly env: Readonly<Record<string, ValueTemplate>>;
  /** Working directory, relative to that of the run. */
  readonly cwd?: TextTemplate;
  /** Declared type of `.output`. */
  readonly output?: JsonSchema;
  readonly retry?: RetrySpec;
  /** Per attempt, in ms. */
  readonly timeoutMs?: number;
  /** Longest silence of an attempt, in ms. */
  readonly idleTimeoutMs?: number;
  readonly onError: "fail" | "continue";
  /** What a crash in the middle of an attempt leads to; absent: the default of the kind. */
  readonly onInterrupt?: "retry" | "fail" | "ask";
  /** Expression over this attempt's `output text status exit_code stderr`. */
  readonly failIf?: string;
}

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
  /** Wins over the model of an {@link AgentRef}. */
  readonly model?: string;
  readonly permissions?: Permissions;
  /** Allow-list of tools that the agent gets. */
  readonly tools?: readonly string[];
}

/** `claude` or `claude/opus`; `auto` is the first healthy agent of the configuration. */
export interface AgentRef {
  readonly agent: string;
  readonly model?: string;
}

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
