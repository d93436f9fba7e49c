import type { FileContext } from "./file-context.js";
import type { KeyReader } from "./key-reader.js";
import type { StepSource } from "./step-source.js";
import type { TemplateSink } from "./templates.js";

/** What reads one step, or the Undo of one. */
export interface StepReader {
  readonly source: StepSource;
  readonly file: FileContext;
  readonly keys: KeyReader;
  /** Its `uses` are those of the step. */
  readonly sink: TemplateSink;
}
