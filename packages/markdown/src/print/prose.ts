import type { TextTemplate } from "@aiw/core";
import { isLikeSettings } from "../settings/like-settings.js";
import { isRoleFence, roleOf } from "../structure/roles.js";
import { type Block, type FenceBlock, scanBlocks } from "../text/blocks.js";
import { checkText, held, holeOf, printParts } from "./holes.js";

/** Where prose stands: decides which headings would end it. */
export type ProsePlace = "section" | "step" | "undo";

/** Deepest headings that are structure. */
const structural: Readonly<Record<ProsePlace, number>> = { section: 2, step: 3, undo: 4 };

/**
 * Prose that reads as it is meant: headings, fences with a role and open HTML that would be structure begin with a hole,
 * ` ```md raw ` fences stay as they are, white space at the edges is kept. Not checked: see `verifyMarkdown`.
 */
export function printProse(parts: TextTemplate, place: ProsePlace): string {
  const raw = new Set<string>();
  let text = withRawFences(holdEdges(parts), raw);
  for (;;) {
    const marks = scanBlocks(text, 0).flatMap((block) => troubleAt(block, text, { place, raw }) ?? []);
    if (marks.length === 0) return text;
    for (const at of marks.toReversed()) text = text.slice(0, at) + holeOf(text[at] ?? "") + text.slice(at + 1);
  }
}

/** Text for people and agents in YAML, where only white space at the edges is lost. */
export function printYamlProse(parts: TextTemplate, of: string): string {
  return checkText(printParts(holdEdges(parts)), parts, of);
}

/** Can the text stand before the first section as it is? Nothing is expanded there. */
export function isPlainProse(text: string): boolean {
  const isTrimmed = !/^[ \t]*\n/.test(text) && text === text.trimEnd();
  const blocks = scanBlocks(text, 0);
  return (
    isTrimmed && blocks.every((block) => troubleAt(block, text, { place: "section", raw: undefined }) === undefined)
  );
}

/** Nothing is expanded in raw fences, so nothing in them is escaped. Only those without expressions can stay. */
function withRawFences(parts: TextTemplate, raw: Set<string>): string {
  const plain = parts.map((part) => (typeof part === "string" ? part : `{{ ${part.expr} }}`));
  const fences = scanBlocks(plain.join(""), 0).filter((block) => isRaw(block));
  let start = 0;
  let text = "";
  let open: TextTemplate[number][] = [];
  const flush = () => {
    text += printParts(open);
    open = [];
  };
  for (const [index, part] of parts.entries()) {
    const length = plain[index]?.length ?? 0;
    if (typeof part === "string") {
      let at = 0;
      for (const fence of fences) {
        if (fence.start < start || fence.end > start + length) continue;
        const source = part.slice(fence.start - start, fence.end - start);
        if (fence.start - start > at) open.push(part.slice(at, fence.start - start));
        flush();
        text += source;
        raw.add(source);
        at = fence.end - start;
      }
      if (at < length) open.push(part.slice(at));
    } else open.push(part);
    start += length;
  }
  flush();
  return text;
}

function isRaw(block: Block): boolean {
  return block.kind === "fence" && !block.nested && block.closed && roleOf(block).kind === "raw";
}

/** The loader drops blank lines at the start and white space at the end, and a file has no NUL character. */
function holdEdges(parts: TextTemplate): TextTemplate {
  return parts.flatMap((part, index) => {
    if (typeof part !== "string") return [part];
    const lead = index === 0 ? (/^(?:[ \t]*\n)+/.exec(part)?.[0] ?? "") : "";
    const rest = part.slice(lead.length);
    const body = index === parts.length - 1 ? rest.trimEnd() : rest;
    const inner = body.split("\u0000").flatMap((text, at) => (at === 0 ? [text] : [held("\u0000"), text]));
    const edges = [lead, rest.slice(body.length)].map((edge) => (edge === "" ? [] : [held(edge)]));
    return [...(edges[0] ?? []), ...inner.filter((text) => text !== ""), ...(edges[1] ?? [])];
  });
}

/**
 * Offset of the character that must not begin a block there.
 *
 * @param raw - Raw fences that may stay; absent: all may.
 */
function troubleAt(
  block: Block,
  text: string,
  { place, raw }: { readonly place: ProsePlace; readonly raw: ReadonlySet<string> | undefined },
): number | undefined {
  switch (block.kind) {
    case "near-heading":
      return block.start;
    case "open-html":
      return text.indexOf("<", block.start);
    case "heading": {
      const isUndo = place === "step" && block.level === 4 && block.title.toLowerCase() === "undo";
      return block.level <= structural[place] || isUndo ? text.indexOf("#", block.start) : undefined;
    }
    case "fence":
      return isTroubleFence(block, text, raw) ? block.start + text.slice(block.start).search(/```|~~~/) : undefined;
  }
}

function isTroubleFence(fence: FenceBlock, text: string, raw: ReadonlySet<string> | undefined): boolean {
  if (fence.nested) return isRoleFence(fence);
  if (!fence.closed) return true;
  const role = roleOf(fence);
  if (role.kind === "raw") return raw?.has(text.slice(fence.start, fence.end)) === false;
  if (role.kind !== "prose") return true;
  const isYaml = role.lang === "yaml" || role.lang === "yml";
  return isYaml && isLikeSettings(text.slice(fence.contentStart, fence.contentEnd));
}
