import type { Expression } from "@aiw/core";

/** Where an expression stands; decides what it may read and what it must give. */
export type UsePlace =
  | "prompt"
  | "if"
  | "fail-if"
  | "until"
  | "foreach"
  | "foreach-item"
  /** The list, and an item of the list, of an axis that sets a key of the step: text. */
  | "axis"
  | "axis-item"
  | "env"
  | "with"
  | "with-use"
  | "cwd"
  | "wait-until"
  | "signal"
  | "outputs"
  | "file-env"
  | "section"
  | "concurrency"
  | "trigger-if"
  | "trigger-input"
  | "tool-env"
  | "tool-auth";

/** One expression of the file, to be checked once all steps are known. */
export interface ExprUse {
  readonly expression: Expression;
  readonly place: UsePlace;
  /** The value goes into text, so it may not be null. */
  readonly inText: boolean;
  /** Offset in the file of an offset in the expression. */
  readonly locate: (offset: number) => number;
}
