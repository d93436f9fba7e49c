import type { ScriptStep } from "@aiw/core";
import { createReport } from "../problems/report.js";
import { expressionsInScript } from "../settings/script-text.js";
import type { ScriptSource } from "../settings/step-source.js";
import { createSource } from "../text/source.js";
import { cannotSay } from "./fault.js";

/** A script as a file holds it: whole lines, and no expressions of ours. */
export function printScript({ lang, script: code }: ScriptStep, of: string): ScriptSource {
  const isWhole = code === "" || code.endsWith("\n");
  if (!isWhole || code.includes("\r")) {
    cannotSay(
      `the script of ${of} has a line that does not end with a line break of its own`,
      "end each line with \\n",
    );
  }
  const report = createReport(createSource(of, code));
  expressionsInScript({ lang, code, locate: (at) => at }, report);
  const [fault] = report.list();
  return fault === undefined ? { lang, code } : cannotSay(`the script of ${of} holds ${fault.message}`, fault.help);
}
