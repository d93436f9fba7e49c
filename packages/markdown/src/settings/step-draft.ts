import type { ForeachSpec, JsonSchema, RepeatSpec, Step, TextTemplate, UndoStep, Workspace } from "@aiw/core";
import type { ExprUse } from "../check/use.js";
import type { Range } from "../text/source.js";
import type { YamlNode } from "../yaml/nodes.js";
import type { StepKind } from "./keys.js";
import type { SectionName } from "./step-source.js";

/** A step as read, before it is known what it waits for. */
export interface StepDraft extends BodyDraft {
  /** Place among the steps of the file, those of the sections one after another. */
  readonly index: number;
  readonly section: SectionName;
  readonly id: string;
  /** Where the id comes from: the heading, or the value of `id:`. */
  readonly idAt: Range;
  /** `needs:` as written; absent: all steps above. */
  readonly needs?: readonly Ref[];
  /** `if:`, for what it says about nullable values. */
  readonly condition?: string;
  readonly continues: boolean;
  readonly foreach?: ForeachSpec;
  readonly repeat?: RepeatDraft;
  readonly session?: Ref;
  /** `apply:`. */
  readonly applies?: Ref;
  readonly undo?: UndoDraft;
  /** The finished step. */
  readonly finish: (needs: readonly string[]) => Step;
}

/** `repeat:` with the step that it names. */
export interface RepeatDraft {
  readonly spec: RepeatSpec;
  /** Its key. */
  readonly at: Range;
  readonly from?: Ref;
}

/** The Undo of a step. */
export interface UndoDraft extends BodyDraft {
  readonly step: UndoStep;
}

/** What a step and its Undo share. */
export interface BodyDraft {
  readonly kind: StepKind;
  /** The step as a whole, for messages. */
  readonly at: Range;
  /** Expressions of the step. */
  readonly uses: readonly ExprUse[];
  /** Type of `.output`; absent: it has none. */
  readonly output?: JsonSchema;
  readonly cwd?: TextTemplate;
  readonly workspace?: WorkspaceDraft;
  readonly call?: Call;
}

/** The name of another step. */
export interface Ref extends Range {
  readonly id: string;
}

/** `workspace:` with the step that it names. */
export interface WorkspaceDraft {
  readonly value: Workspace;
  readonly ref?: Ref;
}

/** `tool:` or `use:` with `with:`, or a trigger's inputs, to be compared with what is known of what is called. */
export interface Call {
  readonly at: Range;
  readonly of: "tool" | "workflow";
  /** Key of the arguments. */
  readonly key: "with" | "inputs";
  readonly withNode?: YamlNode;
  /** A JSON Schema of a map; absent: nothing is known. */
  readonly parameters: JsonSchema | undefined;
}
