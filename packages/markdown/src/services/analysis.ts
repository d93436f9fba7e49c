import type { LoadOptions } from "../load-options.js";
import type { TextChange } from "../patch/changes.js";
import type { PatchResult } from "../patch/edit.js";
import type { Problem } from "../problems/problem.js";
import type { Range } from "../text/source.js";

/** How a file is analyzed. */
export interface AnalyzeOptions extends LoadOptions {
  /** Agents that there are, for completion. */
  readonly agents?: readonly string[];
}

/**
 * One text of a workflow file, read and checked once, and what an editor may ask of it. All offsets are UTF-16 units of
 * the text without a byte order mark. Nothing throws on bad input: files are asked about while they are being typed.
 */
export interface Analysis {
  /** Is it a workflow? Of other Markdown nothing is to be said. */
  readonly isWorkflow: boolean;
  /** What `aiw check` reports, in the order of the file. */
  readonly problems: readonly Problem[];
  /** What may stand at the offset, the likeliest first. */
  completionsAt(offset: number): readonly Completion[];
  hoverAt(offset: number): Hover | undefined;
  /** Where the step, input, secret, variable or section at the offset is declared, or the file that `use:` names. */
  definitionAt(offset: number): Definition | undefined;
  /** Every place that names the same thing, its declaration among them. */
  referencesAt(offset: number): readonly Occurrence[];
  /** What a renaming at the offset would change first: the word to replace, and how it reads now. */
  renameTargetAt(offset: number): RenameTarget | undefined;
  /**
   * Renames the step or input at the offset, with everything that names it. A step's heading takes a title, any other
   * place an id.
   *
   * @throws AiwError `patch_failed`; `details.reason` says why, see `patchWorkflow`.
   */
  renameAt(offset: number, name: string): PatchResult;
  /** The outline of the file. */
  symbols(): readonly FileSymbol[];
  /**
   * What gives the file its layout.
   *
   * @throws AiwError `workflow_invalid` when headings, fences or settings cannot be read.
   */
  format(): readonly TextChange[];
  /** The change that a problem's "did you mean" asks for. */
  fixOf(problem: Problem): Fix | undefined;
}

/** What kind of thing a completion is. */
export type CompletionKind =
  | "key"
  | "word"
  | "step"
  | "name"
  | "field"
  | "function"
  | "method"
  | "agent"
  | "tool"
  | "secret"
  | "type"
  | "fence"
  | "heading";

/** One thing that may stand at a place. */
export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  /** A few words: its type, its kind. */
  readonly detail?: string;
  /** Markdown. */
  readonly about?: string;
  /** What to write instead of the range. */
  readonly text: string;
  readonly range: Range;
}

/** What is known of a place. */
export interface Hover {
  readonly range: Range;
  readonly markdown: string;
}

/** A place of this file, or another file, relative to the folder of this one. */
export type Definition = { readonly range: Range } | { readonly file: string };

/** What the parts of a file can name. */
export type NamedKind = "step" | "input" | "secret" | "variable" | "section";

/** A place that names something. */
export interface Occurrence extends Range {
  readonly kind: NamedKind;
  readonly name: string;
  readonly isDeclaration: boolean;
}

/** What a renaming begins with. */
export interface RenameTarget {
  readonly range: Range;
  readonly placeholder: string;
}

/** One entry of the outline. */
export interface FileSymbol {
  readonly name: string;
  readonly kind: "title" | "section" | "steps" | "step" | "undo" | "input";
  readonly detail?: string;
  /** All of it. */
  readonly range: Range;
  /** Its name. */
  readonly nameRange: Range;
  readonly children: readonly FileSymbol[];
}

/** A change that mends a problem. */
export interface Fix {
  /** For people: `change 'txt' to 'text'`. */
  readonly title: string;
  readonly change: TextChange;
}
