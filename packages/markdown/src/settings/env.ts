import type { ValueTemplate } from "@aiw/core";
import type { UsePlace } from "../check/use.js";
import { explainName, isIdentifier } from "../structure/ids.js";
import type { YamlNode } from "../yaml/nodes.js";
import { type TemplateSink, textTemplate } from "./templates.js";
import { type Place, readMap, refuse } from "./values.js";

/** Variables: names and texts, as written. */
export function readEnv(
  node: YamlNode,
  sink: TemplateSink,
  place: Place,
  use: UsePlace,
): Readonly<Record<string, ValueTemplate>> | undefined {
  const map = readMap(node, place);
  const entries = map?.entries.flatMap(({ key, at, value }): (readonly [string, ValueTemplate])[] => {
    if (value.kind === "bad") return [];
    if (!isIdentifier(key)) {
      const { message, help } = explainName(key, "a variable");
      place.report.add("E115", at, message, help);
      return [];
    }
    if (value.kind === "scalar" && value.value !== null) return [[key, textTemplate(value, sink, use)]];
    refuse(
      value,
      { ...place, key: `${place.key}.${key}` },
      "text",
      value.kind === "scalar" ? "write '' for an empty text" : "use with: for lists and maps",
    );
    return [];
  });
  return entries === undefined ? undefined : Object.fromEntries(entries);
}
