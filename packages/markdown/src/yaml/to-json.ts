import type { Json } from "@aiw/core";
import type { YamlNode } from "./nodes.js";

/** The value as JSON; what was reported already is null. */
export function toJson(node: YamlNode): Json {
  if (node.kind === "bad") return null;
  if (node.kind === "list") return node.items.map(toJson);
  if (node.kind === "map") return Object.fromEntries(node.entries.map(({ key, value }) => [key, toJson(value)]));
  // JSON has no infinity and no NaN.
  return typeof node.value === "number" && !Number.isFinite(node.value) ? node.text : node.value;
}

/** The value at a path of keys and indexes, or the nearest above it. */
export function nodeAt(node: YamlNode, path: readonly (string | number)[]): YamlNode {
  let at = node;
  for (const part of path) {
    let next: YamlNode | undefined;
    if (at.kind === "list" && typeof part === "number") next = at.items[part];
    else if (at.kind === "map") next = at.entries.find(({ key }) => key === String(part))?.value;
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

/** Does any part of the value stand where a problem was reported? */
export function hasBad(node: YamlNode): boolean {
  if (node.kind === "list") return node.items.some(hasBad);
  if (node.kind === "map") return node.entries.some(({ value }) => hasBad(value));
  return node.kind === "bad";
}
