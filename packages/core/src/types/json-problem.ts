/** Where a value does not fit its schema. */
export interface JsonProblem {
  /** Keys and list indexes from the outermost value. */
  readonly path: readonly (string | number)[];
  /** Lower case, without the path. */
  readonly message: string;
}
