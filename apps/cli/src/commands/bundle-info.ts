import { inspectBundle } from "@aiw/runtime";
import { bundleJson, foundBundle, renderBundle } from "../bundles/facts.js";
import { checkWholly } from "../check/checked.js";
import { type CliContext, printJson, printLine } from "../context.js";
import { requireBundle } from "../flows/folder.js";
import { createStyle } from "../output/style.js";

/** `aiw bundle info BUNDLE`: its files, tools and needs, also when it has mistakes. */
export async function bundleInfoCommand(path: string, context: CliContext): Promise<number> {
  requireBundle(path, context.cwd);
  const checked = await checkWholly(path, context.cwd);
  // What is no bundle tells why.
  const bundle = checked.bundle ?? (await inspectBundle(path, context.cwd));
  const found = foundBundle({ ...checked, bundle }, context.env);
  if (found === undefined) return 2;
  if (context.json) printJson(context, bundleJson(found));
  else printLine(context, renderBundle(found, createStyle(context.color)));
  return 0;
}
