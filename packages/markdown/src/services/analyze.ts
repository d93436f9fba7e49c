import { formatWorkflow } from "../format/format.js";
import { type LoadResult, loadParsed } from "../load.js";
import { loadWorkflowText } from "../load-text.js";
import { patchFault } from "../patch/fault.js";
import type { Analysis, AnalyzeOptions, Occurrence } from "./analysis.js";
import { completionsIn } from "./complete.js";
import { definitionIn, occurrenceAt, sameAs } from "./definition.js";
import { fixOf } from "./fixes.js";
import { hoverIn } from "./hover.js";
import { occurrencesOf } from "./occurrences.js";
import { renameNamed, renameTarget } from "./rename.js";
import { symbolsOf } from "./symbols.js";
import { type FileView, viewOf } from "./view.js";

/**
 * Reads and checks a file once, for everything that an editor asks of that text. Of `*.flow.yaml` there are problems and
 * nothing else.
 *
 * @param text - A byte order mark is skipped.
 */
export function analyze(text: string, options: AnalyzeOptions): Analysis {
  const body = text.startsWith("\ufeff") ? text.slice(1) : text;
  if (/\.ya?ml$/i.test(options.file)) return bareAnalysis(body, loadWorkflowText(body, options), options);
  const parsed = loadParsed(body, options);
  const view = viewOf(body, parsed, options);
  return view === undefined ? bareAnalysis(body, parsed.result, options) : fullAnalysis(view, parsed.result);
}

function fullAnalysis(view: FileView, { problems }: LoadResult): Analysis {
  let known: readonly Occurrence[] | undefined;
  const occurrences = () => {
    known ??= occurrencesOf(view);
    return known;
  };
  const named = (offset: number) => occurrenceAt(occurrences(), offset);
  return {
    isWorkflow: true,
    problems,
    completionsAt: (offset) => completionsIn(view, offset),
    hoverAt: (offset) => hoverIn(view, offset, named(offset)),
    definitionAt: (offset) => definitionIn(view, offset, occurrences()),
    referencesAt(offset) {
      const target = named(offset);
      return target === undefined ? [] : sameAs(occurrences(), target);
    },
    renameTargetAt(offset) {
      const target = named(offset);
      return target === undefined ? undefined : renameTarget(view, target);
    },
    renameAt: (offset, name) => renameNamed({ view, occurrences: occurrences(), problems }, named(offset), name),
    symbols: () => symbolsOf(view),
    format: () => formatWorkflow(view.text, view.options).changes,
    fixOf: (problem) => fixOf(view.text, problem),
  };
}

/** Of a file without headings: other Markdown, pure YAML, or a workflow whose front matter has no end. */
function bareAnalysis(text: string, { problems }: LoadResult, { file }: AnalyzeOptions): Analysis {
  return {
    isWorkflow: /\.flow\.ya?ml$/i.test(file) || isBrokenWorkflow(text),
    problems,
    completionsAt: () => [],
    hoverAt: () => undefined,
    definitionAt: () => undefined,
    referencesAt: () => [],
    renameTargetAt: () => undefined,
    renameAt() {
      throw patchFault("unreadable", "the file cannot be read", "mend what `aiw check` says first");
    },
    symbols: () => [],
    format: () => [],
    fixOf: (problem) => fixOf(text, problem),
  };
}

/** Front matter that does not end, and says which version of the language it is. */
function isBrokenWorkflow(text: string): boolean {
  const open = /^---[ \t]*(?:\r\n|\n|\r)((?:[ \t]*[^\n\r#][^\n\r]*(?:\r\n|\n|\r|$))*)/.exec(text)?.[1] ?? "";
  return /^["']?aiw["']?[ \t]*:/m.test(open) && !/^---[ \t]*$/m.test(open);
}
