import type { JsonSchema, Step } from "@aiw/core";
import type { ExprUse } from "../check/use.js";
import type { Range } from "../text/source.js";
import type { YamlNode } from "../yaml/nodes.js";
import type { StepKind } from "./keys.js";

/** A step as read from its heading and fences, before it is known what it waits for. */
export interface StepDraft {
  /** Place among the steps. */
  readonly index: number;
  readonly id: string;
  /** Where the id comes from: the heading, or the value of `id:`. */
  readonly idAt: Range;
  readonly kind: StepKind;
  /** `needs:` as written; absent: all steps above. */
  readonly needs?: readonly Need[];
  /** Expressions of the step. */
  readonly uses: readonly ExprUse[];
  /** `if:`, for what it says about nullable values. */
  readonly condition?: string;
  readonly continues: boolean;
  /** Type of `.output`; absent: it has none. */
  readonly output?: JsonSchema;
  readonly toolCall?: ToolCall;
  /** The finished step. */
  readonly finish: (needs: readonly string[]) => Step;
}

/** One name of `needs:`. */
export interface Need extends Range {
  readonly id: string;
}

/** `tool:` and `with:`, to be compared with what is known of the tool. */
export interface ToolCall {
  readonly at: Range;
  readonly withNode?: YamlNode;
  readonly parameters: JsonSchema | undefined;
}
