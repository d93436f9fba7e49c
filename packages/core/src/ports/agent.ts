import type { ErrorInfo } from "../errors.js";
import type { Json, JsonSchema } from "../json.js";
import type { Permissions } from "../model/step.js";
import type { Usage } from "../usage.js";
import type { AttemptContext } from "./attempt.js";
import type { Spawner } from "./spawner.js";

/** An AI coding agent. Every implementation passes `describeAgent` of `@aiw/core/testing`. */
export interface Agent {
  /** As written in workflows: `claude`. */
  readonly id: string;
  readonly capabilities: AgentCapabilities;
  /** Is it installed and logged in? Makes no model call and spends nothing. */
  health(context: AgentHealthContext): Promise<AgentHealth>;
  /** What of these options it cannot honour; empty when all is well. Called before a run starts. */
  check(options: AgentOptions): readonly ErrorInfo[];
  /**
   * One conversation turn, from prompt to final message. Expected failures are returned, not thrown. Resolves soon
   * after `context.signal` aborts, when nothing of it is alive any more.
   */
  run(request: AgentRequest, context: AttemptContext): Promise<AgentResult>;
}

/** What an agent can do; what it cannot is refused before the run, never ignored. */
export interface AgentCapabilities {
  /** `native`: forces the schema itself; `instruction`: asked in the prompt; `none`: refuses. */
  readonly structured: "native" | "instruction" | "none";
  /** Can go on with an earlier session. */
  readonly resume: boolean;
  /** Can go on with an earlier session in a new one, so that the earlier stays as it was. Absent: no. */
  readonly fork?: boolean | undefined;
  readonly usage: "full" | "partial" | "none";
  /** Reports what it cost. */
  readonly cost: boolean;
  /** May it have edited files? Decides the default of `on-interrupt`. */
  readonly edits: boolean;
  /** May `agent: auto` choose it? */
  readonly auto: boolean;
}

/** What a health check may use. */
export interface AgentHealthContext {
  readonly spawner: Spawner;
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/** Result of a health check. */
export type AgentHealth =
  | {
      readonly ok: true;
      readonly version?: string | undefined;
      readonly path?: string | undefined;
      readonly warning?: string | undefined;
    }
  | {
      readonly ok: false;
      readonly version?: string | undefined;
      readonly path?: string | undefined;
      readonly error: ErrorInfo;
    };

/** The options of a step that an agent must be able to honour. */
export interface AgentOptions {
  readonly model?: string | undefined;
  /** How much the model may think, in the agent's own words: `low`, `high`. */
  readonly effort?: string | undefined;
  readonly permissions?: Permissions | undefined;
  readonly tools?: readonly string[] | undefined;
  readonly outputSchema?: JsonSchema | undefined;
}

/** One turn. */
export interface AgentRequest extends AgentOptions {
  readonly prompt: string;
  /** Standing instructions; system prompt where the agent has one. */
  readonly instructions?: string | undefined;
  /** Id of the session to go on with. */
  readonly resume?: string | undefined;
  /** Leave that session as it is and go on in a new one. Only with {@link AgentCapabilities.fork}. */
  readonly fork?: boolean | undefined;
}

/** How a turn ended. */
export type AgentResult = AgentCompleted | AgentFailed;

/** What is known of a turn either way. */
export interface AgentFacts {
  readonly session?: string | undefined;
  readonly usage?: Usage | undefined;
  readonly costUsd?: number | undefined;
  /** The model that really answered. */
  readonly model?: string | undefined;
  /** Actions that the agent wanted and was not allowed. */
  readonly denials?: number | undefined;
}

/** The turn reached its final message. */
export interface AgentCompleted extends AgentFacts {
  readonly status: "completed";
  readonly text: string;
  /** From an agent with native structured output; still validated by the engine. */
  readonly structured?: Json | undefined;
}

/** The turn failed; `error.code` is what retry and failover read. */
export interface AgentFailed extends AgentFacts {
  readonly status: "failed";
  readonly error: ErrorInfo;
  readonly text?: string | undefined;
}
