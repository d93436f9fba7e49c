import type { WorkflowParts } from "../load-parts.js";
import type { Report } from "../problems/report.js";
import { given, keyReader } from "../settings/key-reader.js";
import { knownEntries } from "../settings/keys.js";
import type { Prose } from "../settings/prose.js";
import type { SectionSource } from "../settings/sections.js";
import type { StepSourceList, UnreadStep } from "../settings/step-source.js";
import { type Place, readMap, refuse } from "../settings/values.js";
import { faultOfId } from "../structure/ids.js";
import type { YamlMap, YamlNode } from "../yaml/nodes.js";
import { flowFileKeys, flowFileTable, without } from "./keys.js";
import { flowStep, type MapReader } from "./step.js";
import { readProse } from "./text.js";

/** The parts of a workflow, from the map of its file. */
export function flowParts(map: YamlMap, file: MapReader): WorkflowParts {
  const { report } = file;
  const keys = keyReader(knownEntries(map, flowFileTable, report), report);
  const instructions = keys.read("instructions", readProse);
  const steps = (key: string): StepSourceList => {
    const entry = keys.entry(key);
    if (entry === undefined) return { steps: [] };
    const found = keys.read(key, (node, place) => stepsOf(node, place, file));
    // What could not be read was reported: that there is no step would be an echo.
    if (found === undefined) report.mute(entry.at);
    return { at: entry.at, steps: found ?? [] };
  };
  return {
    front: without(map, flowFileKeys),
    sections: sectionsOf(keys.read("sections", readMap), instructions, report),
    steps: steps("steps"),
    onFailure: steps("on-failure"),
    finally: steps("finally"),
    ...given({ instructions }),
  };
}

/** Nothing when none of it can be read. */
function stepsOf(node: YamlNode, place: Place, file: MapReader): readonly UnreadStep[] | undefined {
  if (node.kind !== "list") {
    refuse(node, place, "a list", "write one '- title: …' for each step");
    return undefined;
  }
  const steps = node.items.flatMap((item): readonly UnreadStep[] => {
    if (item.kind === "map")
      return [{ at: { start: item.start, end: item.start + 1 }, read: () => flowStep(item, file) }];
    refuse(item, { ...place, key: `${place.key}[]` }, "a map", "write '- title: …', and prompt: or run: below it");
    return [];
  });
  return steps.length === 0 && node.items.length > 0 ? undefined : steps;
}

function sectionsOf(
  map: YamlMap | undefined,
  instructions: Prose | undefined,
  report: Report,
): readonly SectionSource[] {
  const named = (map?.entries ?? []).flatMap(({ key, at, value }): readonly SectionSource[] => {
    const fault = faultOfId(key);
    if (fault !== undefined) {
      report.add("E115", at, `the name '${key}' of a section ${fault}`, "use letters, digits and '_', a letter first");
      return [];
    }
    const prose = readProse(value, { key: `sections.${key}`, report });
    return prose === undefined ? [] : [{ key, prose }];
  });
  return instructions === undefined ? named : [...named, { key: "instructions", prose: instructions }];
}
