import type { Json, JsonObject, ScriptLanguage } from "@aiw/core";
import type { LoadOptions } from "../load-options.js";
import type { Problem } from "../problems/problem.js";
import type { SectionName } from "../settings/step-source.js";
import type { TextChange } from "./changes.js";
import type { Path } from "./values.js";

/** One edit of a workflow file. Steps are named by their id. */
export type WorkflowEdit =
  | SetEdit
  | RemoveEdit
  | AddStepEdit
  | RemoveStepEdit
  | RenameStepEdit
  | MoveStepEdit
  | SetProseEdit
  | SetScriptEdit;

/** The settings of a step, or of its Undo; without a step the front matter. */
export interface SettingsPlace {
  readonly step?: string;
  readonly undo?: boolean;
}

/**
 * Sets a value. What is missing above it is made: keys, the settings fence, `#### Undo`. Of a map or list that is there
 * only the keys and items that differ are written.
 */
export interface SetEdit extends SettingsPlace {
  readonly kind: "set";
  /** `["retry", "attempts"]`, `["needs", 0]`. */
  readonly path: Path;
  readonly value: Json;
}

/** Removes a key or an item, and a map, list or fence that is left empty. Comments above it stay. */
export interface RemoveEdit extends SettingsPlace {
  readonly kind: "remove";
  readonly path: Path;
}

/** Adds a step. */
export interface AddStepEdit {
  readonly kind: "add-step";
  readonly step: NewStep;
  /** Default `steps`; made when the file has none. */
  readonly section?: SectionName;
  /** Id of the step that it comes behind; `null` for the first place; absent for the last. */
  readonly after?: string | null;
}

/** A step that is not there yet. */
export interface NewStep {
  readonly title: string;
  /** Where the title gives another one. */
  readonly id?: string;
  readonly settings?: JsonObject;
  readonly script?: { readonly lang: ScriptLanguage; readonly code: string };
  readonly prose?: string;
}

/** Removes a step with everything under its heading. */
export interface RemoveStepEdit {
  readonly kind: "remove-step";
  readonly step: string;
}

/**
 * Gives a step another title, another id or both, and writes the new id wherever the old one stands. A new title without
 * an id gives the id too, unless the step has `id:`. A new id without a title leaves the heading and sets `id:`.
 */
export interface RenameStepEdit {
  readonly kind: "rename-step";
  readonly step: string;
  readonly title?: string;
  readonly id?: string;
}

/** Moves a step with everything under its heading. */
export interface MoveStepEdit {
  readonly kind: "move-step";
  readonly step: string;
  /** Id of the step that it comes behind; `null` for the first place of a section. */
  readonly after: string | null;
  /** With `after: null`; default is the section it stands in. */
  readonly section?: SectionName;
}

/** Replaces the prose of a step, for agents the prompt. */
export interface SetProseEdit {
  readonly kind: "set-prose";
  readonly step: string;
  readonly undo?: boolean;
  readonly text: string;
}

/** Replaces the script of a step, or gives it one. */
export interface SetScriptEdit {
  readonly kind: "set-script";
  readonly step: string;
  readonly undo?: boolean;
  readonly code: string;
  /** Default: as it is, for a new one `bash`. */
  readonly lang?: ScriptLanguage;
}

/** How a file is loaded to verify an edit. */
export interface PatchOptions extends LoadOptions {
  /** Makes the edit also when the file then has problems that it has not now: for editors that show them. */
  readonly allowProblems?: boolean;
}

/** A file after an edit. */
export interface PatchResult {
  readonly text: string;
  /** What makes the text before the edit that after it, in order; offsets are UTF-16 units of the text before. */
  readonly changes: readonly TextChange[];
  /** Of the text after the edit. */
  readonly problems: readonly Problem[];
}
