import type { Json } from "@aiw/core";
import { fileTable, stepTable } from "../settings/keys.js";
import type { Range } from "../text/source.js";
import { applyChanges, type TextChange } from "./changes.js";
import type { SettingsPlace } from "./edit.js";
import { patchFault } from "./fault.js";
import { type Layout, layoutOf, type Part, type StepPart } from "./layout.js";
import { entryText } from "./render-yaml.js";
import { quoteOf, removeFromSettings, setInSettings } from "./settings-text.js";
import { nest, type Path } from "./values.js";
import { lineEnd, lineStart, nextLine } from "./yaml-places.js";

/** The step with an id; of several the first. */
export function findStep(layout: Layout, id: string): StepPart {
  const step = layout.steps.find((each) => each.id === id);
  if (step !== undefined) return step;
  const known = layout.steps.flatMap((each) => each.id ?? []).slice(0, 10);
  const hint = known.length === 0 ? "the file has no steps" : `there is: ${known.join(", ")}`;
  throw patchFault("unknown", `there is no step '${id}'`, hint, { step: id });
}

/** What stands under a step's heading, or under its `#### Undo`, which is made when there is none. */
export function openPart(
  layout: Layout,
  id: string,
  isUndo: boolean,
): { readonly layout: Layout; readonly part: Part } {
  const step = findStep(layout, id);
  if (!isUndo) return { layout, part: step.own };
  if (step.undo !== undefined) return { layout, part: step.undo };
  const { text, eol } = layout;
  const at = contentEnd(text, step.range);
  const opened = layoutOf(`${text.slice(0, at)}${eol}${eol}#### Undo${text.slice(at)}`);
  const { undo } = findStep(opened, id);
  if (undo === undefined) throw patchFault("no_place", `there is no place for an Undo in '${id}'`, "add it by hand");
  return { layout: opened, part: undo };
}

/** Offset at which the last line of a range that is not blank ends. */
export function contentEnd(text: string, { start, end }: Range): number {
  return lineEnd(text, start + text.slice(start, end).trimEnd().length);
}

/** The file with a value set. */
export function setKey(layout: Layout, place: SettingsPlace, path: Path, value: Json): string {
  const [key, ...rest] = path;
  if (typeof key !== "string")
    throw patchFault("no_place", "settings are keys and values", "begin the path with a key");
  if (place.step === undefined) {
    const { text, eol, front } = layout;
    const context = { eol, rank: rankIn(fileTable.known) };
    if (front.settings !== undefined)
      return setInSettings({ text, range: front.settings }, { path, value }, context).text;
    const entry = entryText(key, nest(rest, value), { indent: "", isFlow: false, quote: '"', eol });
    return `---${eol}${entry}${eol}---${eol}${text}`;
  }
  const opened = openPart(layout, place.step, place.undo === true);
  const { text, eol } = opened.layout;
  const { settings, block } = opened.part;
  if (settings !== undefined) {
    const range = { start: settings.fence.contentStart, end: settings.fence.contentEnd };
    return setInSettings({ text, range }, { path, value }, { eol, rank: rankIn(stepTable.known) }).text;
  }
  return applyChanges(text, [newSettings(layout, block.heading.end, { key, value: nest(rest, value) })]);
}

/** Settings with one key, in a fence right below a heading. */
export function newSettings(
  layout: Layout,
  headingEnd: number,
  { key, value }: { readonly key: string; readonly value: Json },
): TextChange {
  const { eol } = layout;
  const marks = fenceMarks(layout);
  const entry = entryText(key, value, { indent: "", isFlow: false, quote: fileQuote(layout), eol });
  return { start: headingEnd, end: headingEnd, text: `${eol}${marks}yaml step${eol}${entry}${eol}${marks}` };
}

/** The file without what stands at a path of settings. */
export function removeKey(layout: Layout, { step: id, undo }: SettingsPlace, path: Path): string {
  const { text, front } = layout;
  const step = id === undefined ? undefined : findStep(layout, id);
  const part = undo === true ? step?.undo : step?.own;
  const fence = part?.settings?.fence;
  const range = step === undefined ? front.settings : fence && { start: fence.contentStart, end: fence.contentEnd };
  if (range === undefined) throw patchFault("unknown", "there are no settings to remove from", "nothing is to be done");
  const after = removeFromSettings({ text, range }, path);
  const left = after.text.slice(after.range.start, after.range.end);
  if (fence === undefined || left.trim() !== "") return after.text;
  return text.slice(0, lineStart(text, fence.start)) + text.slice(nextLine(text, fence.end));
}

/** Place of a key in the order of the reference; unknown ones come last. */
export function rankIn(order: readonly string[]): (key: string) => number {
  const ranks = new Map(order.map((key, index) => [key, index]));
  return (key) => ranks.get(key) ?? order.length;
}

/** Marks of a new fence: those of the first settings in the file. */
export function fenceMarks({ text, steps }: Layout): string {
  const fence = steps.find(({ own }) => own.settings !== undefined)?.own.settings?.fence;
  return fence !== undefined && text[fence.start + fence.indent] === "~" ? "~~~" : "```";
}

/** The quotes that the file uses first. */
export function fileQuote({ front, steps }: Layout): '"' | "'" {
  const maps = [front.read?.map, ...steps.map(({ own }) => own.settings?.read.map)];
  for (const map of maps) {
    const quote = map === undefined ? undefined : quoteOf(map);
    if (quote !== undefined) return quote;
  }
  return '"';
}
