import type * as z from "zod";
import type { BuiltWorkflow } from "./built.js";
import { compileFlow, type FlowDraft } from "./compile.js";
import type { Expr } from "./reference.js";
import type { PlaceName, Rules } from "./rules.js";
import type {
  EndTypes,
  EndViews,
  FailureView,
  FileTypes,
  InputShape,
  NoError,
  Scope,
  StepMap,
  Waited,
} from "./scope-types.js";
import type { EnvSetting, StepOptions } from "./step-options.js";
import type {
  AddedLast,
  AddedStep,
  Child,
  LastStep,
  NoStep,
  Over,
  Parts,
  TypeOf,
  WaitsOf,
  WithFor,
} from "./step-types.js";
import type { EnvValues, WorkflowOptions } from "./workflow-options.js";

/** Nothing yet. */
type None = Record<never, never>;

/**
 * A workflow under construction. Each call gives a new one and leaves the old one as it was; `build()` gives the
 * workflow of the model, the same data that a file gives.
 *
 * Its types: `T` of the whole workflow, `S` steps of the main section, `X` steps at the end, `O` outputs, `U` what an
 * Undo of the last step reads.
 */
export class Flow<
  in out T extends FileTypes,
  in out S extends StepMap,
  in out X extends StepMap,
  in out O,
  in out U extends LastStep,
