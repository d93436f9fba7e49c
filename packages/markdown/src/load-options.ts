import type { AgentRef } from "@aiw/core";
import type { KnownTool } from "./settings/tool-call.js";
import type { ReadUse } from "./settings/use-call.js";

/** How a file is loaded. */
export interface LoadOptions {
  /** Name shown in problems; also the last resort for the workflow's name. */
  readonly file: string;
  /** Defaults of the bundle; the front matter wins. */
  readonly config?: LoadConfig;
  /** Text of a file relative to the workflow's folder, for `$schema: ./x.json`; absent: such a type is `any`. */
  readonly readFile?: (relative: string) => string | undefined;
  /** Every tool the workflow may use without declaring it; without this and `readTools`, tools are not checked. */
  readonly tools?: readonly KnownTool[];
  /**
   * The tools in a folder that the front matter declares, relative to the workflow's; undefined when there is no such
   * folder. Called once per declaration; what it throws is passed on.
   */
  readonly readTools?: (folder: string) => readonly KnownTool[] | undefined;
  /**
   * The workflow that `use:` names, relative to this one's folder; called once for each target. Without an answer the
   * sub-workflow is neither checked nor part of the model. What it throws is passed on.
   */
  readonly readUse?: ReadUse;
}

/** Defaults that a bundle's configuration gives. */
export interface LoadConfig {
  readonly agent?: readonly AgentRef[];
  readonly model?: string;
  /** Literal values. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}
