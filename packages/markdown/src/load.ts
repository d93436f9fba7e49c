import type { JsonSchema, Workflow } from "@aiw/core";
import type { LoadOptions } from "./load-options.js";
import { loadPrompt } from "./load-prompt.js";
import type { LoadState } from "./load-state.js";
import { loadWorkflow } from "./load-workflow.js";
import { createAllowance } from "./problems/allowance.js";
import type { Problem } from "./problems/problem.js";
import { createReport } from "./problems/report.js";
import { refuseFile } from "./refuse-file.js";
import { cutFrontMatter, type FrontMatter, hasVersionMark } from "./structure/front-matter.js";
import { isRoleFence } from "./structure/roles.js";
import { type SourceMap, sourceMap } from "./structure/source-map.js";
import { type Block, scanBlocks } from "./text/blocks.js";
import { createSource } from "./text/source.js";

/** What loading a file gives. */
export interface LoadResult {
  /** Present when no problem is an error. */
  readonly workflow?: Workflow;
  /** Types of the workflow's outputs, by name; there when the workflow is. */
  readonly outputs?: Readonly<Record<string, JsonSchema>>;
  /** In the order of the file. */
  readonly problems: readonly Problem[];
  readonly source: SourceMap;
}

/**
 * Loads and checks a workflow in Markdown. Reads nothing but the text and what the options give; reports all problems
 * in one pass and never throws on bad input.
 *
 * @param text - As from `decodeSource`; a byte order mark is skipped.
 */
export function loadMarkdown(text: string, options: LoadOptions): LoadResult {
  return loadParsed(text, options).result;
}

/** A loaded file with what was read of it on the way. */
export interface ParsedFile {
  readonly result: LoadResult;
  /** Absent when nothing could be read. */
  readonly parsed?: {
    readonly state: LoadState;
    readonly front: FrontMatter;
    readonly blocks: readonly Block[];
  };
}

/** The same as {@link loadMarkdown}, and what was read on the way. */
export function loadParsed(text: string, options: LoadOptions): ParsedFile {
  const source = createSource(options.file, text.startsWith("\ufeff") ? text.slice(1) : text);
  const report = createReport(source);
  const nothing = () => ({ result: { problems: report.list(), source: { entries: [] } } });
  refuseFile(source, report);
  if (report.hasErrors()) return nothing();
  const front = cutFrontMatter(source.text, report);
  // Without its end the front matter swallows the file: whatever else could be said is an echo.
  if (report.hasErrors()) return nothing();
  const blocks = scanBlocks(source.text, front.bodyStart);
  const state: LoadState = { source, report, allowance: createAllowance(report), settings: [] };
  const loaded = isWorkflow(source.text, front, blocks)
    ? loadWorkflow({ blocks, front }, state, options)
    : loadPrompt(front, state, options);
  const rest = { problems: report.list(), source: sourceMap({ text: source.text, blocks, ...state }) };
  const result = loaded === undefined || report.hasErrors() ? rest : { ...loaded, ...rest };
  return { result, parsed: { state, front, blocks } };
}

/** Front matter with `aiw`, or a fence with a role, makes a file a workflow; anything else is one prompt. */
function isWorkflow(text: string, front: FrontMatter, blocks: readonly Block[]): boolean {
  if (blocks.some((block) => block.kind === "fence" && isRoleFence(block))) return true;
  return hasVersionMark(text, front);
}
