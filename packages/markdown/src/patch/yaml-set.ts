import { isJsonObject, type Json } from "@aiw/core";
import type { YamlEntry, YamlList, YamlMap, YamlNode } from "../yaml/nodes.js";
import { toJson } from "../yaml/to-json.js";
import type { TextChange } from "./changes.js";
import { patchFault } from "./fault.js";
import { entryText, flowText, itemText, valueText, type YamlSpot, type YamlStyle } from "./render-yaml.js";
import { isSame, nest, type Path } from "./values.js";
import {
  colonOf,
  dashOf,
  endOf,
  endOfEntry,
  indentAt,
  isFlow,
  lineEnd,
  lineStart,
  nextLine,
  startsLine,
  type YamlText,
} from "./yaml-places.js";
import { removeEntry, removeItem } from "./yaml-remove.js";

/** What setting a value needs to know of its settings. */
export interface YamlSetting extends YamlText {
  readonly style: YamlStyle;
  /** Place of a key among those of the same map; new ones go behind the last whose rank is not higher. */
  readonly rank: (key: string) => number;
}

/** Where a node stands: inside `{ }` or `[ ]` or not, and as whose value. */
interface Spot {
  readonly inFlow: boolean;
  readonly entry?: YamlEntry;
}

/**
 * The next change on the way to a value at a path, one key or item at a time: what stays of lists and maps keeps its
 * text and comments.
 *
 * @returns No change when the value is there.
 */
export function changesToward(setting: YamlSetting, path: Path, value: Json): readonly TextChange[] {
  return new Setter(setting).toward(setting.map, path, value, { inFlow: false });
}

class Setter {
  readonly #setting: YamlSetting;
  readonly #text: string;

  constructor(setting: YamlSetting) {
    this.#setting = setting;
    this.#text = setting.text;
  }

  toward(node: YamlNode, path: Path, value: Json, spot: Spot): readonly TextChange[] {
    const [head, ...rest] = path;
    if (head === undefined) return this.#become(node, value, spot);
    const inFlow = spot.inFlow || isFlow(this.#text, node);
    if (node.kind === "map") {
      const entry = node.entries.find(({ key }) => key === String(head));
      if (entry === undefined) return this.#addEntry(node, String(head), nest(rest, value), inFlow);
      if (entry.value.kind === "bad") return this.#replaceValue(entry, nest(rest, value), inFlow);
      return this.toward(entry.value, rest, value, { inFlow, entry });
    }
    if (node.kind !== "list" || typeof head !== "number" || head < 0 || head > node.items.length) {
      throw patchFault("no_place", `there is no place for '${head}'`, "set the whole value above it");
    }
    const item = node.items[head];
    if (item === undefined) return this.#addItem(node, head, nest(rest, value), inFlow);
    return this.toward(item, rest, value, { inFlow });
  }

  /** Makes an existing value another one. */
  #become(node: YamlNode, value: Json, spot: Spot): readonly TextChange[] {
    if (node.kind !== "bad" && isSame(toJson(node), value)) return [];
    const inFlow = spot.inFlow || isFlow(this.#text, node);
    if (node.kind === "map" && isJsonObject(value)) {
      const change = this.#mapStep(node, value, inFlow);
      if (change !== undefined) return change;
    }
    if (node.kind === "list" && Array.isArray(value) && value.length > 0 && node.items.length > 0) {
      return this.#listStep(node, value, inFlow);
    }
    if (spot.entry !== undefined) return this.#replaceValue(spot.entry, value, spot.inFlow);
    return this.#replaceItem(node, value, spot.inFlow);
  }

  /** The first difference of two maps; nothing when they share no key, so that the whole map is written anew. */
  #mapStep(node: YamlMap, value: { readonly [key: string]: Json }, inFlow: boolean) {
    const isRoot = node === this.#setting.map;
    const kept = node.entries.filter(({ key }) => Object.hasOwn(value, key));
    if (kept.length === 0 && !isRoot) return undefined;
    const gone = node.entries.find(({ key }) => !Object.hasOwn(value, key));
    if (gone !== undefined) return removeEntry(this.#setting, node, gone);
    for (const [key, item] of Object.entries(value)) {
      const step = this.toward(node, [key], item, { inFlow });
      if (step.length > 0) return step;
    }
    return [];
  }

  #listStep(node: YamlList, value: readonly Json[], inFlow: boolean): readonly TextChange[] {
    const old = node.items.map(toJson);
    let head = 0;
    while (head < old.length && head < value.length && isSame(old[head], value[head])) head += 1;
    let tail = 0;
    const most = Math.min(old.length, value.length) - head;
    while (tail < most && isSame(old.at(-1 - tail), value.at(-1 - tail))) tail += 1;
    const item = node.items[head];
    const wanted = value[head];
    const isMore = value.length - head - tail > 0;
    if (item !== undefined && head + tail < old.length) {
      if (isMore && wanted !== undefined) return this.#become(item, wanted, { inFlow });
      return removeItem(this.#setting, node, item);
    }
    return wanted === undefined ? [] : this.#addItem(node, head, wanted, inFlow);
  }

  #replaceValue(entry: YamlEntry, value: Json, inFlow: boolean): readonly TextChange[] {
    const text = this.#text;
    const colon = colonOf(text, entry);
    if (colon === undefined) throw patchFault("no_place", `the key '${entry.key}' has no colon`, "write key: value");
    const spot = this.#spot(indentAt(text, entry.at.start), inFlow, entry.value);
    const node = entry.value;
    const start = colon + 1;
    const end = endOfEntry(text, entry);
    const rendered = valueText(value, spot, entry.key.length + 1);
    const between = text.slice(start, node.kind === "bad" ? start : node.start);
    if (node.kind !== "bad" && between.trim() === "" && !/[\r\n]/.test(between) && rendered.startsWith(" ")) {
      return [{ start: node.start, end, text: rendered.slice(1) }];
    }
    // A comment behind the colon stays there.
    const comment = /[ \t]+#[^\r\n]*/.exec(between)?.[0] ?? "";
    const firstBreak = rendered.search(/[\r\n]/);
    const cut = firstBreak === -1 ? rendered.length : firstBreak;
    return [{ start, end, text: rendered.slice(0, cut) + comment + rendered.slice(cut) }];
  }

