import type { JsonSchema } from "../json.js";

/** One declared input. */
export interface InputSpec {
  readonly schema: JsonSchema;
  /** No default and not optional. */
  readonly required: boolean;
}
