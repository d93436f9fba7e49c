import type { LoadResult } from "../load.js";
import type { LoadOptions } from "../load-options.js";
import { loadParts } from "../load-parts.js";
import type { LoadState } from "../load-state.js";
import { createAllowance } from "../problems/allowance.js";
import { createReport } from "../problems/report.js";
import { refuseFile } from "../refuse-file.js";
import { hasVersionMark } from "../structure/front-matter.js";
import { maxFileBytes } from "../text/decode.js";
import { createSource, type Source } from "../text/source.js";
import { withoutBlockTexts } from "../yaml/block-texts.js";
import type { YamlMap } from "../yaml/nodes.js";
import { maxYamlBytes, readYaml, type YamlLimits } from "../yaml/read.js";
import { stepListKeys, without } from "./keys.js";
import { flowParts } from "./parts.js";
import { flowSourceMap } from "./source-map.js";
import { reportInYaml } from "./words.js";

/**
 * Loads and checks a workflow in pure YAML: the settings of the file with `instructions`, `sections`, `steps`,
 * `on-failure` and `finally` beside them. The same workflow in Markdown gives the same model. Reads nothing but the text
 * and what the options give; reports all problems in one pass and never throws on bad input.
 *
 * @param text - As from `decodeSource`; a byte order mark is skipped.
 */
export function loadFlowYaml(text: string, options: LoadOptions): LoadResult {
  const source = createSource(options.file, text.startsWith("\ufeff") ? text.slice(1) : text);
  const report = reportInYaml(createReport(source));
  const state: LoadState = { source, report, allowance: createAllowance(report), settings: [] };
  refuseFile(source, report);
  if (!report.hasErrors() && !isMarked(source)) {
    const message = "this YAML is no workflow: it does not say which version of the language it is written in";
    report.add("E025", { start: 0, end: 1 }, message, "write aiw: 1 at its top, or name a workflow");
  }
  const map = report.hasErrors() ? undefined : readFile(source, state);
  if (map === undefined) return { problems: report.list(), source: { entries: [] } };
  state.settings.push({ path: ["front"], map: without(map, stepListKeys) });
  const wholes = new Map<YamlMap, YamlMap>();
  const loaded = loadParts(flowParts(map, { report, wholes }), state, options);
  const rest = { problems: report.list(), source: flowSourceMap(source.text, state.settings, wholes) };
  return loaded === undefined || report.hasErrors() ? rest : { ...loaded, ...rest };
}

/** Does the file have the key `aiw`? Other YAML is not looked at, so that nothing is said of it. */
function isMarked(source: Source): boolean {
  const { text } = source;
  if (hasVersionMark(text, { settings: { start: 0, end: text.length }, bodyStart: text.length })) return true;
  const unseen = createReport(source);
  const map = readFile(source, { report: unseen, allowance: createAllowance(unseen) });
  return map?.entries.some(({ key }) => key === "aiw") ?? false;
}

function readFile({ text }: Source, { report, allowance }: YamlLimits): YamlMap | undefined {
  // Settings this short cannot have too many marks.
  const outline = (settings: string) => (settings.length <= maxYamlBytes ? settings : withoutBlockTexts(settings));
  const limits = {
    report,
    maxBytes: maxFileBytes,
    allowance: { ...allowance, takeYaml: (settings, at) => allowance.takeYaml(outline(settings), at) },
  } satisfies YamlLimits;
  return readYaml(text, { start: 0, end: text.length }, limits);
}
