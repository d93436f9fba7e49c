import type { Origin, Tool, Workflow } from "@aiw/core";
import type { Problem, SourceMap } from "@aiw/markdown";

/** A workflow file or bundle that was read and checked. */
export interface LoadedWorkflow {
  /** Present when there is no error among the problems. */
  readonly workflow?: Workflow | undefined;
  readonly origin: Origin;
  readonly problems: readonly Problem[];
  readonly source: SourceMap;
  /** The text of the file, for code frames. */
  readonly text: string;
  /** The file as shown in messages: relative to the working directory. */
  readonly file: string;
  /** The script tools of the bundle. */
  readonly tools: readonly Tool[];
  /** Its sub-workflows at any depth, once for each file, in the order in which they are used. */
  readonly children: readonly LoadedChild[];
}

/** The file of a sub-workflow. */
export interface LoadedChild {
  readonly file: string;
  readonly text: string;
  /** Those in this file; an error is one problem of whoever uses it, too. */
  readonly problems: readonly Problem[];
}
