import type { ScriptLanguage } from "@aiw/core";
import type { Report } from "../problems/report.js";

const ourNames = /\{\{\s*(?:inputs|secrets|sections|env|run|event|steps|error)\b[^}\n]*(?:\}\})?/g;

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
}

/** Reports expressions of ours: data never becomes code. */
export function expressionsInScript({ lang, code, locate }: ScriptText, report: Report): void {
  for (const match of code.matchAll(ourNames)) {
    if (report.isFull()) return;
    const range = { start: locate(match.index), end: locate(match.index + match[0].length - 1) + 1 };
    const help = `in the settings: env: { VALUE: "${match[0]}" }; in the script: ${readVariable[lang]}`;
    report.add("E215", range, "an expression inside a script", help);
  }
}
