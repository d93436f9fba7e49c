import { checkExpression, type Expression, parseExpression } from "@aiw/core";
import { readHoles } from "../settings/holes.js";
import { proseOf } from "../structure/prose.js";
import type { Range } from "../text/source.js";
import { locator } from "../yaml/locate.js";
import { isText, type YamlMap, type YamlNode, type YamlScalar } from "../yaml/nodes.js";
import { type Layout, layoutOf, type Part } from "./layout.js";
import { lineEnd, lineStart } from "./yaml-places.js";

/** A place that names a step: `needs: fetch`, `{{ steps.fetch.text }}`. The range is that of the name, quotes left out. */
export interface StepRef extends Range {
  readonly id: string;
}

/** Every place of a file that names a step. */
export interface StepRefs {
  /** In the order of the file. */
  readonly refs: readonly StepRef[];
  /** What could not be read and may name steps too. */
  readonly unread: readonly Range[];
}

/** Every place of a file that names a step, in order: what an editor follows, marks and renames. */
export function stepRefs(text: string): readonly StepRef[] {
  const mark = text.startsWith("\ufeff") ? 1 : 0;
  const { refs } = stepRefsOf(layoutOf(text.slice(mark)));
  return refs.map(({ id, start, end }) => ({ id, start: start + mark, end: end + mark }));
}

/** Finds every name of a step: settings, prompts, sections, outputs, Undo and what runs at the end. */
export function stepRefsOf(layout: Layout): StepRefs {
  const finder = new Finder(layout.text);
  const { front, outline } = layout;
  if (front.read?.fault !== undefined && front.settings !== undefined) finder.unread.push(front.settings);
  else if (front.read !== undefined) finder.front(front.read.map);
  for (const section of outline.sections) {
    for (const piece of proseOf(layout.text, section)) if (!piece.literal) finder.text(piece);
  }
  for (const { own, undo } of layout.steps) {
    finder.part(own);
    if (undo !== undefined) finder.part(undo);
  }
  return { refs: finder.refs.sort((a, b) => a.start - b.start), unread: finder.unread };
}

/** Names of steps in one expression, with their offsets in it. */
export function refsInExpression(expression: Expression): readonly StepRef[] {
  const { references } = checkExpression(expression, { names: { steps: {} } });
  return references.flatMap(({ path: [root, id], parts }) => {
    const span = parts[1];
    if (root !== "steps" || id === undefined || span === undefined) return [];
    const quotes = /["']/.test(expression.source[span.start] ?? "") ? 1 : 0;
    return [{ id, start: span.start + quotes, end: span.end - quotes }];
  });
}

class Finder {
  readonly refs: StepRef[] = [];
  readonly unread: Range[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  front(map: YamlMap): void {
    for (const { key, value } of map.entries) {
      if (key === "outputs") this.#each(value, (node) => this.#expression(node));
      else if (key === "env" || key === "on" || key === "concurrency" || key === "tools") this.#templates(value);
    }
  }

  part({ settings, prose }: Part): void {
    if (settings?.read.fault !== undefined) {
      this.unread.push({ start: settings.fence.contentStart, end: settings.fence.contentEnd });
    } else if (settings !== undefined) {
      for (const { key, value } of settings.read.map.entries) this.#setting(key, value);
    }
    for (const piece of prose) if (!piece.literal) this.text(piece);
  }

  #setting(key: string, value: YamlNode): void {
    if (key === "needs" || key === "session" || key === "apply") this.#names(value);
    else if (key === "workspace") this.#names(value, ["here", "new"]);
    else if (key === "if" || key === "fail-if") this.#expression(value);
    else if (key === "env" || key === "with" || key === "cwd") this.#templates(value);
    else if (key === "foreach") this.#foreach(value);
    else if (key === "repeat" || key === "wait") {
      for (const entry of value.kind === "map" ? value.entries : []) {
        if (entry.key === "until") this.#expression(entry.value);
        else if (entry.key === "from") this.#names(entry.value);
        else if (entry.key === "signal") this.#templates(entry.value);
      }
    }
  }

  #foreach(value: YamlNode): void {
    if (value.kind === "scalar") this.#expression(value);
    else if (value.kind === "list") this.#templates(value);
    else if (value.kind === "map") for (const axis of value.entries) this.#foreach(axis.value);
  }

  #names(value: YamlNode, words: readonly string[] = []): void {
    const items = value.kind === "list" ? value.items : [value];
    for (const item of items) {
      if (!isText(item) || words.includes(item.value)) continue;
      const quotes = item.style === "quoted" ? 1 : 0;
      if (item.style !== "block")
        this.refs.push({ id: item.value, start: item.start + quotes, end: item.end - quotes });
    }
  }

  #expression(node: YamlNode): void {
    if (node.kind !== "scalar") return;
    const source = node.text.trim();
    const parsed = parseExpression(source);
    if (!parsed.ok) {
      this.unread.push(node);
      return;
    }
    const at = locator(node);
    const lead = node.text.length - node.text.trimStart().length;
    for (const ref of refsInExpression(parsed.expression)) this.#add(ref, (index) => at(index + lead));
  }

  #templates(node: YamlNode): void {
    this.#each(node, (scalar) => {
      if (!isText(scalar) || !scalar.text.includes("{{")) return;
      this.#holes(scalar.text, locator(scalar), () => this.unread.push(scalar));
    });
  }

  /** Prose with holes. */
  text(piece: Range): void {
    const whole = this.#text;
    this.#holes(
      whole.slice(piece.start, piece.end),
      (index) => piece.start + index,
      (start, end) => this.unread.push({ start: lineStart(whole, start), end: lineEnd(whole, end) }),
    );
  }

  #holes(source: string, at: (index: number) => number, fail: (start: number, end: number) => void): void {
    if (!source.includes("{{")) return;
    const { spans, problems } = readHoles(source, () => true);
    for (const { expression, start } of spans) {
      for (const ref of refsInExpression(expression)) this.#add(ref, (index) => at(start + index));
    }
    for (const { start, end } of problems) fail(at(start), at(end));
  }

  #add({ id, start, end }: StepRef, at: (index: number) => number): void {
    const from = at(start);
    const isAsWritten = this.#text.startsWith(id, from);
    // In a text with escapes the name may be longer than it reads.
    this.refs.push({ id, start: from, end: isAsWritten ? from + id.length : at(end) });
  }

  #each(node: YamlNode, visit: (scalar: YamlScalar) => void): void {
    if (node.kind === "scalar") visit(node);
    else if (node.kind === "list") for (const item of node.items) this.#each(item, visit);
    else if (node.kind === "map") for (const { value } of node.entries) this.#each(value, visit);
  }
}
