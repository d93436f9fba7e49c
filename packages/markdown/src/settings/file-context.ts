import type { JsonSchema } from "@aiw/core";
import type { Allowance } from "../problems/allowance.js";
import type { Report } from "../problems/report.js";
import type { StepBlock } from "../structure/outline.js";
import type { Source } from "../text/source.js";
import type { YamlEntry, YamlMap, YamlNode } from "../yaml/nodes.js";
import type { SectionTable } from "./sections.js";
import type { KnownTool } from "./tool-call.js";
import type { Place } from "./values.js";

/** What readers of steps know of their file. */
export interface FileContext {
  readonly source: Source;
  readonly text: string;
  readonly report: Report;
  readonly allowance: Allowance;
  readonly sections: SectionTable;
  readonly tools: readonly KnownTool[] | undefined;
  /** A type in the notation of the language. */
  readonly readType: (entry: YamlEntry) => JsonSchema | undefined;
  /** `tools:` of a step. */
  readonly readAllowedTools: (node: YamlNode, place: Place) => readonly string[] | undefined;
  /** Called with the settings of each step, for the source map. */
  readonly settingsOf: (block: StepBlock, map: YamlMap) => void;
}

/** Place of an entry's value. */
export function valuePlace(entry: YamlEntry, report: Report): Place {
  return { key: entry.key, report };
}
