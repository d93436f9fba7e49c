/** Loads and checks AIW workflows written in Markdown. Browser-safe. */
export { loadFlowYaml } from "./flow-yaml/load.js";
export { type FormatResult, type FormatWorkflowOptions, formatWorkflow } from "./format/format.js";
export { fromMarkdown } from "./from-markdown.js";
export { type LoadResult, loadMarkdown } from "./load.js";
export type { LoadConfig, LoadOptions } from "./load-options.js";
export { loadWorkflowText } from "./load-text.js";
export { applyChanges, type TextChange } from "./patch/changes.js";
export type {
  AddStepEdit,
  MoveStepEdit,
  NewStep,
  PatchOptions,
  PatchResult,
  RemoveEdit,
  RemoveStepEdit,
  RenameStepEdit,
  SetEdit,
  SetProseEdit,
  SetScriptEdit,
  SettingsPlace,
  WorkflowEdit,
} from "./patch/edit.js";
export type { PatchReason } from "./patch/fault.js";
export { patchWorkflow } from "./patch/patch.js";
export { type StepRef, stepRefs } from "./patch/step-refs.js";
export { toMarkdown } from "./print/markdown.js";
export { toYaml } from "./print/yaml.js";
export { type ProblemCode, type ProblemDoc, problemCodes } from "./problems/codes.js";
export { type FormatOptions, formatProblem } from "./problems/format.js";
export { type Problem, printProblems } from "./problems/problem.js";
export type {
  Analysis,
  AnalyzeOptions,
  Completion,
  CompletionKind,
  Definition,
  FileSymbol,
  Fix,
  Hover,
  NamedKind,
  Occurrence,
  RenameTarget,
} from "./services/analysis.js";
export { analyze } from "./services/analyze.js";
export { fileKeyDocs } from "./settings/file-key-docs.js";
export type { KeyDoc, NamedThing } from "./settings/key-doc.js";
export { stepKeyDocs } from "./settings/step-key-docs.js";
export type { KnownOperation, KnownTool } from "./settings/tool-call.js";
export type { ReadUse, UsedInterface, UseProblem } from "./settings/use-call.js";
export { type SourceEntry, type SourceMap, toByteRange } from "./structure/source-map.js";
export { decodeSource, maxFileBytes } from "./text/decode.js";
export type { Range } from "./text/source.js";
