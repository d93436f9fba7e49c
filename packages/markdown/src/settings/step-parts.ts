import type { ScriptLanguage } from "@aiw/core";
import type { StepBlock } from "../structure/outline.js";
import type { FenceBlock } from "../text/blocks.js";
import { normalizeNewlines } from "../text/source.js";
import { readYaml } from "../yaml/read.js";
import type { FileContext } from "./file-context.js";
import { knownEntries, laterStepKeys, type Settings, stepKeys, stepTable } from "./keys.js";

/** What the fences of a step hold. */
export interface StepParts {
  readonly settings: Settings;
  /** There are settings that could not be read. */
  readonly isUnread: boolean;
  /** Every key of the settings, refused ones included. */
  readonly all: readonly string[];
  readonly script?: { readonly lang: ScriptLanguage; readonly code: string };
}

/** Reads the fences of a step. */
export function readParts(block: StepBlock, file: FileContext): StepParts {
  let settings: FenceBlock | undefined;
  let script: { readonly lang: ScriptLanguage; readonly code: string } | undefined;
  for (const fence of block.fences) {
    const { role } = fence;
    if (role.kind === "settings") {
      if (settings !== undefined) twice(fence, "settings fence", file);
      settings ??= fence;
    } else if (role.kind === "script") {
      if (script !== undefined) twice(fence, "script", file);
      script ??= { lang: role.lang, code: codeOf(fence, file.text) };
      expressionsInScript(fence, file);
    } else if (role.kind === "prose" && (role.lang === "yaml" || role.lang === "yml")) looksLikeSettings(fence, file);
  }
  if (settings === undefined && script === undefined) promptTitle(block, file);
  const range = settings === undefined ? undefined : { start: settings.contentStart, end: settings.contentEnd };
  const map = range === undefined ? undefined : readYaml(file.text, range, file);
  if (map !== undefined) file.settingsOf(block, map);
  return {
    settings: map === undefined ? new Map() : knownEntries(map, stepTable, file.report),
    isUnread: settings !== undefined && map === undefined,
    all: map?.entries.map(({ key }) => key) ?? [],
    ...(script === undefined ? {} : { script }),
  };
}

function twice(fence: FenceBlock, what: string, file: FileContext): void {
  const range = { start: fence.infoStart, end: fence.openEnd };
  file.report.add("E013", range, `a second ${what} in one step`, "join the two, or make two steps");
}

/** Content of a fence, without the columns that its first line is indented by. */
function codeOf(fence: FenceBlock, text: string): string {
  const code = normalizeNewlines(text.slice(fence.contentStart, fence.contentEnd));
  return fence.indent === 0 ? code : code.replaceAll(new RegExp(`^ {1,${fence.indent}}`, "gm"), "");
}

const ourNames = /\{\{\s*(?:inputs|secrets|sections|env|run|event|steps|error)\b[^}\n]*(?:\}\})?/g;

function expressionsInScript(fence: FenceBlock, file: FileContext): void {
  const code = file.text.slice(fence.contentStart, fence.contentEnd);
  for (const match of code.matchAll(ourNames)) {
    if (file.report.isFull()) return;
    const start = fence.contentStart + match.index;
    const help = `in the settings: env: { VALUE: "${match[0]}" }; in the script: "$VALUE"`;
    file.report.add("E215", { start, end: start + match[0].length }, "an expression inside a script", help);
  }
}

function looksLikeSettings(fence: FenceBlock, file: FileContext): void {
  const lines = file.text.slice(fence.contentStart, fence.contentEnd).split(/[\r\n]+/);
  const top = lines.filter((line) => line !== "" && !/^[\s#}\]]/.test(line));
  const isKey = (line: string) => {
    const key = /^([\w-]+):(?:\s|$)/.exec(line)?.[1];
    return key !== undefined && (Object.hasOwn(stepKeys, key) || laterStepKeys.includes(key));
  };
  if (top.length === 0 || !top.every(isKey)) return;
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
function promptTitle({ heading }: StepBlock, file: FileContext): void {
  if (!promptTitles.has(heading.title.toLowerCase().replace(/:$/, ""))) return;
  const range = { start: heading.titleStart, end: Math.max(heading.end, heading.titleStart) };
  file.report.add(
    "W001",
    range,
    `'${heading.title}' is a step of its own here`,
    "use #### for a heading inside a prompt",
  );
}
