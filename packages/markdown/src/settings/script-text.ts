import type { ScriptLanguage } from "@aiw/core";
import type { Report } from "../problems/report.js";
import type { YamlMap } from "../yaml/nodes.js";

const ourNames = "inputs|secrets|sections|env|run|event|steps|error";

/** Name of the loop variable, by the settings of a step; undefined when it is no loop. */
export function loopVariableOf(settings: YamlMap | undefined): string | undefined {
  if (settings?.entries.some(({ key }) => key === "foreach") !== true) return undefined;
  const as = settings.entries.find(({ key }) => key === "as")?.value;
  return as?.kind === "scalar" && /^[A-Za-z_]\w*$/.test(as.text) ? as.text : "item";
}

/** How a script reads a variable. */
const readVariable: Readonly<Record<ScriptLanguage, string>> = {
  bash: '"$VALUE"',
  sh: '"$VALUE"',
  python: 'os.environ["VALUE"]',
  js: "process.env.VALUE",
  ts: "process.env.VALUE",
};

/** A script as it stands in the file. */
export interface ScriptText {
  readonly lang: ScriptLanguage;
  readonly code: string;
  /** Offset in the file of an offset in the code. */
  readonly locate: (index: number) => number;
  /** Name of the loop variable that the step has. */
  readonly loop?: string | undefined;
}

/** Reports expressions of ours: data never becomes code. */
export function expressionsInScript({ lang, code, locate, loop }: ScriptText, report: Report): void {
  const names = loop === undefined ? ourNames : `${ourNames}|${loop}`;
  const ours = new RegExp(`\\{\\{\\s*(?:${names})\\b[^}\\n]*(?:\\}\\})?`, "g");
  for (const match of code.matchAll(ours)) {
    if (report.isFull()) return;
    const range = { start: locate(match.index), end: locate(match.index + match[0].length - 1) + 1 };
    const help = `in the settings: env: { VALUE: "${match[0]}" }; in the script: ${readVariable[lang]}`;
    report.add("E215", range, "an expression inside a script", help);
  }
}
