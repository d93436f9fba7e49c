import type { AgentRef } from "@aiw/core";

/** Who may do an agent step. */
export interface Candidates {
  /** In the order in which they are tried. */
  readonly usable: readonly AgentRef[];
  readonly passedOver: readonly { readonly agent: string; readonly reason: string }[];
}
