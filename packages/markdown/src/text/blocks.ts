import {
  closesFence,
  type FenceStart,
  fenceStart,
  type HtmlEnd,
  headingLevel,
  htmlStart,
  isSetextUnderline,
  isThematicBreak,
  itemStart,
  titleOf,
} from "./block-starts.js";
import { dropBody, dropIndent, type Line, lineOf } from "./line.js";
import { lineStarts } from "./source.js";

/** What structure is made of. Offsets of whole lines; `end` is before the line break. */
export type Block = HeadingBlock | FenceBlock | OpenHtmlBlock | NearHeading;

/** A top-level ATX heading. */
export interface HeadingBlock {
  readonly kind: "heading";
  readonly level: number;
  readonly title: string;
  readonly titleStart: number;
  readonly start: number;
  readonly end: number;
}

/** A fence of code; inside a list or quote `nested` is true and only its first line is described. */
export interface FenceBlock {
  readonly kind: "fence";
  readonly info: string;
  readonly infoStart: number;
  readonly nested: boolean;
  readonly closed: boolean;
  /** Columns that the opening line was indented by, at most 3; as many are taken off each content line. */
  readonly indent: number;
  readonly start: number;
  /** End of the opening line. */
  readonly openEnd: number;
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
}

/** A comment or raw HTML block that is still open at the end of the file. */
export interface OpenHtmlBlock {
  readonly kind: "open-html";
  readonly comment: boolean;
  readonly start: number;
  readonly end: number;
}

/** `###Title`: a heading but for the missing space. */
export interface NearHeading {
  readonly kind: "near-heading";
  readonly level: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The block structure of a Markdown text as far as workflows need it, in the order of the text. Follows CommonMark 0.31
 * for what decides whether a line is a top-level heading or fence: containers, lazy lines, HTML blocks, indented code.
 * One pass; work grows with the text, never with its nesting (deeper than {@link maxNesting} is taken as text).
 *
 * @param from - Offset where the Markdown begins, after the front matter.
 */
export function scanBlocks(text: string, from: number): readonly Block[] {
  const blocks: Block[] = [];
  const root = new Container(0, (block) => blocks.push(block));
  const starts = lineStarts(text);
  for (let index = 0; index < starts.length; index += 1) {
    const start = starts[index] ?? 0;
    if (start < from) continue;
    const next = starts[index + 1] ?? text.length;
    let lineEnd = next;
    while (lineEnd > start && (text[lineEnd - 1] === "\n" || text[lineEnd - 1] === "\r")) lineEnd -= 1;
    root.feed(lineOf(text, start, lineEnd), next);
  }
  root.finish(text.length);
  return blocks;
}

const maxNesting = 24;

interface OpenFence extends FenceStart {
  readonly start: number;
  readonly openEnd: number;
  readonly contentStart: number;
  contentEnd: number;
}

/** The document, a quote or a list item. */
class Container {
  readonly #depth: number;
  readonly #emit: (block: Block) => void;
  #fence: OpenFence | undefined;
  #html: { readonly end: HtmlEnd; readonly start: number; readonly comment: boolean } | undefined;
  #inParagraph = false;
  #child: Container | undefined;
  /** Columns of the open list item's content; undefined for a quote. */
  #itemIndent: number | undefined;
  /** The open list item has had nothing but its marker. */
  #itemEmpty = false;

  constructor(depth: number, emit: (block: Block) => void) {
    this.#depth = depth;
    this.#emit = emit;
  }

