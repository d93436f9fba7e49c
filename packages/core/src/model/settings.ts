import type { TextTemplate, ValueTemplate } from "./template.js";

/** `foreach:`, `as:` and `max-parallel:`. */
export interface ForeachSpec {
  readonly over: ForeachOver;
  /** Name of the loop variable; `item` without `as:`. */
  readonly as: string;
  /** Items at once; absent: as many as the machine's limits allow. */
  readonly maxParallel?: number;
}

/** What a `foreach` goes over. */
export type ForeachOver =
  | { readonly list: readonly ValueTemplate[] }
  /** An expression that gives a list. */
  | { readonly expr: string }
  /** Every combination of the axes, the last one fastest; the value is a map of them. An axis `agent`, `model` or `effort` also sets that key. */
  | { readonly matrix: Readonly<Record<string, ForeachAxis>> };

/** The values of one axis. */
export type ForeachAxis = { readonly list: readonly ValueTemplate[] } | { readonly expr: string };

/** Most items of one `foreach`. */
export const maxForeachItems = 10_000;

/** `repeat:`. */
export interface RepeatSpec {
  /** Expression over the round that just ended; true ends the loop. */
  readonly until: string;
  /** Most rounds, the first included. */
  readonly max: number;
  /** Pause between rounds, in ms. */
  readonly everyMs?: number;
  /** Earlier step with which each round begins; absent: the step itself. */
  readonly from?: string;
}

/** `cache:`. */
export interface CacheSpec {
  /** How long a result may be reused, in ms. */
  readonly forMs: number;
  /** Globs below the working directory; their contents are part of the key. */
  readonly files: readonly string[];
}

/** `budget:`. At least one limit. */
export interface BudgetSpec {
  readonly usd?: number;
  readonly tokens?: number;
  /** Time in which a step runs, in ms. */
  readonly timeMs?: number;
  readonly onExceed: "warn" | "ask" | "downgrade" | "stop";
}

/** `on-quota:`, when an agent's quota window is used up. */
export type QuotaMove = "park" | "failover" | "fail";

/** `sandbox:`, our own around a process. */
export type SandboxMode = "off" | "auto" | "required";

/** `effects:`, a limited write that an agent may propose. */
export interface EffectSpec {
  readonly kind: "patch" | "file" | "comment" | "http" | "command";
  /** Most of them in one step. */
  readonly max?: number;
}

/** `concurrency:`. */
export interface ConcurrencySpec {
  /** Runs with the same key exclude each other; reads `inputs` and `run`. */
  readonly key: TextTemplate;
  readonly busy: "queue" | "skip" | "cancel";
}

/** One entry of `on:`. */
export type TriggerSpec =
  | { readonly type: "manual" }
  | {
      readonly type: "schedule";
      /** Five fields. */
      readonly cron: string;
      /** IANA name; absent: UTC. */
      readonly timezone?: string;
      readonly overlap: "skip" | "queue" | "allow";
      readonly missed: "skip" | "once" | "all";
      readonly inputs: Readonly<Record<string, ValueTemplate>>;
    }
  | {
      readonly type: "webhook";
      readonly path: string;
      readonly provider: "github" | "standard" | "stripe" | "slack" | "generic";
      /** Name of the secret that signs deliveries. */
      readonly secret?: string;
      /** Expression over `event`. */
      readonly if?: string;
      readonly inputs: Readonly<Record<string, ValueTemplate>>;
    }
  | {
      readonly type: "watch";
      readonly paths: readonly string[];
      readonly ignore: readonly string[];
      readonly events: readonly ("created" | "modified" | "deleted" | "moved")[];
      /** In ms. */
      readonly debounceMs: number;
      readonly inputs: Readonly<Record<string, ValueTemplate>>;
    }
  | { readonly type: "queue"; readonly name: string; readonly inputs: Readonly<Record<string, ValueTemplate>> };
