import type { Range } from "../text/source.js";

/** A YAML value with its place in the file. `bad` stands where a problem was reported already. */
export type YamlNode = YamlScalar | YamlMap | YamlList | YamlBad;

/** Text, number, boolean or null. */
export interface YamlScalar extends Range {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** Plain scalars as written (`1.10`), others without quotes and escapes. */
  readonly text: string;
  readonly style: "plain" | "quoted" | "block";
  /** Its source, quotes and block header included. */
  readonly raw: string;
  /** A comment that follows a plain scalar on its line. */
  readonly comment?: Range;
}

/** A map; keys are text. */
export interface YamlMap extends Range {
  readonly kind: "map";
  readonly entries: readonly YamlEntry[];
}

/** One key with its value. */
export interface YamlEntry {
  readonly key: string;
  readonly at: Range;
  readonly value: YamlNode;
}

/** A list. */
export interface YamlList extends Range {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
}

/** Something that was reported; whoever reads settings skips it. */
export interface YamlBad extends Range {
  readonly kind: "bad";
}

/** Is it text (a plain number or boolean is not)? */
export function isText(node: YamlNode): node is YamlScalar & { readonly value: string } {
  return node.kind === "scalar" && typeof node.value === "string";
}

/** What a value is called in messages. */
export function describeNode(node: YamlNode): string {
  if (node.kind === "map") return node.entries.length === 0 ? "an empty map" : "a map";
  if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
  if (node.kind === "bad" || node.value === null) return "nothing";
  if (typeof node.value === "string") return "text";
  return typeof node.value === "number" ? "a number" : `'${String(node.value)}'`;
}
