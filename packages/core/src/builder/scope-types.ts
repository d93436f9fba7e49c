import type * as z from "zod";
import type { Expr, Present, Ref, SecretValue } from "./reference.js";

/** Inputs of a workflow: name to zod type. */
export type InputShape = { readonly [name: string]: z.ZodType };

/** What all steps of a workflow may read besides each other. Only in types. */
export interface FileTypes {
  readonly inputs: InputShape;
  readonly secrets: string;
  /** Variables of the whole workflow: name to `string`, or to a secret. */
  readonly env: object;
  /** `error`, where there is one. */
  readonly error: unknown;
}

/** The types of a workflow, for its steps at the end of a run. */
export interface EndTypes<T extends FileTypes, Failure> extends FileTypes {
  readonly inputs: T["inputs"];
  readonly secrets: T["secrets"];
  readonly env: T["env"];
  readonly error: Ref<Failure>;
}

/** `error` of a step that runs while all is well. */
export interface NoError {
  readonly only: "in onFailure and finally";
}

/** `error`: why the run failed. */
export type FailureView = {
  /** Id of the step that failed. */
  readonly step: string | null;
  readonly code: string;
  readonly message: string;
  /** Paths of the steps that were undone. */
  readonly undone: readonly string[];
};

/** What later steps know of a step. */
export interface StepFacts {
  /** `steps.<id>` as expressions read it. */
  readonly view: object;
  /** Ids of the steps it waits for, directly or through others. */
  readonly waits: string;
  readonly kind: KindName;
}

/** Steps by id. */
export type StepMap = { readonly [id: string]: StepFacts };

/** Kinds of steps of the builder. */
export type KindName = "script" | "tool" | "agent" | "use" | "approval" | "wait" | "apply" | "code";

/** Values of the inputs, defaults applied: what is missing is null. */
export type InputValues<S extends InputShape> = { readonly [K in keyof S]: Present<z.output<S[K]>> };

/** Views of steps, by id. */
export type Views<S extends StepMap> = { readonly [K in keyof S]: S[K]["view"] };

/** `run.*`. */
export type RunView = {
  readonly id: string;
  readonly attempt: number;
  readonly trigger: string;
  /** ISO 8601. */
  readonly started_at: string;
  readonly status: "running" | "completed" | "failed" | "cancelled";
};

/** What a step's expressions read. */
export interface Scope<T extends FileTypes, V extends StepMap, Item = never> {
  readonly inputs: Ref<InputValues<T["inputs"]>>;
  readonly steps: Ref<Views<V>>;
  readonly env: Ref<T["env"]>;
  readonly run: Ref<RunView>;
  /** The value of this item in a `foreach`, whatever `as` calls it. */
  readonly item: Ref<Item>;
  readonly error: T["error"];
}

/** What `env`, and `with` of scripts and tools, may read besides. */
export interface SecretScope<T extends FileTypes, V extends StepMap, Item> extends Scope<T, V, Item> {
  readonly secrets: { readonly [K in T["secrets"]]: Expr<SecretValue> };
}

/** What `failIf` and `until` read of the attempt that just ended. */
export interface AttemptScope<T extends FileTypes, V extends StepMap, Item, Output> extends Scope<T, V, Item> {
  readonly output: Ref<Output>;
  readonly text: Ref<string>;
  readonly status: Ref<"completed" | "failed">;
  /** Null for agents. */
  readonly exit_code: Ref<number | null>;
  readonly stderr: Ref<string | null>;
}

/** A value, or a function that makes it of what can be read. */
export type Given<X, S> = X | ((scope: S) => X);

/** What of a step every view has. */
export type CommonView = {
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly agent: string | null;
  readonly usage: {
    readonly input_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_tokens: number;
    readonly output_tokens: number;
    readonly reasoning_tokens: number;
  } | null;
  readonly cost_usd: number | null;
  readonly duration_ms: number | null;
};

/** `steps.<id>` of a step. */
export type StepView<Result> = CommonView &
  Result & {
    readonly status: "completed" | "failed" | "skipped";
    /** Paths of its artifacts. */
    readonly files: readonly string[];
    readonly workspace: string | null;
  };

/** An item of `steps.<id>.items`. */
export type ItemView<Value, Result> = CommonView &
  Result & { readonly index: number; readonly value: Value; readonly status: "completed" | "failed" | "skipped" };

/** Every field may be null. */
export type Nullable<T> = { readonly [K in keyof T]: T[K] | null };

/** Steps as the sections at the end read them: they may not have run. */
export type EndViews<S extends StepMap> = {
  readonly [K in keyof S]: {
    readonly view: EndView<S[K]["view"]>;
    readonly waits: S[K]["waits"];
    readonly kind: S[K]["kind"];
  };
};

type EndView<V> = {
  readonly [K in keyof V]: K extends "text" | "output" | "items" ? V[K] | null : K extends "status" ? OpenStatus : V[K];
};

type OpenStatus = "completed" | "failed" | "skipped" | "pending" | "running" | "suspended";

/** The steps that a step waits for with these `needs`: only what it waits for can be read. */
export type Waited<S extends StepMap, N extends keyof S> = Pick<S, N | (S[N]["waits"] & keyof S)>;
