import type { CodeFunction } from "../model/step.js";
import type { Workflow } from "../model/workflow.js";

/** A finished workflow. */
export interface BuiltWorkflow {
  /** The same data that a file gives. */
  readonly workflow: Workflow;
  /** Functions of its code steps by step id; `<id>!undo` for those of Undos. */
  readonly code: Readonly<Record<string, CodeFunction>>;
  /** The workflows of the builder that its steps use. */
  readonly children: readonly BuiltWorkflow[];
}

/** What can be built. */
export interface Buildable {
  build(): BuiltWorkflow;
}

/** Is it a workflow of the builder? */
export function isBuildable(value: unknown): value is Buildable {
  return typeof value === "object" && value !== null && "build" in value && typeof value.build === "function";
}
