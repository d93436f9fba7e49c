import type { Range } from "../text/source.js";
import type { Completion } from "./analysis.js";
import type { Candidate } from "./complete-expression.js";
import { type FilePart, type FileView, partAt, touches } from "./view.js";

const scriptLanguages = ["bash", "sh", "python", "js", "ts"];
const settingsFence: Candidate = { label: "yaml step", kind: "fence", about: "The settings of the step." };
const rawFence: Candidate = { label: "raw", kind: "fence", about: "Prose that is never expanded: an example." };

/** Words behind the marks of a fence, and the titles that mean something; nothing where the line is neither. */
export function completeLine(view: FileView, offset: number): readonly Completion[] | undefined {
  const fence = view.blocks.find(
    (block) => block.kind === "fence" && touches({ start: block.start, end: block.openEnd }, offset),
  );
  const line = lineAt(view.text, offset);
  const typed = view.text.slice(line.start, offset);
  if (fence?.kind === "fence" && !fence.nested) {
    const marks = /^ {0,3}(?:`{3,}|~{3,})[ \t]*/.exec(typed)?.[0].length;
    if (marks === undefined) return [];
    return labelled(fenceWords(view, partAt(view, fence.start), fence), { start: line.start + marks, end: line.end });
  }
  const heading = /^(##|####) /.exec(typed)?.[0];
  if (heading === undefined || view.blocks.some((block) => block.kind === "fence" && inside(block, offset)))
    return undefined;
  const range = { start: line.start + heading.length, end: line.end };
  return labelled(heading === "## " ? sectionTitles(view, offset) : undoTitle(partAt(view, offset)), range);
}

function inside({ start, end }: Range, offset: number): boolean {
  return offset > start && offset < end;
}

function lineAt(text: string, offset: number): Range {
  const start = Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
  return { start, end: offset + (/^[^\n\r]*/.exec(text.slice(offset))?.[0].length ?? 0) };
}

function fenceWords(view: FileView, part: FilePart | undefined, fence: Range): readonly Candidate[] {
  if (part === undefined || (part.kind !== "step" && part.kind !== "undo"))
    return part?.kind === "section" ? [rawFence] : [];
  const others = part.block?.fences.filter(({ start }) => start !== fence.start) ?? [];
  const hasRole = (role: string) => others.some(({ role: { kind } }) => kind === role);
  const scripts = scriptLanguages.map(
    (lang): Candidate => ({ label: `${lang} run`, kind: "fence", about: "The script of the step." }),
  );
  return [
    ...(hasRole("settings") ? [] : [settingsFence]),
    ...(hasRole("script") ? [] : scripts),
    ...rawWords(view.text, fence),
  ];
}

/** `raw` stands behind any language. */
function rawWords(text: string, fence: Range): readonly Candidate[] {
  const info = /^ {0,3}(?:`{3,}|~{3,})[ \t]*([^\n\r]*)/.exec(text.slice(fence.start, fence.end))?.[1] ?? "";
  const lang = /^\S+/.exec(info)?.[0];
  return lang === undefined || lang === "raw" ? [] : [{ ...rawFence, label: `${lang} raw` }];
}

function sectionTitles({ outline }: FileView, offset: number): readonly Candidate[] {
  const { sections, steps, onFailure } = outline;
  const isBefore = steps.heading === undefined || offset <= steps.heading.start;
  const title = (label: string, about: string): Candidate => ({ label, kind: "heading", about });
  const hasInstructions = sections.some(({ key, heading }) => key === "instructions" && !touches(heading, offset));
  if (isBefore) {
    return [
      ...(hasInstructions ? [] : [title("Instructions", "Standing instructions that every agent step receives.")]),
      ...(steps.heading === undefined ? [title("Steps", "The steps, one `###` heading each.")] : []),
    ];
  }
  return [
    ...(onFailure.heading === undefined ? [title("On failure", "Steps that run when the run fails, after undo.")] : []),
    ...(outline.finally.heading === undefined ? [title("Finally", "Steps that always run last.")] : []),
  ];
}

function undoTitle(part: FilePart | undefined): readonly Candidate[] {
  const isTaken = part?.kind !== "step" || (part.block !== undefined && "undo" in part.block);
  return isTaken ? [] : [{ label: "Undo", kind: "heading", about: "Takes the step back when the run fails later." }];
}

function labelled(candidates: readonly Candidate[], range: Range): readonly Completion[] {
  return candidates.map((each) => ({ ...each, text: each.label, range }));
}
