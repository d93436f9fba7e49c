import type { TextChange } from "../patch/changes.js";
import { colonOf, dashOf, endOf, endOfEntry, isFlow, lineEnd, lineStart, nextLine } from "../patch/yaml-places.js";
import type { Range } from "../text/source.js";
import type { YamlEntry, YamlList, YamlMap, YamlNode } from "../yaml/nodes.js";

/** Columns by which a level is indented. */
const step = 2;

/**
 * The changes that give settings one space after each colon and dash, two columns a level, and `{ a: 1 }` and `[a, b]`
 * their spaces. What stands inside texts of several lines only moves as a whole.
 */
export function spacingChanges(text: string, range: Range, map: YamlMap): readonly TextChange[] {
  const spacer = new Spacer(text);
  spacer.visit(map, 0);
  return spacer.finish(range);
}

interface Shift {
  /** Column that the line's first character stands on, and the one it goes to. */
  readonly from: number;
  readonly to: number;
}

class Spacer {
  readonly #text: string;
  readonly #changes: TextChange[] = [];
  /** By the offset at which a line starts. */
  readonly #shifts = new Map<number, Shift>();
  /** Lines whose white space is part of a text. */
  readonly #verbatim = new Set<number>();

  constructor(text: string) {
    this.#text = text;
  }

  visit(node: YamlNode, column: number): void {
    if (node.kind === "map" && isFlow(this.#text, node)) this.#flow(node);
    else if (node.kind === "list" && isFlow(this.#text, node)) this.#flow(node);
    else if (node.kind === "map") for (const entry of node.entries) this.#entry(entry, column);
    else if (node.kind === "list") for (const item of node.items) this.#item(item, column);
  }

  /** All changes, with the indentation of lines and without white space at their ends. */
  finish(range: Range): readonly TextChange[] {
    const changes = [...this.#changes];
    const columns = this.#commentColumns(range);
    for (let at = range.start; at < range.end; at = nextLine(this.#text, at)) {
      const end = lineEnd(this.#text, at);
      const body = at + (/^[ \t]*/.exec(this.#text.slice(at, end))?.[0].length ?? 0);
      const trimmed = at + this.#text.slice(at, end).trimEnd().length;
      const shift = this.#shifts.get(at) ?? columns.get(at);
      if (trimmed > at && shift !== undefined) {
        const to = Math.max(0, body - at + shift.to - shift.from);
        if (to !== body - at) changes.push({ start: at, end: body, text: " ".repeat(to) });
      }
      if (trimmed < end && !this.#verbatim.has(at)) changes.push({ start: trimmed, end, text: "" });
    }
    return changes;
  }

  #entry(entry: YamlEntry, column: number): void {
    const { at, value } = entry;
    const text = this.#text;
    const shift = { from: columnOf(text, at.start), to: column };
    this.#shiftFirst(at.start, shift);
    const colon = colonOf(text, entry);
    if (colon === undefined) return;
    this.#put(at.end, colon, "");
    if (value.kind === "bad") return;
    if (lineStart(text, value.start) === lineStart(text, at.start)) {
      this.#put(colon + 1, value.start, " ");
      this.#rest(value, shift, endOfEntry(text, entry));
      this.visit(value, column + step);
    } else if (value.kind === "scalar" || isFlow(text, value)) {
      this.#rest(value, shift, endOfEntry(text, entry), at.start);
    } else this.visit(value, column + step);
  }

  #item(item: YamlNode, column: number): void {
    const text = this.#text;
    const dash = dashOf(text, item);
    const shift = { from: columnOf(text, dash), to: column };
    this.#shiftFirst(dash, shift);
    if (item.kind === "bad" || item.end === item.start) return;
    const isBeside = lineStart(text, item.start) === lineStart(text, dash);
    if (isBeside) this.#put(dash + 1, item.start, " ");
    if (item.kind === "scalar" || isFlow(text, item)) this.#rest(item, shift, endOf(text, item), dash);
    this.visit(item, column + step);
  }

  /** The first line of an entry or item, unless another one begins it. */
  #shiftFirst(start: number, shift: Shift): void {
    const line = lineStart(this.#text, start);
    if (!this.#shifts.has(line)) this.#shifts.set(line, shift);
  }

  /** The lines below of a value of several lines move as far as its first. */
  #rest(value: YamlNode, shift: Shift, end: number, from = value.start): void {
    if (value.kind !== "scalar" && !isFlow(this.#text, value)) return;
    const isScalar = value.kind === "scalar";
    if (isScalar && lineStart(this.#text, value.start) !== lineStart(this.#text, end)) {
      this.#verbatim.add(lineStart(this.#text, value.start));
    }
    for (let at = nextLine(this.#text, from); at < end; at = nextLine(this.#text, at)) {
      this.#shifts.set(at, shift);
      if (isScalar) this.#verbatim.add(at);
    }
  }

  #flow(node: YamlMap | YamlList): void {
    const text = this.#text;
    const inner = node.kind === "map" ? node.entries.map(({ value }) => value) : node.items;
    const isOneLine = lineStart(text, node.start) === lineStart(text, node.end);
    if (!isOneLine || inner.some(({ kind }) => kind === "bad")) return;
    const spans =
      node.kind === "map"
        ? node.entries.map((entry) => ({ start: entry.at.start, end: endOfEntry(text, entry) }))
        : node.items.map((item) => ({ start: item.start, end: endOf(text, item) }));
    const pad = node.kind === "map" && spans.length > 0 ? " " : "";
    let at = node.start + 1;
    let between = pad;
    for (const { start, end } of spans) {
      this.#put(at, start, between);
      at = end;
      between = ", ";
    }
    this.#put(at, node.end - 1, pad);
    if (node.kind === "map") for (const entry of node.entries) this.#flowEntry(entry);
    for (const value of inner) this.visit(value, 0);
  }

  #flowEntry(entry: YamlEntry): void {
    const colon = colonOf(this.#text, entry);
    if (colon === undefined) return;
    this.#put(entry.at.end, colon, "");
    this.#put(colon + 1, entry.value.start, " ");
  }

  /** Puts a separator where there is nothing but white space and a comma. */
  #put(start: number, end: number, separator: string): void {
    const old = this.#text.slice(start, end);
    if (old !== separator && /^[ \t]*,?[ \t]*$/.test(old)) this.#changes.push({ start, end, text: separator });
  }

  /** Comments keep to the keys that they are in line with. */
  #commentColumns(range: Range): ReadonlyMap<number, Shift> {
    const text = this.#text;
    const found = new Map<number, Shift>();
    const lines: number[] = [];
    for (let at = range.start; at < range.end; at = nextLine(text, at)) lines.push(at);
    const isComment = (at: number) => !this.#shifts.has(at) && /^[ \t]*#/.test(text.slice(at, lineEnd(text, at)));
    for (const [index, at] of lines.entries()) {
      if (!isComment(at)) continue;
      const column = text.slice(at, lineEnd(text, at)).search(/\S/);
      const below = lines.slice(index + 1).find((line) => this.#shifts.has(line));
      const above = lines.slice(0, index).findLast((line) => this.#shifts.get(line)?.from === column);
      const [next, same] = [below, above].map((line) => (line === undefined ? undefined : this.#shifts.get(line)));
      const shift = next?.from === column ? next : (same ?? next);
      if (shift !== undefined) found.set(at, shift.from === column ? shift : { from: column, to: shift.to });
    }
    return found;
  }
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}
