import { basename, dirname, resolve } from "node:path";
import { AiwError } from "@aiw/core";
import type { CliContext } from "../context.js";
import { explanations } from "../explain/explanations.js";
import { writeNewFiles } from "../init/files.js";
import { readVersion } from "../version.js";
import type { AnnotatedProblem } from "./annotation.js";
import { sarifLog } from "./sarif.js";

/**
 * Writes the problems as a SARIF log into a file, over an earlier one, or to stdout.
 *
 * @param target - Path; `-` is stdout.
 * @throws AiwError `usage` when stdout is taken already, `store_readonly`, `disk_full`.
 */
export async function writeSarif(
  problems: readonly AnnotatedProblem[],
  target: string,
  context: CliContext,
): Promise<void> {
  if (target === "-" && context.json) {
    throw new AiwError("usage", "--json and --sarif - both ask for stdout", { hint: "name a file after --sarif" });
  }
  const known = new Map(explanations().map((each) => [each.code, each]));
  const log = sarifLog(problems, { version: readVersion(), explain: (code) => known.get(code) });
  const text = `${JSON.stringify(log, null, 2)}\n`;
  if (target === "-") {
    context.stdout.write(text);
    return;
  }
  const file = resolve(context.cwd, target);
  writeNewFiles(dirname(file), [{ name: basename(file), text }], true);
}
