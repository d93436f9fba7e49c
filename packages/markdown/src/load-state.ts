import type { JsonSchema, Workflow } from "@aiw/core";
import type { ExpressionChecker } from "./check/expressions.js";
import type { Allowance } from "./problems/allowance.js";
import type { Report } from "./problems/report.js";
import type { FileSettings } from "./settings/file.js";
import type { StepDraft } from "./settings/step-draft.js";
import type { ToolTable } from "./settings/tool-call.js";
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
  /** The same, whatever is wrong with the file; absent also where so much is wrong that it was not checked. */
  checked?: CheckedParts;
}

/** What editors ask of a file. */
export interface CheckedParts {
  readonly settings: FileSettings;
  /** In the order of the file, those of the sections one after another. */
  readonly drafts: readonly StepDraft[];
  readonly tools: ToolTable;
  readonly checker: ExpressionChecker;
  /** Ids that a step waits for, by its place among the drafts. */
  needsOf(step: number): readonly string[];
}

/** A workflow with what its users may know of it. */
export interface Loaded {
  readonly workflow: Workflow;
  /** Types of its outputs. */
  readonly outputs: Readonly<Record<string, JsonSchema>>;
}
