import type * as z from "zod";
import type { ErrorCode } from "../error-codes.js";
import type { QuotaMove, SandboxMode } from "../model/settings.js";
import type { Permissions, RoutingPolicy } from "../model/step.js";
import type { CodeScope } from "./code.js";
import type { Expr, SecretValue } from "./reference.js";
import type { AttemptScope, FileTypes, Given, InputShape, Scope, SecretScope, StepMap } from "./scope-types.js";
import type { Script } from "./script.js";
import type { Child, ItemOf, TypeOf } from "./step-types.js";
import type { SecretText, Text, TextHole } from "./template.js";

/** A time: a number and its unit, `500ms`, `30s`, `10m`, `1h30m`, `7d`. */
export type Duration = `${number}${Unit}` | `${number}${Unit}${number}${Unit}`;
type Unit = "ms" | "s" | "m" | "h" | "d" | "w";

/** What an agent is asked by: `claude`, `claude/opus`, a list in order of preference, or a choice among several. */
export type AgentSetting =
  | string
  | readonly string[]
  | { readonly any: readonly string[]; readonly by?: RoutingPolicy; readonly needs?: readonly string[] };

/** Extra attempts after the first. */
export type RetrySetting =
  | number
  | {
      readonly attempts: number;
      readonly backoff?: "exponential" | "constant";
      readonly delay?: Duration;
      readonly maxDelay?: Duration;
      readonly on?: ErrorCode | readonly ErrorCode[];
    };

/** At least one limit. */
export interface BudgetSetting {
  readonly usd?: number;
  readonly tokens?: number;
  readonly time?: Duration;
  readonly onExceed?: "warn" | "ask" | "downgrade" | "stop";
}

/** How long a result may be reused; `files` (globs) are part of its key. */
export type CacheSetting = Duration | { readonly for: Duration; readonly files?: readonly string[] };

/** A limited write that an agent may propose. */
export type EffectSetting = EffectKind | { readonly kind: EffectKind; readonly max?: number };
type EffectKind = "patch" | "file" | "comment" | "http" | "command";

/** Variables of a process. */
export type EnvSetting = { readonly [name: string]: TextHole | SecretText | Expr<SecretValue> };

/** Who decides, and what an answer carries. */
export interface ApprovalSetting<Fields extends InputShape> {
  /** Roles or users who may answer. */
  readonly by?: readonly string[];
  /** Number of different people who must approve; default 1. */
  readonly min?: number;
  readonly timeout?: Duration;
  readonly fields?: Fields;
}

/** A pause, a time, or a signal from outside. */
export type WaitSetting<T extends FileTypes, V extends StepMap, Item, Type> =
  | { readonly for: Duration }
  /** A time: text in ISO 8601, or ms since the epoch. */
  | { readonly until: Given<Expr<string | number>, Scope<T, V, Item>> }
  | {
      readonly signal: Given<string | Text, Scope<T, V, Item>>;
      readonly schema?: Type;
      readonly timeout?: Duration;
    };

/** Settings of a step; the kind of step follows from what is given. Times are texts with a unit. */
export interface StepOptions<
  T extends FileTypes,
  V extends StepMap,
  Needs,
  Each,
  Type extends z.ZodType,
  ChildInputs extends InputShape,
  ChildOutputs,
  Values,
  Result,
  OnError,
  Fields extends InputShape,
> {
  /** As a heading of a file would say it; default the id. */
  readonly title?: string;
  /** Ids of the steps it waits for; default all before it. Only what it waits for can be read. */
  readonly needs?: readonly Needs[];
  /** False skips the step. */
  readonly if?: Given<Expr<boolean>, Scope<T, V>>;
  /** Makes the step once per value, which is `item` in the functions below. */
  readonly foreach?: Each | ((scope: Scope<T, V>) => Each);
  /** Name of the loop variable where the workflow is printed; default `item`. */
  readonly as?: string;
  readonly maxParallel?: number;

  /** A script: `` bash`…` ``. */
  readonly script?: Script;
  /** One operation of a tool: `github.create_review`. */
  readonly tool?: string;
  /** Another workflow of the builder, or the path of one. */
  readonly use?: Child<ChildInputs, ChildOutputs> | string;
  /** What an agent is asked, or a person reads who is asked for approval. */
  readonly prompt?: Given<string | Text | Expr<string>, Scope<T, V, ItemOf<Each>>>;
  /** A person decides. */
  readonly approval?: ApprovalSetting<Fields>;
  readonly wait?: WaitSetting<T, V, ItemOf<Each>, Type>;
  /** Id of the step whose workspace's files are merged. */
  readonly apply?: NoInfer<Needs>;
  /** A function of this program. It may be called again after a crash: use the idempotency key. */
  readonly code?: (context: CodeScope<T, V, ItemOf<Each>>) => Result | Promise<Result>;

  /** Values for a script, a tool or the inputs of a sub-workflow. */
  readonly with?: Given<Values, SecretScope<T, V, ItemOf<Each>>>;
  readonly env?: Given<EnvSetting, SecretScope<T, V, ItemOf<Each>>>;
  readonly cwd?: Given<string | Text | Expr<string>, Scope<T, V, ItemOf<Each>>>;
  /** Type of the output, as JSON. */
  readonly output?: Type;

  readonly agent?: AgentSetting;
  readonly model?: string;
  readonly effort?: string;
  /** Tools that the agent gets. */
  readonly tools?: readonly string[];
  readonly permissions?: Permissions;
  /** Id of the agent step whose conversation goes on. */
  readonly session?: NoInfer<AgentIds<V>>;
  readonly effects?: readonly EffectSetting[];
  readonly onQuota?: QuotaMove;

  readonly retry?: RetrySetting;
  readonly timeout?: Duration;
  readonly idleTimeout?: Duration;
  readonly onError?: OnError;
  readonly onInterrupt?: "retry" | "fail" | "ask";
  readonly failIf?: Given<Expr<boolean>, AttemptScope<T, V, ItemOf<Each>, TypeOf<Type>>>;
  /** Makes the step, or the steps from an earlier one to it, again until a condition is true. */
  readonly repeat?: {
    readonly until: Given<Expr<boolean>, AttemptScope<T, V, ItemOf<Each>, TypeOf<Type>>>;
    readonly max: number;
    readonly every?: Duration;
    readonly from?: NoInfer<Needs>;
  };
  readonly cache?: CacheSetting;
  readonly budget?: BudgetSetting;
  /** Globs; what matches after the step is kept. */
  readonly artifacts?: readonly string[];
  readonly workspace?: "here" | "new" | { readonly step: NoInfer<Needs> };
  readonly sandbox?: SandboxMode;
}

type AgentIds<V extends StepMap> = { [K in keyof V]: V[K]["kind"] extends "agent" ? K : never }[keyof V];
