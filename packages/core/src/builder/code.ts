import type { CodeContext } from "../model/step.js";
import type { FileTypes, InputValues, StepMap, Views } from "./scope-types.js";
import type { Plain } from "./value-types.js";

/** What a code step gets: real values, with the types of the workflow. */
export interface CodeScope<T extends FileTypes, V extends StepMap, Item>
  extends Omit<CodeContext, "inputs" | "steps" | "item"> {
  readonly inputs: Plain<InputValues<T["inputs"]>>;
  readonly steps: Plain<Views<V>>;
  /** The value of this item in a `foreach`. */
  readonly item: [Item] extends [never] ? null : Plain<Item>;
}