  feed(line: Line, next: number): void {
    if (this.#fence !== undefined) this.#feedFence(this.#fence, line, next);
    else if (this.#html !== undefined) this.#feedHtml(this.#html.end, line);
    else if (!this.#feedChild(line, next)) this.#feedFlow(line, next);
  }

  /** The text or the container ends. */
  finish(at: number): void {
    if (this.#depth > 0) return;
    const fence = this.#fence;
    if (fence !== undefined) this.#emitFence(fence, at, false);
    const html = this.#html;
    if (html !== undefined && html.end !== "blank") {
      this.#emit({ kind: "open-html", comment: html.comment, start: html.start, end: at });
    }
  }

  hasOpenParagraph(): boolean {
    return this.#inParagraph || this.#child?.hasOpenParagraph() === true;
  }

  #feedFence(fence: OpenFence, line: Line, next: number): void {
    if (closesFence(line, fence.marker)) {
      this.#fence = undefined;
      if (this.#depth === 0) this.#emitFence(fence, line.end, true);
    } else fence.contentEnd = next;
  }

  #emitFence(fence: OpenFence, end: number, closed: boolean): void {
    const { info, infoAt, indent, start, openEnd, contentStart, contentEnd } = fence;
    const range = { start, openEnd, contentStart, contentEnd, end };
    this.#emit({ kind: "fence", info, infoStart: infoAt, nested: this.#depth > 0, closed, indent, ...range });
  }

  #feedHtml(end: HtmlEnd, line: Line): void {
    if (end === "blank" ? line.body === "" : end.test(line.body)) this.#html = undefined;
  }

  /** Gives the line to the open quote or list item; false when it does not belong there, which closes it. */
  #feedChild(line: Line, next: number): boolean {
    const child = this.#child;
    if (child === undefined) return false;
    const inside = this.#itemIndent === undefined ? stripQuote(line) : this.#stripItem(line, this.#itemIndent);
    if (inside !== undefined) {
      child.feed(inside, next);
      return true;
    }
    if (line.body !== "" && child.hasOpenParagraph() && !startsBlock(line)) return true;
    this.#child = undefined;
    return false;
  }

  #stripItem(line: Line, indent: number): Line | undefined {
    if (line.body === "") return this.#itemEmpty ? undefined : line;
    if (line.indent < indent) return undefined;
    this.#itemEmpty = false;
    return dropIndent(line, indent);
  }

  #feedFlow(line: Line, next: number): void {
    if (line.body === "") {
      this.#inParagraph = false;
      return;
    }
    if (line.indent > 3) return;
    if (this.#inParagraph && isSetextUnderline(line)) {
      this.#inParagraph = false;
      return;
    }
    const opened = this.#openLeaf(line, next) || this.#openContainer(line, next);
    if (!opened && this.#depth === 0) this.#nearHeading(line);
    this.#inParagraph = !opened;
  }

  #openLeaf(line: Line, next: number): boolean {
    const level = headingLevel(line);
    if (level > 0) {
      if (this.#depth === 0) this.#emit(heading(line, level));
      return true;
    }
    const fence = fenceStart(line);
    if (fence !== undefined) {
      this.#fence = { ...fence, start: line.start, openEnd: line.end, contentStart: next, contentEnd: next };
      if (this.#depth > 0) this.#emitFence(this.#fence, line.end, true);
      return true;
    }
    const end = htmlStart(line, this.#inParagraph);
    if (end !== undefined) {
      this.#html = { end, start: line.at, comment: line.body.startsWith("<!--") };
      if (end !== "blank") this.#feedHtml(end, line);
      return true;
    }
    return isThematicBreak(line);
  }

  #openContainer(line: Line, next: number): boolean {
    if (this.#depth >= maxNesting) return false;
    const quoted = stripQuote(line);
    const item = itemStart(line);
    if (quoted === undefined && (item === undefined || (this.#inParagraph && !item.interrupts))) return false;
    const child = new Container(this.#depth + 1, this.#emit);
    this.#child = child;
    this.#inParagraph = false;
    if (quoted !== undefined) {
      this.#itemIndent = undefined;
      child.feed(quoted, next);
    } else if (item !== undefined) {
      const content = dropBody(line, item.width);
      // Five or more columns after the marker are one, and then indented code.
      const space = item.empty || content.indent > 4 ? 1 : content.indent;
      this.#itemIndent = line.indent + item.width + space;
      this.#itemEmpty = item.empty;
      if (!item.empty) child.feed(dropIndent(content, space), next);
    }
    return true;
  }

  #nearHeading(line: Line): void {
    const marks = /^(#{2,6})[\p{L}\p{N}]/u.exec(line.body)?.[1];
    if (marks !== undefined) {
      this.#emit({ kind: "near-heading", level: marks.length, start: line.at, end: line.end });
    }
  }
}

function stripQuote(line: Line): Line | undefined {
  if (line.indent > 3 || line.body[0] !== ">") return undefined;
  return dropIndent(dropBody(line, 1), 1);
}

/** Would the line end a paragraph that it does not belong to? */
function startsBlock(line: Line): boolean {
  return (
    headingLevel(line) > 0 ||
    fenceStart(line) !== undefined ||
    stripQuote(line) !== undefined ||
    isThematicBreak(line) ||
    itemStart(line) !== undefined ||
    htmlStart(line, true) !== undefined
  );
}

function heading(line: Line, level: number): HeadingBlock {
  const raw = line.body.slice(level);
  const title = titleOf(raw);
  const lead = raw.length - raw.trimStart().length;
  return {
    kind: "heading",
    level,
    title,
    titleStart: line.at + level + (title === "" ? 0 : lead),
    start: line.start,
    end: line.end,
  };
}
