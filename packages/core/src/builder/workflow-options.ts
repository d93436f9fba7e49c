import type { QuotaMove, SandboxMode } from "../model/settings.js";
import type { Permissions } from "../model/step.js";
import type { Expr, Present, Ref, SecretValue } from "./reference.js";
import type { Given, InputShape, InputValues, RunView } from "./scope-types.js";
import type { AgentSetting, BudgetSetting, CacheSetting, Duration, EnvSetting } from "./step-options.js";
import type { SecretText, Text } from "./template.js";
import type { AnyValue } from "./value-types.js";

/** What the settings of the whole workflow may read. */
export interface FileScope<S extends InputShape> {
  readonly inputs: Ref<InputValues<S>>;
  readonly run: Ref<RunView>;
}

/** Settings of a workflow. */
export interface WorkflowOptions<S extends InputShape, Secrets extends string, Env extends EnvSetting> {
  readonly version?: string;
  readonly description?: string;
  /** Zod types; a default makes an input optional. */
  readonly inputs?: S;
  /** Names of the secrets that steps may be given. */
  readonly secrets?: readonly Secrets[];
  /** Variables of every script, tool and agent process. */
  readonly env?: Given<Env, FileScope<S> & { readonly secrets: { readonly [K in Secrets]: Expr<SecretValue> } }>;
  /** What starts it besides a person. */
  readonly on?: Trigger<S> | readonly Trigger<S>[];
  /** Defaults of agent steps. */
  readonly agent?: AgentSetting;
  readonly model?: string;
  readonly effort?: string;
  readonly permissions?: Permissions;
  /** Of the whole run. */
  readonly timeout?: Duration;
  readonly budget?: BudgetSetting;
  /** Runs with the same key exclude each other. */
  readonly concurrency?: {
    readonly key: Given<string | Text, FileScope<S>>;
    readonly busy?: "queue" | "skip" | "cancel";
  };
  readonly cache?: CacheSetting;
  readonly onQuota?: QuotaMove;
  readonly workspace?: "here" | "new";
  readonly sandbox?: SandboxMode;
  /** Declared tools, by name. */
  readonly tools?: { readonly [name: string]: ToolSetting };
  /** Standing instructions of every agent step. */
  readonly instructions?: Given<string | Text, FileScope<S>>;
}

/** A folder of script tools, an MCP server, or an API by its OpenAPI description. */
export type ToolSetting =
  | string
  | {
      readonly mcp: { readonly env?: Given<EnvSetting, SecretsByName> } & (
        | { readonly command: readonly string[] }
        | { readonly url: string }
      );
    }
  | { readonly openapi: string; readonly auth?: Given<AnyValue, SecretsByName> };

interface SecretsByName {
  readonly secrets: { readonly [name: string]: Expr<SecretValue> };
}

/** What starts a workflow. */
export type Trigger<S extends InputShape> =
  | "manual"
  | {
      readonly schedule:
        | string
        | {
            readonly cron: string;
            /** IANA name; default UTC. */
            readonly timezone?: string;
            readonly overlap?: "skip" | "queue" | "allow";
            readonly missed?: "skip" | "once" | "all";
            readonly inputs?: Given<TriggerInputs<S>, EventScope>;
          };
    }
  | {
      readonly webhook: {
        readonly path: string;
        readonly provider?: "github" | "standard" | "stripe" | "slack" | "generic";
        /** Name of the secret that signs deliveries. */
        readonly secret?: string;
        readonly if?: Given<Expr<boolean>, EventScope>;
        readonly inputs?: Given<TriggerInputs<S>, EventScope>;
      };
    }
  | {
      readonly watch: {
        readonly paths: readonly string[];
        readonly ignore?: readonly string[];
        readonly events?: readonly ("created" | "modified" | "deleted" | "moved")[];
        readonly debounce?: Duration;
        readonly inputs?: Given<TriggerInputs<S>, EventScope>;
      };
    }
  | { readonly queue: { readonly name: string; readonly inputs?: Given<TriggerInputs<S>, EventScope> } };

/** What happened. Read its fields with ``expr`${event.body}.action` ``. */
export interface EventScope {
  readonly event: Ref<{
    readonly body: unknown;
    readonly headers: unknown;
    readonly query: unknown;
    readonly path: string;
  }>;
}

type TriggerInputs<S extends InputShape> = { readonly [K in keyof S]?: AnyValue };

/** Type of `env.*`: text, or a secret where it is made of one. */
export type EnvValues<Env> = {
  readonly [K in keyof Env]: Env[K] extends SecretText
    ? SecretValue
    : Env[K] extends Expr<SecretValue>
      ? SecretOf<Env[K]>
      : string;
};

/** An expression of any type fits a secret's too. */
type SecretOf<E> =
  E extends Expr<infer T>
    ? [T] extends [never]
      ? string
      : Present<T> extends SecretValue
        ? SecretValue
        : string
    : string;
