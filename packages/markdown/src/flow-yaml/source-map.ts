import { type MappedSettings, type SourceEntry, type SourceMap, sourceMap } from "../structure/source-map.js";
import type { YamlMap, YamlNode } from "../yaml/nodes.js";

/**
 * Where everything of a file in YAML stands.
 *
 * @param wholes - The whole map of a step, by that of its settings alone.
 */
export function flowSourceMap(
  text: string,
  settings: readonly MappedSettings[],
  wholes: ReadonlyMap<YamlMap, YamlMap>,
): SourceMap {
  // An Undo stands inside the map of its step.
  const maps = settings
    .filter(({ path }) => path.at(2) !== "undo")
    .map(({ path, map }) => ({ path, map: wholes.get(map) ?? map }));
  const { entries } = sourceMap({ text, blocks: [], settings: maps });
  const steps = maps.filter(({ path }) => path[0] === "steps");
  return { entries: [...entries, ...steps.flatMap(({ path, map }) => partsOf(map, path, "step"))] };
}

function partsOf(map: YamlMap, path: SourceEntry["path"], kind: "step" | "undo"): readonly SourceEntry[] {
  const entries: SourceEntry[] = [{ kind, path, start: map.start, end: map.end }];
  const add = (part: "prose" | "script", node: YamlNode | undefined) => {
    if (node?.kind === "scalar") entries.push({ kind: part, path, start: node.start, end: node.end });
  };
  add("prose", valueAt(map, "prompt"));
  const run = valueAt(map, "run");
  if (run?.kind === "map") add("script", valueAt(run, "script"));
  const undo = valueAt(map, "undo");
  if (undo?.kind === "map") entries.push(...partsOf(undo, [...path, "undo"], "undo"));
  return entries;
}

function valueAt({ entries }: YamlMap, key: string): YamlNode | undefined {
  return entries.find((entry) => entry.key === key)?.value;
}
