import { AiwError } from "@aiw/core";

/**
 * Says that a file cannot hold a part of a workflow.
 *
 * @param what - The part, in lower case: `step 'a' is a function`.
 */
export function cannotSay(what: string, hint?: string): never {
  throw new AiwError("not_expressible", what, hint === undefined ? {} : { hint });
}
