import type { Allowance } from "../problems/allowance.js";
import type { Report } from "../problems/report.js";
import type { Source } from "../text/source.js";
import type { YamlMap } from "../yaml/nodes.js";
import type { SectionTable } from "./sections.js";
import type { ToolTable } from "./tool-call.js";
import type { TypeReader } from "./types.js";
import type { UseTable } from "./use-call.js";

/** What readers of steps know of their file. */
export interface FileContext {
  readonly source: Source;
  readonly text: string;
  readonly report: Report;
  readonly allowance: Allowance;
  readonly sections: SectionTable;
  readonly types: TypeReader;
  readonly tools: ToolTable;
  readonly uses: UseTable;
  /** Called with the settings of each step, for the source map. */
  readonly settingsOf: (path: readonly (string | number)[], map: YamlMap) => void;
}
