import type { JsonSchema, Workflow } from "@aiw/core";
import type { Allowance } from "./problems/allowance.js";
import type { Report } from "./problems/report.js";
import type { Outline } from "./structure/outline.js";
import type { MappedSettings } from "./structure/source-map.js";
import type { Source } from "./text/source.js";

/** What loading needs besides its options. */
export interface LoadState {
  readonly source: Source;
  readonly report: Report;
  readonly allowance: Allowance;
  /** Filled while loading, for the source map. */
  readonly settings: MappedSettings[];
  /** The same; absent for a file that is one prompt. */
  outline?: Outline;
}

/** A workflow with what its users may know of it. */
export interface Loaded {
  readonly workflow: Workflow;
  /** Types of its outputs. */
  readonly outputs: Readonly<Record<string, JsonSchema>>;
}
