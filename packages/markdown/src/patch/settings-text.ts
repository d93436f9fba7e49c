import type { Json, JsonObject } from "@aiw/core";
import { isJsonObject } from "@aiw/core";
import { createAllowance } from "../problems/allowance.js";
import type { Problem } from "../problems/problem.js";
import { createReport } from "../problems/report.js";
import { createSource, type Range, type Source } from "../text/source.js";
import type { YamlMap, YamlNode } from "../yaml/nodes.js";
import { readYaml } from "../yaml/read.js";
import { toJson } from "../yaml/to-json.js";
import { applyChanges } from "./changes.js";
import { patchFault } from "./fault.js";
import type { YamlStyle } from "./render-yaml.js";
import { type Path, throughShorthand } from "./values.js";
import { indentAt, isFlow } from "./yaml-places.js";
import { removalAt } from "./yaml-remove.js";
import { changesToward } from "./yaml-set.js";

/** A block of settings that was read for an edit. */
export interface ReadSettings {
  readonly map: YamlMap;
  readonly json: JsonObject;
  /** Why it cannot be edited; other keys may still be read. */
  readonly fault?: Problem;
}

/** Keys without a value and keys that stand twice leave the others as they are. */
const harmless = new Set(["E103", "E105"]);

/**
 * Reads settings with the rules of the language, for an edit.
 *
 * @param source - The text; as a source where many settings of one text are read.
 */
export function readSettings(source: string | Source, range: Range): ReadSettings {
  const read = typeof source === "string" ? createSource("", source) : source;
  const report = createReport(read);
  const map = readYaml(read.text, range, { report, allowance: createAllowance(report) });
  const fault = report.list().find(({ code }) => !harmless.has(code));
  const whole: YamlMap = map ?? { kind: "map", entries: [], start: range.start, end: range.start };
  const json = toJson(whole);
  return { map: whole, json: isJsonObject(json) ? json : {}, ...(fault === undefined ? {} : { fault }) };
}

/** How settings are to be edited. */
export interface SettingsContext {
  readonly eol: string;
  readonly rank: (key: string) => number;
}

/** A text whose settings were edited, and their new range. */
export interface EditedSettings {
  readonly text: string;
  readonly range: Range;
}

/** Most single changes of one edit; each is a key or an item. */
const maxSteps = 2_000;

/** Sets a value in settings. Short forms open: a delay makes `retry: 2` a map. */
export function setInSettings(
  before: EditedSettings,
  { path, value }: { readonly path: Path; readonly value: Json },
  { eol, rank }: SettingsContext,
): EditedSettings {
  let at = before;
  const first = require(at);
  const target = throughShorthand(first.json, path, value);
  const style: YamlStyle = { eol, quote: quoteOf(first.map) ?? '"', step: stepOf(before.text, first.map) };
  for (let step = 0; step < maxSteps; step += 1) {
    const { map } = require(at);
    const changes = changesToward({ ...at, map, style, rank }, target.path, target.value);
    if (changes.length === 0) return at;
    at = applied(at, changes);
  }
  throw patchFault("no_place", `the value of '${path.join(".")}' is too large for an edit`, "edit the file by hand");
}

/** Removes what stands at a path of settings. */
export function removeFromSettings(before: EditedSettings, path: Path): EditedSettings {
  const { map } = require(before);
  return applied(before, removalAt({ ...before, map }, path));
}

function applied({ text, range }: EditedSettings, changes: Parameters<typeof applyChanges>[1]): EditedSettings {
  const after = applyChanges(text, changes);
  return { text: after, range: { start: range.start, end: range.end + after.length - text.length } };
}

function require({ text, range }: EditedSettings): ReadSettings {
  const settings = readSettings(text, range);
  const { fault } = settings;
  if (fault === undefined) return settings;
  const message = `the settings cannot be edited: ${fault.message} (line ${fault.line})`;
  throw patchFault("unreadable", message, fault.help ?? "mend them by hand first", { line: fault.line });
}

/** The white space that the first nested level of a map is indented by. */
function stepOf(text: string, map: YamlMap): string {
  for (const { at, value } of map.entries) {
    if ((value.kind !== "map" && value.kind !== "list") || isFlow(text, value)) continue;
    const columns = indentAt(text, value.start).length - indentAt(text, at.start).length;
    if (columns > 0) return " ".repeat(columns);
  }
  return "  ";
}

/** The first kind of quotes in a value. */
export function quoteOf(node: YamlNode): '"' | "'" | undefined {
  if (node.kind === "scalar") {
    const mark = node.style === "quoted" ? node.raw[0] : undefined;
    return mark === '"' || mark === "'" ? mark : undefined;
  }
  if (node.kind === "bad") return undefined;
  const inner = node.kind === "list" ? node.items : node.entries.map(({ value }) => value);
  for (const each of inner) {
    const found = quoteOf(each);
    if (found !== undefined) return found;
  }
  return undefined;
}
