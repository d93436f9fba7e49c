import type { ScriptLanguage } from "@aiw/core";
import type { Range } from "../text/source.js";
import type { YamlMap } from "../yaml/nodes.js";
import type { Prose } from "./prose.js";

/** What a step is made of, whether it stands under a heading or in a map of YAML. */
export interface StepSource {
  /** As written; gives the id where `id:` does not. */
  readonly title: string;
  readonly titleAt: Range;
  /** Where a problem of the step as a whole is shown. */
  readonly at: Range;
  /** Absent without settings, and when they could not be read. */
  readonly settings?: YamlMap;
  /** There are settings that could not be read. */
  readonly isUnread: boolean;
  readonly script?: ScriptSource;
  readonly prose: Prose;
  readonly undo?: StepSource;
}

/** A script as the step will run it. */
export interface ScriptSource {
  readonly lang: ScriptLanguage;
  readonly code: string;
}

/** Sections of steps: `## Steps`, `## On failure`, `## Finally`. */
export type SectionName = "steps" | "onFailure" | "finally";

/** The steps of one section. */
export interface StepSourceList {
  /** The heading of the section; absent when the file has no such section. */
  readonly at?: Range;
  readonly steps: readonly UnreadStep[];
}

/** A step that is read when its turn comes: a file that is refused already may have any number of them. */
export interface UnreadStep {
  readonly at: Range;
  read(): StepSource;
}
