import type { JsonSchema } from "../json.js";
import type { AgentRef, Permissions, Step } from "./step.js";
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
  /** Default for agent steps, in order of preference. */
  readonly agent?: readonly AgentRef[];
  readonly defaultModel?: string;
  readonly permissions?: Permissions;
  /** Total time of the run in ms. */
  readonly timeoutMs?: number;
  /** Declared tools by name; those of a bundle's `tools/` folder need no declaration. */
  readonly tools: Readonly<Record<string, ToolDeclaration>>;
  /** Standing instructions of every agent step (`## Instructions`). */
  readonly instructions?: TextTemplate;
  /** In the order of the file. */
  readonly steps: readonly Step[];
}

/** One declared input. */
export interface InputSpec {
  readonly schema: JsonSchema;
  /** No default and not optional. */
  readonly required: boolean;
}

/** `local: ./tools` is the one form of this version. */
export interface ToolDeclaration {
  readonly kind: "scripts";
  /** Folder of script tools, relative to the workflow file. */
  readonly folder: string;
}
