import type { ScriptLanguage } from "@aiw/core";
import { innerReader } from "../settings/key-reader.js";
import type { Prose } from "../settings/prose.js";
import { expressionsInScript } from "../settings/script-text.js";
import type { ScriptSource } from "../settings/step-source.js";
import { scalarText } from "../settings/templates.js";
import { type Place, readMap, readText, readWord } from "../settings/values.js";
import { trimBlankLines } from "../structure/prose.js";
import { scriptLanguages } from "../structure/roles.js";
import { normalizeNewlines } from "../text/source.js";
import { locator } from "../yaml/locate.js";
import type { YamlNode, YamlScalar } from "../yaml/nodes.js";
import { runKeys } from "./keys.js";

/** No text. */
export const noProse: Prose = { isEmpty: true, template: () => [] };

/** Text for people and agents, trimmed as prose is; what is none is reported. */
export function readProse(node: YamlNode, place: Place): Prose | undefined {
  const scalar = readWhole(node, place);
  if (scalar === undefined) return undefined;
  const { start, end } = trimBlankLines(scalar.text, { start: 0, end: scalar.text.length });
  const text = scalar.text.slice(start, end);
  return { isEmpty: text === "", template: (sink, use) => scalarText({ ...scalar, text }, sink, use) };
}

/** One line of text; what is none is reported. */
export function readLine(node: YamlNode, place: Place): YamlScalar | undefined {
  const scalar = readText(node, place);
  if (scalar === undefined) return undefined;
  const text = scalar.text.trim();
  if (text !== "" && !/[\r\n]/.test(text)) return { ...scalar, text };
  const help = `write ${place.key}: Collect the diff`;
  place.report.add("E112", scalar, `'${place.key}' takes one line of text`, help);
  return undefined;
}

/** `{ lang, script }`; what is none is reported. */
export function readRun(node: YamlNode, place: Place, loop?: string): ScriptSource | undefined {
  const map = readMap(node, place);
  if (map === undefined) return undefined;
  const reader = innerReader(map, place, runKeys);
  const lang = reader.read("lang", (value, at) => readWord(value, scriptLanguages, at));
  const code = reader.read("script", (value, at) => readCode(value, at, { lang, loop }));
  for (const key of runKeys) {
    if (reader.has(key)) continue;
    const help = key === "lang" ? "add lang: bash" : "add script: with the text of the script";
    place.report.add("E112", map, `'${place.key}' has no '${key}'`, help);
  }
  return lang === undefined || code === undefined ? undefined : { lang, code };
}

function readCode(
  node: YamlNode,
  place: Place,
  { lang = "bash", loop }: { readonly lang?: ScriptLanguage | undefined; readonly loop?: string | undefined },
): string | undefined {
  const scalar = readWhole(node, place);
  if (scalar === undefined) return undefined;
  expressionsInScript({ lang, code: scalar.text, locate: locator(scalar), loop }, place.report);
  const code = normalizeNewlines(scalar.text);
  // As between the marks of a fence, where each line has its end.
  return code === "" || code.endsWith("\n") ? code : `${code}\n`;
}

/** Text that no comment cuts: what was meant as a comment can stand on a line of its own. */
function readWhole(node: YamlNode, place: Place): YamlScalar | undefined {
  const scalar = readText(node, place);
  if (scalar?.comment === undefined) return scalar;
  const help = "quote the text, or write it below a |";
  place.report.add("E106", scalar.comment, "'#' begins a comment here and cuts the text", help);
  return undefined;
}
