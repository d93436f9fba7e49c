import type { ErrorInfo } from "../errors.js";
import type { Json, JsonSchema } from "../json.js";
import type { Secret } from "../secret.js";
import type { AttemptContext } from "./attempt.js";

/** A deterministic program or service with operations. Every implementation passes `describeTool` of `@aiw/core/testing`. */
export interface Tool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly operations: readonly ToolOperation[];
  /** Works in this process and starts no other, so that many calls at once are cheap. */
  readonly inProcess?: boolean | undefined;
  /**
   * Changes when its program does: a declared version, or a hash of its files. Part of the key under which results are
   * used again. Absent: only its name counts.
   */
  version?(): Promise<string>;
  /** Runs one operation. Expected failures are returned, not thrown. Nothing of it is alive when it resolves. */
  call(operation: string, input: ToolInput, context: AttemptContext): Promise<ToolResult>;
  close?(): Promise<void>;
}

/** Arguments by name. A {@link Secret} may stand for any value. */
export interface ToolInput {
  readonly [name: string]: Json | Secret | undefined;
}

/** One operation. */
export interface ToolOperation {
  readonly name: string;
  readonly description?: string | undefined;
  /** Schema of the arguments, an object. */
  readonly parameters: JsonSchema;
  /** Schema of the result where declared. */
  readonly output?: JsonSchema | undefined;
  /** Default time-out in ms. */
  readonly timeoutMs?: number | undefined;
}

/** How an operation ended. */
export type ToolResult =
  | {
      readonly status: "completed";
      readonly output: Json;
      readonly text: string;
      readonly stderr?: string | undefined;
      readonly truncated?: boolean | undefined;
    }
  | {
      readonly status: "failed";
      readonly error: ErrorInfo;
      readonly text?: string | undefined;
      readonly exitCode?: number | undefined;
      readonly stderr?: string | undefined;
    };
