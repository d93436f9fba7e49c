import { applyChanges } from "../patch/changes.js";
import { readSettings } from "../patch/settings-text.js";
import type { Range } from "../text/source.js";
import type { YamlMap, YamlNode } from "../yaml/nodes.js";
import { orderedSettings } from "./settings-order.js";
import { spacingChanges } from "./settings-spacing.js";

/** How settings are laid out. */
export interface SettingsLayout {
  readonly eol: string;
  readonly rank: (key: string) => number;
}

/**
 * Settings in their layout, without the last line break. What would read otherwise than before is left as it is.
 *
 * @param range - Settings that can be read.
 */
export function formatSettings(text: string, range: Range, { eol, rank }: SettingsLayout): string {
  const source = text.slice(range.start, range.end);
  const whole = { start: 0, end: source.length };
  const before = readSettings(source, whole).map;
  const spaced = applyChanges(source, spacingChanges(source, whole, before));
  const end = { start: 0, end: spaced.length };
  const ordered = orderedSettings(spaced, end, readSettings(spaced, end).map, rank).replaceAll(/\r\n|\n|\r/g, eol);
  const after = readSettings(ordered + eol, { start: 0, end: ordered.length + eol.length });
  const isSame = after.fault === undefined && shapeOf(after.map) === shapeOf(before);
  return isSame ? ordered : source.replace(/(?:\r\n|\n|\r)$/, "");
}

/** All keys and values as written; the order of the keys at the top does not count. */
function shapeOf(map: YamlMap): string {
  const entries = map.entries.map(({ key, value }) => JSON.stringify([key, shape(value)]));
  return entries.toSorted().join("\n");
}

function shape(node: YamlNode): unknown {
  if (node.kind === "scalar") return [node.style === "plain" ? "plain" : "text", node.text.replaceAll(/\r\n?/g, "\n")];
  if (node.kind === "bad") return null;
  if (node.kind === "list") return node.items.map(shape);
  return { map: node.entries.map(({ key, value }) => [key, shape(value)]) };
}
