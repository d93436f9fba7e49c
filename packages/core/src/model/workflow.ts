import type { InputSpec } from "./input.js";
import type { Origin } from "./origin.js";
import type { BudgetSpec, CacheSpec, ConcurrencySpec, QuotaMove, SandboxMode, TriggerSpec } from "./settings.js";
import type { AgentRef, AgentRouting, Permissions, Step, Workspace } from "./step.js";
import type { TextTemplate, ValueTemplate } from "./template.js";

/** Version of the shape below; a store refuses to fold a model it does not know. */
export const workflowModelVersion = 1;

/**
 * A workflow: immutable data, a declarative graph of steps. Loaded from Markdown or built in TypeScript; the same
 * model. Plain JSON, so that `run.created` can hold it and equal workflows have equal hashes. Keys named `at` are
 * positions for messages and do not count in the hash.
 */
export interface Workflow {
  readonly model: typeof workflowModelVersion;
  /** From `name:`, else the `#` heading, else the file's name. */
  readonly name: string;
  readonly version?: string;
  /** `description:`, else the prose before the first `##`. */
  readonly description?: string;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Output name to expression. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of the secrets that steps may be given. */
  readonly secrets: readonly string[];
  /** Variables of every script, tool and agent process; a step's own `env` wins. */
  readonly env: Readonly<Record<string, ValueTemplate>>;
  /** What starts it besides a person. */
  readonly on?: readonly TriggerSpec[];
  /** Default for agent steps, in order of preference. */
  readonly agent?: readonly AgentRef[];
  /** Default choice among agents instead of `agent`. */
  readonly routing?: AgentRouting;
  readonly defaultModel?: string;
  readonly effort?: string;
  readonly permissions?: Permissions;
  /** Total time of the run in ms. */
  readonly timeoutMs?: number;
  /** Total of the run. */
  readonly budget?: BudgetSpec;
  readonly concurrency?: ConcurrencySpec;
  /** Default for steps. */
  readonly cache?: CacheSpec;
  readonly onQuota?: QuotaMove;
  /** Default for steps. */
  readonly workspace?: Workspace;
  readonly sandbox?: SandboxMode;
  /** Declared tools by name; those of a bundle's `tools/` folder need no declaration. */
  readonly tools: Readonly<Record<string, ToolDeclaration>>;
  /** Standing instructions of every agent step (`## Instructions`). */
  readonly instructions?: TextTemplate;
  /** In the order of the file. */
  readonly steps: readonly Step[];
  /** Run one after another when the run failed, after undo (`## On failure`). */
  readonly onFailure?: readonly Step[];
  /** Run one after another at the end of every run (`## Finally`). */
  readonly finally?: readonly Step[];
  /** The sub-workflows of its `use` steps, by the text of `use:`; resolved when the file is loaded. */
  readonly uses?: Readonly<Record<string, UsedWorkflow>>;
}

/** A sub-workflow as it was when its parent was loaded: editing its file changes no run under way. */
export interface UsedWorkflow {
  readonly workflow: Workflow;
  /** Where it came from; its steps work where the parent's do. */
  readonly from: Omit<Origin, "cwd">;
}

/** One entry of `tools:` in the front matter. */
export type ToolDeclaration =
  /** Folder of script tools, relative to the workflow file. */
  | { readonly kind: "scripts"; readonly folder: string }
  | {
      readonly kind: "mcp";
      /** Program and arguments, or the address of a server. */
      readonly server: { readonly command: readonly string[] } | { readonly url: string };
      readonly env: Readonly<Record<string, ValueTemplate>>;
    }
  | { readonly kind: "openapi"; readonly document: string; readonly auth?: ValueTemplate };
