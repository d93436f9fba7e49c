import { AiwError, workflowHash } from "@aiw/core";
import { loadMarkdown } from "../load.js";
import type { LoadOptions } from "../load-options.js";
import { changesBetween, type TextChange } from "../patch/changes.js";
import { type Layout, layoutOf } from "../patch/layout.js";
import { isSameMeaning } from "./meaning.js";
import { pinIds } from "./pin-ids.js";
import { printFile } from "./print.js";

/** How a file is formatted. */
export interface FormatWorkflowOptions extends LoadOptions {
  /** Writes `id:` for every step whose id comes from its heading, so that the heading can be reworded. */
  readonly pinIds?: boolean;
}

/** A formatted file. */
export interface FormatResult {
  readonly text: string;
  /** What makes the text before that after; none when it had its layout. */
  readonly changes: readonly TextChange[];
}

/**
 * The file in its one layout: settings right below their heading, keys in the order of the reference, one space, two
 * columns, a blank line above headings and below prose, a line break at the end. Prose, scripts and comments keep their
 * text, so the meaning never changes; the result is loaded and compared to prove it. A file that is one prompt is left
 * as it is. Formatting twice changes nothing.
 *
 * @throws AiwError `workflow_invalid` when headings, fences or settings cannot be read.
 */
export function formatWorkflow(text: string, options: FormatWorkflowOptions): FormatResult {
  const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
  const body = text.slice(mark.length);
  const layout = readable(body, options);
  if (!layout.isWorkflow) return { text, changes: [] };
  const pinned = options.pinIds === true ? layoutOf(pinIds(layout)) : layout;
  const after = mark + formatted(pinned, body, options);
  return { text: after, changes: changesBetween(text, after) };
}

function readable(text: string, { file }: LoadOptions): Layout {
  const layout = layoutOf(text);
  const { front, steps, problems, isWorkflow } = layout;
  const reads = [front.read, ...steps.flatMap(({ own, undo }) => [own.settings?.read, undo?.settings?.read])];
  const found = [
    ...problems.filter(({ severity }) => severity === "error"),
    ...reads.flatMap((read) => read?.fault ?? []),
  ];
  // Whatever stands in a prompt, it is not looked at.
  const faults = isWorkflow ? found : found.filter(({ code }) => code === "E003");
  const first = faults.toSorted((a, b) => a.line - b.line)[0];
  if (first === undefined) return layout;
  throw new AiwError("workflow_invalid", `${file}:${first.line} ${first.message}`, {
    hint: first.help ?? `aiw check ${file} shows where`,
    details: { line: first.line, column: first.column, problem: first.code },
  });
}

function formatted(layout: Layout, original: string, options: LoadOptions): string {
  // Joining prose that settings stood between may change how Markdown reads it; then they stay.
  for (const isMoving of [true, false]) {
    const text = printFile(layout, { isMoving });
    if (isSameMeaning(layout, layoutOf(text)) && hasSameHash(original, text, options)) return text;
  }
  return layout.text;
}

function hasSameHash(before: string, after: string, options: LoadOptions): boolean {
  const [a, b] = [before, after].map((text) => loadMarkdown(text, options).workflow);
  if (a === undefined || b === undefined) return a === b;
  return workflowHash(a) === workflowHash(b);
}
