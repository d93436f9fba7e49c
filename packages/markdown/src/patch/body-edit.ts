import type { ScriptLanguage } from "@aiw/core";
import { stretchesOf } from "../structure/source-map.js";
import { closesFence } from "../text/block-starts.js";
import { lineOf } from "../text/line.js";
import { normalizeNewlines, type Range } from "../text/source.js";
import { applyChanges, type TextChange } from "./changes.js";
import type { SetProseEdit, SetScriptEdit } from "./edit.js";
import { patchFault } from "./fault.js";
import { type Layout, type Part, textOf } from "./layout.js";
import { linesOf } from "./line-diff.js";
import { openPart } from "./settings-edit.js";
import { lineStart, nextLine } from "./yaml-places.js";

/** The file with another prose of a step. */
export function setProse(before: Layout, { step, undo, text: wanted }: SetProseEdit): string {
  const { layout, part } = openPart(before, step, undo === true);
  const { text, eol } = layout;
  const prose = trimProse(wanted);
  if (prose === part.proseText) return text;
  const inFile = prose.replaceAll("\n", eol);
  const chunks = stretchesOf(part.prose);
  if (chunks.length === 0) {
    const at = lastOwn(part);
    return `${text.slice(0, at)}${eol}${eol}${inFile}${text.slice(at)}`;
  }
  if (prose === "")
    return applyChanges(
      text,
      chunks.map((chunk) => removal(text, chunk)),
    );
  const whole = chunks.map((chunk) => textOf(text, chunk));
  for (const [index, chunk] of chunks.entries()) {
    const head = whole
      .slice(0, index)
      .map((each) => `${each}\n\n`)
      .join("");
    const tail = whole
      .slice(index + 1)
      .map((each) => `\n\n${each}`)
      .join("");
    const isHere = prose.startsWith(head) && prose.endsWith(tail) && prose.length > head.length + tail.length;
    if (!isHere) continue;
    const middle = prose.slice(head.length, prose.length - tail.length);
    return applyChanges(text, [{ ...chunk, text: middle.replaceAll("\n", eol) }]);
  }
  const [first, ...others] = chunks;
  const changes = others.map((chunk) => removal(text, chunk));
  return applyChanges(text, [...(first === undefined ? [] : [{ ...first, text: inFile }]), ...changes]);
}

/** Prose as it stands between headings and fences: without blank lines before and white space after it. */
export function trimProse(text: string): string {
  return normalizeNewlines(text)
    .replace(/^(?:[ \t]*\n)*/, "")
    .trimEnd();
}

/** The lines of a stretch of prose, and the blank ones below. */
function removal(text: string, { start, end }: Range): TextChange {
  let at = nextLine(text, end);
  while (at < text.length && /^[ \t]*(?:\r\n|\n|\r)/.test(text.slice(at, at + 1_000))) at = nextLine(text, at);
  return { start: lineStart(text, start), end: at, text: "" };
}

/** End of the heading, or of the last fence that belongs to the part. */
function lastOwn({ block, settings, script }: Part): number {
  return Math.max(block.heading.end, settings?.fence.end ?? 0, script?.fence.end ?? 0);
}

/** The file with another script of a step. */
export function setScript(before: Layout, { step, undo, code, lang }: SetScriptEdit): string {
  const { layout, part } = openPart(before, step, undo === true);
  const { text, eol } = layout;
  const { script, settings, block } = part;
  const lines = linesOf(withBreak(normalizeNewlines(code)));
  if (script === undefined) {
    const at = settings?.fence.end ?? block.heading.end;
    const fence = scriptFence(lines, lang ?? "bash", eol);
    return `${text.slice(0, at)}${eol}${eol}${fence}${text.slice(at)}`;
  }
  const { fence } = script;
  if (!fence.closed) throw patchFault("unreadable", "the fence of the script is not closed", "close it by hand first");
  const content = lines.map((line) => (line === "\n" ? eol : " ".repeat(fence.indent) + line.replace("\n", eol)));
  const mark = text[fence.start + fence.indent] ?? "`";
  const opening = new RegExp(`^[ \\t]*(${mark === "~" ? "~" : "`"}+)`).exec(text.slice(fence.start, fence.openEnd));
  const marks = opening?.[1] ?? "```";
  const longer = marksFor(lines, marks);
  const openAt = fence.start + (opening?.[0].length ?? 0);
  const closeStart = lineStart(text, fence.end);
  const more = longer.slice(marks.length);
  return applyChanges(text, [
    ...(more === "" ? [] : [{ start: openAt, end: openAt, text: more }]),
    ...(lang === undefined || lang === script.lang
      ? []
      : [{ start: fence.infoStart, end: fence.infoStart + firstWord(fence.info).length, text: lang }]),
    { start: fence.contentStart, end: fence.contentEnd, text: content.join("") },
    ...(more === "" || closesFence(lineOf(text, closeStart, fence.end), longer)
      ? []
      : [{ start: fence.end, end: fence.end, text: more }]),
  ]);
}

/** A fence with a script, without its last line break. */
export function scriptFence(lines: readonly string[], lang: ScriptLanguage, eol: string): string {
  const marks = marksFor(lines, "```");
  return [`${marks}${lang} run`, ...lines.map((line) => line.replace(/\n$/, "")), marks].join(eol);
}

/** The code with a line break at its end, as fences have it. */
export function withBreak(code: string): string {
  return code === "" || code.endsWith("\n") ? code : `${code}\n`;
}

/** Marks that no line of the content closes. */
function marksFor(lines: readonly string[], marks: string): string {
  let longer = marks;
  while (lines.some((line) => closesFence(lineOf(line, 0, line.replace(/\n$/, "").length), longer))) {
    longer += marks[0] ?? "`";
  }
  return longer;
}

function firstWord(info: string): string {
  return /^\S*/.exec(info)?.[0] ?? "";
}
