import type { StepBlock } from "../structure/outline.js";
import type { RoleFence } from "../structure/roles.js";
import type { FenceBlock } from "../text/blocks.js";
import { normalizeNewlines } from "../text/source.js";
import { readYaml, type YamlLimits } from "../yaml/read.js";
import { isLikeSettings } from "./like-settings.js";
import { markdownProse } from "./prose.js";
import { expressionsInScript, loopVariableOf } from "./script-text.js";
import type { ScriptSource, StepSource } from "./step-source.js";

/** What reading the fences of a step needs. */
export interface BlockReader extends YamlLimits {
  readonly text: string;
}

/** A step, or the Undo of one, from its heading, fences and prose. `outer`: the loop variable of the step that an Undo undoes. */
export function markdownStep(block: StepBlock, file: BlockReader, outer?: string): StepSource {
  const { heading, undo } = block;
  let fence: FenceBlock | undefined;
  let script: ScriptSource | undefined;
  const scripts: RoleFence[] = [];
  for (const each of block.fences) {
    const { role } = each;
    if (role.kind === "settings") {
      if (fence !== undefined) twice(each, "settings fence", file);
      fence ??= each;
    } else if (role.kind === "script") {
      if (script !== undefined) twice(each, "script", file);
      script ??= { lang: role.lang, code: codeOf(each, file.text) };
      scripts.push(each);
    } else if (role.kind === "prose" && (role.lang === "yaml" || role.lang === "yml")) looksLikeSettings(each, file);
  }
  if (fence === undefined && script === undefined) promptTitle(block, file);
  const range = fence === undefined ? undefined : { start: fence.contentStart, end: fence.contentEnd };
  const settings = range === undefined ? undefined : readYaml(file.text, range, file);
  const loop = loopVariableOf(settings) ?? outer;
  for (const each of scripts) checkScript(each, loop, file);
  const titleEnd = Math.max(heading.titleStart + heading.title.length, heading.end);
  return {
    title: heading.title,
    titleAt: { start: heading.titleStart, end: titleEnd },
    at: { start: heading.start, end: heading.end },
    isUnread: fence !== undefined && settings === undefined,
    prose: markdownProse(file.text, block),
    ...(settings === undefined ? {} : { settings }),
    ...(script === undefined ? {} : { script }),
    ...(undo === undefined ? {} : { undo: markdownStep(undo, file, loop) }),
  };
}

function checkScript({ role, contentStart, contentEnd }: RoleFence, loop: string | undefined, file: BlockReader): void {
  if (role.kind !== "script") return;
  const code = file.text.slice(contentStart, contentEnd);
  expressionsInScript({ lang: role.lang, code, locate: (at) => contentStart + at, loop }, file.report);
}

function twice(fence: FenceBlock, what: string, file: BlockReader): void {
  const range = { start: fence.infoStart, end: fence.openEnd };
  file.report.add("E013", range, `a second ${what} in one step`, "join the two, or make two steps");
}

/** Content of a fence, without the columns that its first line is indented by. */
function codeOf(fence: FenceBlock, text: string): string {
  const code = normalizeNewlines(text.slice(fence.contentStart, fence.contentEnd));
  return fence.indent === 0 ? code : code.replaceAll(new RegExp(`^ {1,${fence.indent}}`, "gm"), "");
}

function looksLikeSettings(fence: FenceBlock, file: BlockReader): void {
  if (!isLikeSettings(file.text.slice(fence.contentStart, fence.contentEnd))) return;
  const range = { start: fence.infoStart, end: Math.max(fence.openEnd, fence.infoStart + 1) };
  const message = "this fence looks like the settings of the step, but has no role";
  file.report.add("E015", range, message, "write ```yaml step for settings, ```yaml raw for an example");
}

const promptTitles = new Set([
  "background",
  "constraints",
  "context",
  "example",
  "examples",
  "format",
  "guidelines",
  "important",
  "input",
  "inputs",
  "instructions",
  "note",
  "notes",
  "output",
  "output format",
  "outputs",
  "requirements",
  "response format",
  "role",
  "rules",
  "style",
  "task",
  "tone",
]);

/** A `###` that was probably meant to stay inside the prompt above it. */
function promptTitle({ heading }: StepBlock, file: BlockReader): void {
  if (!promptTitles.has(heading.title.toLowerCase().replace(/:$/, ""))) return;
  const range = { start: heading.titleStart, end: Math.max(heading.end, heading.titleStart) };
  file.report.add(
    "W001",
    range,
    `'${heading.title}' is a step of its own here`,
    "use #### for a heading inside a prompt",
  );
}
