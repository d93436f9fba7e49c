import type { ConcurrencySpec } from "@aiw/core";
import type { YamlNode } from "../yaml/nodes.js";
import { innerReader } from "./key-reader.js";
import { scalarText, type TemplateSink } from "./templates.js";
import { type Place, readMap, readText, readWord } from "./values.js";

/** `{ key: "deploy-{{ inputs.env }}", busy: queue | skip | cancel }`. */
export function readConcurrency(node: YamlNode, place: Place, sink: TemplateSink): ConcurrencySpec | undefined {
  const map = readMap(node, place);
  if (map === undefined) return undefined;
  const keys = innerReader(map, place, ["key", "busy"]);
  const key = keys.read("key", readText);
  const busy = keys.read("busy", (value, at) => readWord(value, ["queue", "skip", "cancel"] as const, at)) ?? "queue";
  if (!keys.has("key")) place.report.add("E112", node, "'concurrency' has no 'key'", "add key: deploy");
  return key === undefined ? undefined : { key: scalarText(key, sink, "concurrency"), busy };
}
