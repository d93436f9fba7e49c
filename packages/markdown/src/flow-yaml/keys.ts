import { fileTable, type KeyTable, kindKeys, type StepKind, stepTable, undoTable } from "../settings/keys.js";
import type { YamlMap } from "../yaml/nodes.js";

/** Keys of a file that hold lists of steps. */
export const stepListKeys = ["steps", "on-failure", "finally"] as const;
/** Keys of a file that are no settings: what stands under headings in Markdown. */
export const flowFileKeys = ["instructions", "sections", ...stepListKeys] as const;
/** Keys of a step that are no settings. */
export const flowStepKeys = ["title", "prompt", "run", "undo"] as const;
/** Keys of a `run`. */
export const runKeys = ["lang", "script"] as const;

/** The keys of a file. */
export const flowFileTable: KeyTable = {
  known: [...fileTable.known, ...flowFileKeys],
  of: "a workflow",
  words: { title: "name", tasks: "steps", jobs: "steps", prompt: "instructions", catch: "on-failure" },
};
const words = { script: "run", command: "run", bash: "run", name: "title", heading: "title", text: "prompt" };
/** The keys of a step. */
export const flowStepTable: KeyTable = { known: [...flowStepKeys, ...stepTable.known], of: stepTable.of, words };
/** The keys of an Undo. */
export const flowUndoTable: KeyTable = { known: ["prompt", "run", ...undoTable.known], of: undoTable.of, words };

/** The map without some of its keys. */
export function without(map: YamlMap, keys: readonly string[]): YamlMap {
  return { ...map, entries: map.entries.filter(({ key }) => !keys.includes(key)) };
}

/** The kind of a step, by its keys. */
export function kindOfMap({ entries }: YamlMap): StepKind {
  const keys = new Set(entries.map(({ key }) => key));
  return keys.has("run") ? "script" : (kindKeys.find((key) => keys.has(key)) ?? "agent");
}
