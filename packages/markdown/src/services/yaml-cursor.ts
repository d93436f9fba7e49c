import { createAllowance } from "../problems/allowance.js";
import { createReport } from "../problems/report.js";
import { createSource, type Range } from "../text/source.js";
import type { YamlEntry, YamlNode } from "../yaml/nodes.js";
import { readYaml } from "../yaml/read.js";

/** What is being typed at a place of settings. */
export interface YamlCursor {
  /** Keys and list indexes from the settings down; of a value, its own last. */
  readonly path: readonly (string | number)[];
  readonly role: "key" | "value";
  /** Of a key, the other keys of its map; of an item of a list, the other items. */
  readonly siblings: readonly string[];
  /** The key or value up to the cursor, and from there on. */
  readonly before: string;
  readonly after: string;
  /** The cursor stands right behind a colon: YAML wants a space first. */
  readonly lacksSpace: boolean;
}

/** Stands for the cursor: no file has this character, which is for private use. */
const mark = "\ue000";

/**
 * What may be typed at an offset of settings that need not be readable yet: with a mark at the cursor they are read, and
 * the mark is looked for. A word alone on a line may become a key or be a value: then there are two answers.
 */
export function yamlCursors(text: string, { start, end }: Range, offset: number): readonly YamlCursor[] {
  const before = text.slice(start, offset);
  const after = text.slice(offset, end);
  if (before.includes(mark) || after.includes(mark)) return [];
  const lacksSpace = /(?:^|[\s{,])[\w?-]+:$/.test(before);
  const space = lacksSpace ? " " : "";
  const rest = /^[^\n\r]*/.exec(after)?.[0] ?? "";
  const isAlone = /(?:^|[\n\r])[ \t]*(?:-[ \t]+)*[\w?-]*$/.test(before) && /^[\w?-]*[ \t]*$/.test(rest);
  const word = /^[\w?-]*/.exec(after)?.[0] ?? "";
  const asKey = isAlone ? find(`${before}${mark}${word}: 0${after.slice(word.length)}`, "key") : [];
  const asWritten = find(`${before}${space}${mark}${after}`, undefined);
  const isNew = ({ role }: Found) => role !== "key" || asKey.length === 0;
  return [...asKey, ...asWritten.filter(isNew)].map((found) => ({ ...found, lacksSpace }));
}

type Found = Omit<YamlCursor, "lacksSpace">;
type Path = YamlCursor["path"];

function find(settings: string, role: "key" | undefined): readonly Found[] {
  const report = createReport(createSource("", settings));
  const range = { start: 0, end: settings.length };
  const map = readYaml(settings, range, { report, allowance: createAllowance(report) });
  const found = map === undefined ? undefined : findIn(map, [], []);
  return found === undefined || (role !== undefined && found.role !== role) ? [] : [found];
}

function findIn(node: YamlNode, path: Path, siblings: readonly string[]): Found | undefined {
  if (node.kind === "scalar") return found(node.text, { path, role: "value", siblings });
  if (node.kind === "list") return findItem(node.items, path);
  if (node.kind !== "map") return undefined;
  for (const { key, value } of node.entries) {
    const here =
      found(key, { path, role: "key", siblings: others(node.entries, key) }) ?? findIn(value, [...path, key], []);
    if (here !== undefined) return here;
  }
  return undefined;
}

function findItem(items: readonly YamlNode[], path: Path): Found | undefined {
  const words = items.flatMap((item) => (item.kind === "scalar" && !item.text.includes(mark) ? [item.text] : []));
  for (const [index, item] of items.entries()) {
    const here = findIn(item, [...path, index], words);
    if (here !== undefined) return here;
  }
  return undefined;
}

function found(text: string, rest: Pick<Found, "path" | "role" | "siblings">): Found | undefined {
  const at = text.indexOf(mark);
  if (at === -1) return undefined;
  return { ...rest, before: text.slice(0, at), after: text.slice(at + mark.length) };
}

function others(entries: readonly YamlEntry[], key: string): readonly string[] {
  return entries.flatMap((entry) => (entry.key === key ? [] : [entry.key]));
}