> implements Child<T["inputs"], O>
{
  declare readonly child?: { readonly inputs: T["inputs"]; readonly outputs: O };
  readonly #draft: FlowDraft;

  constructor(draft: FlowDraft) {
    this.#draft = draft;
  }

  /**
   * Adds a step. It waits for all steps before it, or for those of `needs`, and can read those it waits for.
   *
   * @param id - Letters, digits and `_`; another than those of the other steps.
   */
  step<
    const Id extends string,
    Keys extends string,
    const Needs extends keyof S & string = keyof S & string,
    Type extends z.ZodType = never,
    ChildInputs extends InputShape = never,
    ChildOutputs = never,
    const Each extends Over = never,
    Values extends WithFor<ChildInputs> = never,
    Result extends TypeOf<Type> = never,
    const OnError extends "fail" | "continue" = "fail",
    Fields extends InputShape = None,
  >(
    id: Id extends keyof S | keyof X ? never : Id,
    options: StepOptions<
      T,
      Waited<S, Needs>,
      Needs,
      Each,
      Type,
      ChildInputs,
      ChildOutputs,
      Values,
      Result,
      OnError,
      Fields
    > &
      Rules<Parts<Keys, Needs, Type, ChildInputs, ChildOutputs, Each, Values, Result, OnError, Fields>, "steps">,
  ): Flow<
    T,
    S &
      AddedStep<
        Id,
        Parts<Keys, Needs, Type, ChildInputs, ChildOutputs, Each, Values, Result, OnError, Fields>,
        WaitsOf<S, Needs>
      >,
    X,
    O,
    AddedLast<
      Id,
      Parts<Keys, Needs, Type, ChildInputs, ChildOutputs, Each, Values, Result, OnError, Fields>,
      Waited<S, Needs>
    >
  >;
  step(id: string, options: object): unknown {
    return this.#next("steps", id, options);
  }

  /** Says what undoes the step before it when the run fails later. It reads what its step reads, and the step's own result. */
  undo<
    Keys extends string,
    Type extends z.ZodType = never,
    ChildInputs extends InputShape = never,
    ChildOutputs = never,
    Values extends WithFor<ChildInputs> = never,
    Result extends TypeOf<Type> = never,
  >(
    options: StepOptions<
      EndTypes<T, FailureView | null>,
      U["steps"],
      never,
      U["over"],
      Type,
      ChildInputs,
      ChildOutputs,
      Values,
      Result,
      never,
      None
    > &
      Rules<Parts<Keys, never, Type, ChildInputs, ChildOutputs, never, Values, Result, "fail", None>, "undo"> &
      U["undoable"],
  ): Flow<T, S, X, O, U>;
  undo(options: object): unknown {
    const last = this.#draft.entries.at(-1);
    return this.#next("undo", last?.id ?? "", options);
  }

  /** Adds a step that runs when the run failed, after the Undos and after the steps added here before. */
  onFailure<
    const Id extends string,
    Keys extends string,
    Type extends z.ZodType = never,
    ChildInputs extends InputShape = never,
    ChildOutputs = never,
    const Each extends Over = never,
    Values extends WithFor<ChildInputs> = never,
    Result extends TypeOf<Type> = never,
    const OnError extends "fail" | "continue" = "fail",
    Fields extends InputShape = None,
  >(
    id: Id extends keyof S | keyof X ? never : Id,
    options: StepOptions<
      EndTypes<T, FailureView>,
      EndViews<S & X>,
      never,
      Each,
      Type,
      ChildInputs,
      ChildOutputs,
      Values,
      Result,
      OnError,
      Fields
    > &
      Rules<Parts<Keys, never, Type, ChildInputs, ChildOutputs, Each, Values, Result, OnError, Fields>, "onFailure">,
  ): Flow<
    T,
    S,
    X &
      AddedStep<Id, Parts<Keys, never, Type, ChildInputs, ChildOutputs, Each, Values, Result, OnError, Fields>, never>,
    O,
    NoStep
  >;
  onFailure(id: string, options: object): unknown {
    return this.#next("onFailure", id, options);
  }

  /** Adds a step that runs at the end of every run, after the steps added here before. */
  finally<
    const Id extends string,
    Keys extends string,
    Type extends z.ZodType = never,
    ChildInputs extends InputShape = never,
    ChildOutputs = never,
    const Each extends Over = never,
    Values extends WithFor<ChildInputs> = never,
    Result extends TypeOf<Type> = never,
    const OnError extends "fail" | "continue" = "fail",
  >(
    id: Id extends keyof S | keyof X ? never : Id,
    options: StepOptions<
      EndTypes<T, FailureView | null>,
      EndViews<S & X>,
      never,
      Each,
      Type,
      ChildInputs,
      ChildOutputs,
      Values,
      Result,
      OnError,
      None
    > &
      Rules<Parts<Keys, never, Type, ChildInputs, ChildOutputs, Each, Values, Result, OnError, None>, "finally">,
  ): Flow<
    T,
    S,
    X & AddedStep<Id, Parts<Keys, never, Type, ChildInputs, ChildOutputs, Each, Values, Result, OnError, None>, never>,
    O,
    NoStep
  >;
  finally(id: string, options: object): unknown {
    return this.#next("finally", id, options);
  }

  /** Says what the workflow gives: name to expression. */
  outputs<const P extends { readonly [name: string]: Expr<unknown> }>(
    outputs: P | ((scope: Scope<T, S>) => P),
  ): Flow<T, S, X, { readonly [K in keyof P]: P[K] extends Expr<infer V> ? V : never }, U>;
  outputs(outputs: unknown): unknown {
    return new Flow({ ...this.#draft, outputs });
  }

  /**
   * The workflow, and the functions of its code steps.
   *
   * @throws AiwError `workflow_invalid` for what types do not see: names, expressions that are written out, …
   */
  build(): BuiltWorkflow {
    return compileFlow(this.#draft);
  }

  // The types of the overloads are for those who call them: here they would be worked out once more for all.
  #next(place: PlaceName, id: string, options: object): unknown {
    return new Flow({ ...this.#draft, entries: [...this.#draft.entries, { place, id, options }] });
  }
}

/**
 * Begins a workflow.
 *
 * @param name - As a heading would say it.
 */
export function workflow<
  const I extends InputShape = None,
  const Secrets extends string = never,
  const Env extends EnvSetting = None,
>(
  name: string,
  options?: WorkflowOptions<I, Secrets, Env>,
): Flow<
  { readonly inputs: I; readonly secrets: Secrets; readonly env: EnvValues<Env>; readonly error: NoError },
  None,
  None,
  None,
  NoStep
>;
export function workflow(name: string, options: object = {}): unknown {
  return new Flow({ name, options, entries: [], outputs: undefined });
}
