import type * as z from "zod";
import type { Expr, Present } from "./reference.js";
import type { CommonView, InputShape, ItemView, KindName, Nullable, StepMap, StepView } from "./scope-types.js";
import type { AnyValue, InputsGiven } from "./value-types.js";

/** A workflow that a step may `use`, as far as its user sees it. */
export interface Child<Inputs extends InputShape, Outputs> {
  /** Only in types. */
  readonly child?: { readonly inputs: Inputs; readonly outputs: Outputs };
}

/** What the types of one step's settings are. */
export interface StepParts {
  /** Ids in `needs`. */
  readonly needs: string;
  /** Names of all keys that are given. */
  readonly keys: string;
  /** Zod type of `output`, or of a signal's data; never without. */
  readonly type: z.ZodType;
  /** Of a sub-workflow; never without. */
  readonly inputs: InputShape;
  readonly outputs: unknown;
  /** What `foreach` goes over; never without. */
  readonly over: unknown;
  /** What `with` holds. */
  readonly values: unknown;
  /** What `code` returns. */
  readonly result: unknown;
  readonly onError: "fail" | "continue";
  /** Fields of an approval's answer. */
  readonly fields: InputShape;
}

/** Puts the types of one step together. */
export interface Parts<
  Keys extends string,
  Needs extends string,
  Type extends z.ZodType,
  Inputs extends InputShape,
  Outputs,
  Each,
  Values,
  Result,
  OnError extends "fail" | "continue",
  Fields extends InputShape,
> {
  readonly keys: Keys;
  readonly needs: Needs;
  readonly type: Type;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly over: Each;
  readonly values: Values;
  readonly result: Result;
  readonly onError: OnError;
  readonly fields: Fields;
}

/** Keys that make a step one of a kind; `prompt` alone makes it an agent's. */
export type KindOf<Key extends string> = "script" extends Key
  ? "script"
  : "tool" extends Key
    ? "tool"
    : "use" extends Key
      ? "use"
      : "approval" extends Key
        ? "approval"
        : "wait" extends Key
          ? "wait"
          : "apply" extends Key
            ? "apply"
            : "code" extends Key
              ? "code"
              : "agent";

/** What `foreach` may go over: values, an expression that gives a list, or a map of them. */
export type Over = Axis | { readonly [axis: string]: Axis };
type Axis = readonly AnyValue[] | Expr<readonly unknown[]>;

/** The loop variable; never without `foreach`. */
export type ItemOf<O> = [O] extends [never]
  ? never
  : O extends Axis
    ? ItemOfAxis<O>
    : { readonly [K in keyof O]: ItemOfAxis<O[K]> };

type ItemOfAxis<A> =
  A extends Expr<infer List>
    ? List extends readonly (infer Item)[]
      ? Present<Item>
      : unknown
    : A extends readonly (infer Item)[]
      ? Given<Item>
      : never;

type Given<V> = V extends Expr<infer Inner> ? Inner : V extends object ? { readonly [K in keyof V]: Given<V[K]> } : V;

/** Type of what a zod type says; unknown without. */
export type TypeOf<Z extends z.ZodType> = [Z] extends [never] ? unknown : z.output<Z>;

/** `with` of a step: the inputs of its child, or any map. */
export type WithFor<Inputs extends InputShape> = [Inputs] extends [never]
  ? { readonly [name: string]: AnyValue | undefined }
  : InputsGiven<Inputs>;

/** `.text` and `.output` of a step once it is completed. A step without a type of its output has none to read. */
export type ResultOf<P extends StepParts, Kind extends KindName = KindOf<P["keys"]>> = Kind extends "script" | "agent"
  ? { readonly text: string } & OutputOf<P["type"], object>
  : Kind extends "tool"
    ? { readonly text: string } & OutputOf<P["type"], { readonly output: unknown }>
    : Kind extends "apply"
      ? {
          readonly text: string;
          readonly output: { readonly files: readonly string[]; readonly conflicts: readonly string[] };
        }
      : Kind extends "use"
        ? { readonly text: null; readonly output: P["outputs"] }
        : Kind extends "approval"
          ? { readonly text: string | null; readonly output: Answer<P["fields"]> }
          : Kind extends "wait"
            ? { readonly text: null } & OutputOf<P["type"], { readonly output: unknown }>
            : { readonly text: null } & OutputOf<P["type"], { readonly output: P["result"] }>;

type OutputOf<Z extends z.ZodType, Else> = [Z] extends [never] ? Else : { readonly output: z.output<Z> };

type Answer<F extends InputShape> = { readonly approved: boolean; readonly by: readonly string[] } & {
  readonly [K in keyof F]: Present<z.output<F[K]>> | null;
};

/** `steps.<id>` as later steps read it. */
export type ViewOf<P extends StepParts> = [P["over"]] extends [never]
  ? StepView<"if" extends P["keys"] ? Nullable<ResultOf<P>> : ResultOrNull<P>>
  : ItemsView<readonly ItemView<ItemOf<P["over"]>, ResultOrNull<P>>[] | ("if" extends P["keys"] ? null : never)>;

type ItemsView<Items> = CommonView & { readonly items: Items; readonly status: "completed" | "failed" | "skipped" };

/** A rejected approval is an answer too. */
type ResultOrNull<P extends StepParts> = P["onError"] extends "continue"
  ? KindOf<P["keys"]> extends "approval"
    ? ResultOf<P>
    : Nullable<ResultOf<P>>
  : ResultOf<P>;

/** The step, for those that come after it. */
export type AddedStep<Id extends string, P extends StepParts, Waits extends string> = {
  readonly [K in Id]: {
    readonly view: ViewOf<P>;
    readonly waits: Waits;
    readonly kind: KindOf<P["keys"]>;
  };
};

/** These steps, and all that they wait for. */
export type WaitsOf<S extends StepMap, N extends string> = N | (N extends keyof S ? S[N]["waits"] : never);

/** The step that was added last, for its Undo. */
export interface LastStep {
  /** Itself as it completed, and what it waits for. */
  readonly steps: StepMap;
  /** What its `foreach` goes over; never without. */
  readonly over: unknown;
  /** What the settings of its Undo must be besides. */
  readonly undoable: unknown;
}

/** There is no step to undo. */
export interface NoStep extends LastStep {
  readonly steps: Record<never, never>;
  readonly over: never;
  readonly undoable: never;
}

/** The step, for an Undo that follows. Nothing undoes an approval or a wait. */
export interface AddedLast<Id extends string, P extends StepParts, Waited extends StepMap> extends LastStep {
  readonly steps: Waited & {
    readonly [K in Id]: {
      readonly view: StepView<ResultOf<P>>;
      readonly waits: string;
      readonly kind: KindOf<P["keys"]>;
    };
  };
  readonly over: P["over"];
  readonly undoable: KindOf<P["keys"]> extends "approval" | "wait" ? never : unknown;
}
