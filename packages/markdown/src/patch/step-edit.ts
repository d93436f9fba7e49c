import { stepTable } from "../settings/keys.js";
import type { SectionName } from "../settings/step-source.js";
import { idOf } from "../structure/ids.js";
import { normalizeNewlines } from "../text/source.js";
import { scriptFence, trimProse, withBreak } from "./body-edit.js";
import { applyChanges, type TextChange } from "./changes.js";
import type { AddStepEdit, MoveStepEdit, NewStep } from "./edit.js";
import { sectionNames } from "./facts.js";
import { patchFault } from "./fault.js";
import type { Layout, StepPart } from "./layout.js";
import { linesOf } from "./line-diff.js";
import { entryText } from "./render-yaml.js";
import { contentEnd, fenceMarks, fileQuote, findStep, rankIn } from "./settings-edit.js";

/** The file with a new step. */
export function addStep(layout: Layout, { step, section = "steps", after }: AddStepEdit): string {
  const content = stepText(layout, step);
  if (typeof after === "string") {
    const target = findStep(layout, after);
    return applyChanges(layout.text, [insertAfter(layout, target, content, separator(layout, target))]);
  }
  const steps = layout.steps.filter((each) => each.section === section);
  const target = after === null ? undefined : steps.at(-1);
  if (target !== undefined) {
    return applyChanges(layout.text, [insertAfter(layout, target, content, separator(layout, target))]);
  }
  return applyChanges(layout.text, [insertFirst(layout, section, content)]);
}

/** The file without a step. */
export function removeStep(layout: Layout, id: string): string {
  return applyChanges(layout.text, [cutOut(layout, findStep(layout, id)).change]);
}

/** The file with a step in another place. */
export function moveStep(layout: Layout, { step: id, after, section }: MoveStepEdit): string {
  const { text } = layout;
  const step = findStep(layout, id);
  const { change, separator: between } = cutOut(layout, step);
  const content = text.slice(step.range.start, contentEnd(text, step.range));
  if (after === id) throw patchFault("no_place", "a step cannot come behind itself", "name another step");
  if (after !== null) {
    const target = findStep(layout, after);
    if (neighbours(layout, target).next === step) return text;
    return applyChanges(text, [change, insertAfter(layout, target, content, between)]);
  }
  const wanted = section ?? step.section;
  const first = layout.steps.find((each) => each.section === wanted);
  if (first === step) return text;
  if (first === undefined) return applyChanges(text, [change, insertFirst(layout, wanted, content)]);
  const at = first.range.start;
  return applyChanges(text, [{ start: at, end: at, text: content + between }, change]);
}

/** A step as it is written, without its last line break. */
function stepText(layout: Layout, { title, id, settings = {}, script, prose = "" }: NewStep): string {
  const { eol } = layout;
  const rank = rankIn(stepTable.known);
  const own = id === undefined || id === idOf(title) ? settings : { ...settings, id };
  const entries = Object.entries(own).sort(([a], [b]) => rank(a) - rank(b));
  const spot = { indent: "", isFlow: false, quote: fileQuote(layout), eol };
  const marks = fenceMarks(layout);
  const head = [`### ${title}`];
  if (entries.length > 0) {
    head.push(`${marks}yaml step`, ...entries.map(([key, value]) => entryText(key, value, spot)), marks);
  }
  const parts = [head.join(eol)];
  if (script !== undefined) {
    parts.push(scriptFence(linesOf(withBreak(normalizeNewlines(script.code))), script.lang, eol));
  }
  const text = trimProse(prose);
  if (text !== "") parts.push(text.replaceAll("\n", eol));
  return parts.join(eol + eol);
}

function insertAfter(layout: Layout, target: StepPart, content: string, between: string): TextChange {
  const at = contentEnd(layout.text, target.range);
  return { start: at, end: at, text: between + content };
}

/** Headings of the sections of steps. */
export const sectionTitles: Readonly<Record<SectionName, string>> = {
  steps: "Steps",
  onFailure: "On failure",
  finally: "Finally",
};

/** In the first place of a section, which is made where it belongs when there is none. */
function insertFirst(layout: Layout, section: SectionName, content: string): TextChange {
  const { text, eol, outline } = layout;
  const blank = eol + eol;
  const first = layout.steps.find((each) => each.section === section);
  if (first !== undefined) {
    const { start } = first.range;
    return { start, end: start, text: content + separator(layout, first) };
  }
  const later = sectionNames
    .slice(sectionNames.indexOf(section) + 1)
    .flatMap((name) => outline[name].heading?.start ?? []);
  const end = later.length === 0 ? text.length : Math.min(...later);
  const heading = outline[section].heading;
  const at = contentEnd(text, { start: heading?.start ?? 0, end });
  const own = heading === undefined ? `## ${sectionTitles[section]}${blank}` : "";
  return { start: at, end: at, text: (at === 0 ? "" : blank) + own + content };
}

interface Cut {
  readonly change: TextChange;
  /** What stood between the step and its neighbour. */
  readonly separator: string;
}

/** Takes a step out with what separates it from the step above, or for the first one from that below. */
function cutOut(layout: Layout, step: StepPart): Cut {
  const { text, eol } = layout;
  const { before, next } = neighbours(layout, step);
  const end = contentEnd(text, step.range);
  const { start } = step.range;
  if (before === undefined && next !== undefined) {
    return { change: { start, end: next.range.start, text: "" }, separator: text.slice(end, next.range.start) };
  }
  const above = contentEnd(text, { start: 0, end: start });
  const separator = before === undefined ? eol + eol : text.slice(above, start);
  return { change: { start: above, end, text: "" }, separator };
}

/** What new steps are separated by, as those beside it are. */
function separator(layout: Layout, step: StepPart): string {
  const { text, eol } = layout;
  const { before, next } = neighbours(layout, step);
  if (before !== undefined) return text.slice(contentEnd(text, before.range), step.range.start);
  return next === undefined ? eol + eol : text.slice(contentEnd(text, step.range), next.range.start);
}

/** The steps above and below in the same section. */
function neighbours({ steps }: Layout, step: StepPart): { readonly before?: StepPart; readonly next?: StepPart } {
  const at = steps.indexOf(step);
  const [before, next] = [steps[at - 1], steps[at + 1]];
  return {
    ...(before?.section === step.section && before.range.end === step.range.start ? { before } : {}),
    ...(next?.section === step.section && step.range.end === next.range.start ? { next } : {}),
  };
}
