import type { Workflow } from "@aiw/core";
import type { LoadOptions } from "./load-options.js";
import { type LoadState, loadPrompt } from "./load-prompt.js";
import { loadWorkflow } from "./load-workflow.js";
import type { Problem } from "./problems/problem.js";
import { createReport } from "./problems/report.js";
import { cutFrontMatter, hasVersionMark } from "./structure/front-matter.js";
import { isRoleFence } from "./structure/roles.js";
import { type SourceMap, sourceMap } from "./structure/source-map.js";
import { type Block, scanBlocks } from "./text/blocks.js";
import { maxFileBytes } from "./text/decode.js";
import { createSource } from "./text/source.js";

/** What loading a file gives. */
export interface LoadResult {
  /** Present when no problem is an error. */
  readonly workflow?: Workflow;
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
  const source = createSource(options.file, text.startsWith("\ufeff") ? text.slice(1) : text);
  const report = createReport(source);
  const refused = source.text.length > maxFileBytes || source.text.includes("\u0000");
  if (source.text.length > maxFileBytes)
    report.add(
      "E001",
      { start: 0, end: 1 },
      "the file is larger than 1 MiB",
      "move data into files that the steps read",
    );
  else if (refused) {
    const at = source.text.indexOf("\u0000");
    report.add(
      "E002",
      { start: at, end: at + 1 },
      "the file holds a NUL character: it is no text",
      "a workflow is Markdown in UTF-8",
    );
  }
  if (refused) return { problems: report.list(), source: { entries: [] } };
  const front = cutFrontMatter(source.text, report);
  // Without its end the front matter swallows the file: whatever else could be said is an echo.
  if (report.hasErrors()) return { problems: report.list(), source: { entries: [] } };
  const blocks = scanBlocks(source.text, front.bodyStart);
  const state: LoadState = { source, report, front, settings: [] };
  const workflow = isWorkflow(state, blocks) ? loadWorkflow(blocks, state, options) : loadPrompt(state, options);
  const problems = report.list();
  const map = sourceMap(blocks, state.settings);
  return workflow === undefined || report.hasErrors() ? { problems, source: map } : { workflow, problems, source: map };
}

/** Front matter with `aiw`, or a fence with a role, makes a file a workflow; anything else is one prompt. */
function isWorkflow({ source, front }: LoadState, blocks: readonly Block[]): boolean {
  if (blocks.some((block) => block.kind === "fence" && isRoleFence(block))) return true;
  return hasVersionMark(source.text, front);
}
