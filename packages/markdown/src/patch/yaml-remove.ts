import type { Range } from "../text/source.js";
import type { YamlEntry, YamlList, YamlMap, YamlNode } from "../yaml/nodes.js";
import type { TextChange } from "./changes.js";
import { patchFault } from "./fault.js";
import type { Path } from "./values.js";
import {
  dashOf,
  endOf,
  endOfEntry,
  isFlow,
  lineEnd,
  lineStart,
  nextLine,
  startsLine,
  type YamlText,
} from "./yaml-places.js";

/**
 * The change that removes what stands at a path. A map or list that would be left empty goes with it, so the last key
 * of `env:` takes `env:` along; the settings as a whole stay.
 */
export function removalAt(place: YamlText, path: Path): readonly TextChange[] {
  const chain = chainTo(place.map, path);
  let at = chain.length - 1;
  while (at > 0 && sizeOf(chain[at]?.container) === 1) at -= 1;
  const link = chain[at];
  if (link === undefined) throw patchFault("no_place", "an empty path names nothing to remove", "give a key");
  const { container, child } = link;
  if (container.kind === "list") return "key" in child ? [] : removeItem(place, container, child);
  return "key" in child ? removeEntry(place, container, child) : [];
}

interface Link {
  readonly container: YamlMap | YamlList;
  readonly child: YamlEntry | YamlNode;
}

function chainTo(root: YamlMap, path: Path): readonly Link[] {
  const chain: Link[] = [];
  let node: YamlNode = root;
  for (const part of path) {
    const child: YamlEntry | YamlNode | undefined = childOf(node, part);
    if (child === undefined || (node.kind !== "map" && node.kind !== "list")) {
      throw patchFault("no_place", `there is no '${path.join(".")}' to remove`, "look at the keys that are there");
    }
    chain.push({ container: node, child });
    node = "key" in child ? child.value : child;
  }
  return chain;
}

function childOf(node: YamlNode, part: string | number): YamlEntry | YamlNode | undefined {
  if (node.kind === "map") return node.entries.find(({ key }) => key === String(part));
  return node.kind === "list" && typeof part === "number" ? node.items[part] : undefined;
}

function sizeOf(container: YamlMap | YamlList | undefined): number {
  if (container === undefined) return 0;
  return container.kind === "map" ? container.entries.length : container.items.length;
}

/** Removes an entry with its line, and the comment on it. */
export function removeEntry({ text }: YamlText, map: YamlMap, entry: YamlEntry): readonly TextChange[] {
  const own = { start: entry.at.start, end: endOfEntry(text, entry) };
  const at = map.entries.indexOf(entry);
  const [before, after] = [map.entries[at - 1], map.entries[at + 1]];
  const place = {
    before: before === undefined ? undefined : endOfEntry(text, before),
    after: after?.at.start,
  };
  return [isFlow(text, map) ? flowCut(text, own, place, map) : blockCut(text, own, place.after)];
}

/** Removes an item of a list. */
export function removeItem({ text }: YamlText, list: YamlList, item: YamlNode): readonly TextChange[] {
  const at = list.items.indexOf(item);
  const [before, after] = [list.items[at - 1], list.items[at + 1]];
  const place = { before: before === undefined ? undefined : endOf(text, before), after: after?.start };
  if (isFlow(text, list)) return [flowCut(text, { start: item.start, end: endOf(text, item) }, place, list)];
  const own = { start: dashOf(text, item), end: Math.max(endOf(text, item), dashOf(text, item) + 1) };
  return [blockCut(text, own, after === undefined ? undefined : dashOf(text, after))];
}

function blockCut(text: string, own: Range, after: number | undefined): TextChange {
  if (startsLine(text, own.start)) return cut(lineStart(text, own.start), nextLine(text, own.end));
  // The first key beside a dash: what follows takes its place.
  if (after === undefined || text.slice(own.end, after).includes("#")) {
    throw patchFault("no_place", "it shares its line with something else", "edit the file by hand");
  }
  return cut(own.start, after);
}

interface Neighbours {
  readonly before: number | undefined;
  readonly after: number | undefined;
}

function flowCut(text: string, own: Range, { before, after }: Neighbours, node: Range): TextChange {
  const rest = text.slice(own.end, lineEnd(text, own.end));
  const isAlone = startsLine(text, own.start) && /^[ \t]*,?[ \t]*(?:#.*)?$/.test(rest);
  if (isAlone && lineStart(text, own.start) > node.start && nextLine(text, own.end) < node.end) {
    return cut(lineStart(text, own.start), nextLine(text, own.end));
  }
  if (after !== undefined) return cut(own.start, after);
  return before === undefined ? cut(own.start, own.end) : cut(before, own.end);
}

function cut(start: number, end: number): TextChange {
  return { start, end, text: "" };
}