  #replaceItem(node: YamlNode, value: Json, inFlow: boolean): readonly TextChange[] {
    const text = this.#text;
    const end = endOf(text, node);
    if (inFlow) return [{ start: node.start, end, text: flowText(value, this.#spot("", true, node)) }];
    const dash = dashOf(text, node);
    const rendered = itemText(value, this.#spot(indentAt(text, dash), false, node));
    return [{ start: dash, end, text: rendered }];
  }

  #addEntry(map: YamlMap, key: string, value: Json, inFlow: boolean): readonly TextChange[] {
    const { text, range, rank } = this.#setting;
    const isRoot = map === this.#setting.map;
    const last = map.entries.at(-1);
    if (inFlow) return this.#addToFlow(map, last, (spot) => entryText(key, value, spot));
    const [first] = map.entries;
    const before = isRoot ? map.entries.findLast((entry) => rank(entry.key) <= rank(key)) : last;
    const indent = first === undefined ? "" : indentAt(text, first.at.start);
    const line = indent + entryText(key, value, this.#spot(indent, false)) + this.#setting.style.eol;
    if (first === undefined) return [{ start: range.end, end: range.end, text: line }];
    const at = before === undefined ? range.start : this.#behind(before);
    return [{ start: at, end: at, text: line }];
  }

  /** Start of the line behind an entry of a block map. */
  #behind(entry: YamlEntry): number {
    const { value } = entry;
    // There the blank lines below are part of the text.
    const keepsBreaks = value.kind === "scalar" && value.style === "block" && /^[|>]\d?\+/.test(value.raw);
    if (keepsBreaks) return value.end;
    return nextLine(this.#text, endOfEntry(this.#text, entry));
  }

  #addItem(list: YamlList, index: number, value: Json, inFlow: boolean): readonly TextChange[] {
    const text = this.#text;
    const next = list.items[index];
    if (inFlow) {
      const render = (spot: YamlSpot) => flowText(value, spot);
      if (next === undefined) return this.#addToFlow(list, list.items.at(-1), render);
      return [{ start: next.start, end: next.start, text: `${render(this.#spot("", true))}, ` }];
    }
    const [first] = list.items;
    const last = list.items[index - 1];
    const indent = indentAt(text, first === undefined ? list.start : dashOf(text, first));
    const line = indent + itemText(value, this.#spot(indent, false)) + this.#setting.style.eol;
    if (last !== undefined) {
      const at = nextLine(text, endOf(text, last));
      return [{ start: at, end: at, text: line }];
    }
    // Before the first item, whose dash may share its line with others.
    const dash = first === undefined ? list.start : dashOf(text, first);
    return [{ start: dash, end: dash, text: line.trimStart() + indent }];
  }

  /** Behind the last entry or item of `{ }` or `[ ]`. */
  #addToFlow(
    node: YamlMap | YamlList,
    last: YamlEntry | YamlNode | undefined,
    render: (spot: YamlSpot) => string,
  ): readonly TextChange[] {
    const text = this.#text;
    const { eol } = this.#setting.style;
    const rendered = render(this.#spot("", true));
    if (last === undefined) {
      const whole = node.kind === "map" ? `{ ${rendered} }` : `[${rendered}]`;
      return [{ start: node.start, end: node.end, text: whole }];
    }
    const [start, end] = "key" in last ? [last.at.start, endOfEntry(text, last)] : [last.start, endOf(text, last)];
    if (!startsLine(text, start) || lineStart(text, start) <= node.start) {
      return [{ start: end, end, text: `, ${rendered}` }];
    }
    // One entry a line: the comma goes behind the last, the new one below its comment.
    const line = indentAt(text, start) + rendered;
    const hasComma = /^[ \t]*,/.test(text.slice(end, lineEnd(text, end)));
    const below = lineEnd(text, end);
    if (below >= node.end) return [{ start: end, end, text: `,${eol}${line}` }];
    const added = { start: below, end: below, text: eol + line + (hasComma ? "," : "") };
    return hasComma ? [added] : [{ start: end, end, text: "," }, added];
  }

  #spot(indent: string, isInFlow: boolean, old?: YamlNode): YamlSpot {
    const quote = old?.kind === "scalar" && old.style === "quoted" ? old.raw[0] : undefined;
    const { style } = this.#setting;
    return {
      ...style,
      indent,
      isFlow: isInFlow,
      ...(quote === '"' || quote === "'" ? { quote } : {}),
    };
  }
}
