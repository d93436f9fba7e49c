import type { Report } from "../problems/report.js";
import { given, type KeyReader, keyReader } from "../settings/key-reader.js";
import { type KeyTable, knownEntries, type StepKind } from "../settings/keys.js";
import { loopVariableOf } from "../settings/script-text.js";
import type { StepSource } from "../settings/step-source.js";
import { readMap, readText } from "../settings/values.js";
import type { YamlEntry, YamlMap } from "../yaml/nodes.js";
import { flowStepKeys, flowStepTable, flowUndoTable, kindOfMap, without } from "./keys.js";
import { noProse, readLine, readProse, readRun } from "./text.js";

/** What reading a step needs. */
export interface MapReader {
  readonly report: Report;
  /** The whole map of a step or Undo, by that of its settings alone; filled while reading. */
  readonly wholes: Map<YamlMap, YamlMap>;
  /** Loop variable of the step whose Undo is read. */
  readonly loop?: string | undefined;
}

/** A step, from its map. */
export function flowStep(map: YamlMap, file: MapReader): StepSource {
  const keys = readerOf(map, flowStepTable, file.report);
  const title = keys.read("title", readLine);
  const id = keys.read("id", readText);
  if (!keys.has("title") && !keys.has("id")) {
    file.report.add("E030", startOf(map), "this step has neither a title nor an id", "add title: Collect the diff");
  }
  const titleAt = title ?? keys.entry("title")?.at ?? id ?? startOf(map);
  const undo = keys.read("undo", (node, place) => {
    const inner = readMap(node, place);
    const at = keys.entry("undo")?.at;
    return inner === undefined || at === undefined
      ? undefined
      : flowUndo(inner, at, { ...file, loop: loopVariableOf(map) });
  });
  return {
    ...bodyOf(map, keys, file),
    title: title?.text ?? id?.text ?? "",
    titleAt: { start: titleAt.start, end: titleAt.end },
    at: { start: titleAt.start, end: titleAt.end },
    ...given({ undo }),
  };
}

/** @param at - Its key. */
function flowUndo(map: YamlMap, at: YamlEntry["at"], file: MapReader): StepSource {
  const keys = readerOf(map, flowUndoTable, file.report);
  return { ...bodyOf(map, keys, file), title: "Undo", titleAt: at, at };
}

type Body = Pick<StepSource, "settings" | "isUnread" | "script" | "prose">;

function bodyOf(map: YamlMap, keys: KeyReader, { report, wholes, loop }: MapReader): Body {
  const prose = keys.read("prompt", readProse);
  const script = keys.read("run", (node, place) => readRun(node, place, loopVariableOf(map) ?? loop));
  refusePrompt(keys, kindOfMap(map), report);
  const settings = without(map, flowStepKeys);
  wholes.set(settings, map);
  const isUnread = (keys.has("prompt") && prose === undefined) || (keys.has("run") && script === undefined);
  return { settings, isUnread, prose: prose ?? noProse, ...given({ script }) };
}

/** A script or a tool reads no prompt. */
function refusePrompt(keys: KeyReader, kind: StepKind, report: Report): void {
  const prompt = keys.entry("prompt");
  if (prompt === undefined || kind === "agent" || kind === "approval") return;
  const message = `'prompt' has no effect on a step with ${kind === "script" ? "a script" : `'${kind}'`}`;
  report.add("E111", prompt.at, message, "remove it, or make it a comment");
}

function readerOf(map: YamlMap, table: KeyTable, report: Report): KeyReader {
  return keyReader(knownEntries(map, table, report), report);
}

function startOf({ start }: YamlMap) {
  return { start, end: start + 1 };
}
