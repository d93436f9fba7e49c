import type { Report } from "./problems/report.js";
import { maxFileBytes } from "./text/decode.js";
import { byteLength, type Source } from "./text/source.js";

/** What no workflow can be, whatever it is written in. */
export function refuseFile({ text }: Source, report: Report): void {
  const nul = text.indexOf("\u0000");
  // No character has more than three bytes for each of its units.
  if (text.length * 3 > maxFileBytes && byteLength(text) > maxFileBytes) {
    const help = "move data into files that the steps read";
    report.add("E001", { start: 0, end: 1 }, "the file is larger than 1 MiB", help);
  } else if (nul !== -1) {
    const message = "the file holds a NUL character: it is no text";
    report.add("E002", { start: nul, end: nul + 1 }, message, "a workflow is Markdown in UTF-8");
  }
}
