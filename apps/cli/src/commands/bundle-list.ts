import { resolve } from "node:path";
import { bundleJson, type FoundBundle, foundBundle, renderBundles } from "../bundles/facts.js";
import { checkWholly } from "../check/checked.js";
import { type CliContext, printJson, printLine } from "../context.js";
import { findFlows, shownPath } from "../flows/find.js";
import { requireFolder } from "../flows/folder.js";
import { createStyle } from "../output/style.js";

/** `aiw bundle list [FOLDER]`: the bundles below a folder, with what they can do and whether they can run. */
export async function bundleListCommand(path: string, context: CliContext): Promise<number> {
  const commands = ["list", "info", "validate", "run"];
  const folder = requireFolder(resolve(context.cwd, path), path, { name: "bundle", commands });
  const { flows, isCut } = await findFlows(folder);
  const bundles: FoundBundle[] = [];
  for (const flow of flows.filter(({ kind }) => kind === "bundle")) {
    const found = foundBundle(await checkWholly(shownPath(flow.path, context.cwd), context.cwd), context.env);
    if (found !== undefined) bundles.push(found);
  }
  if (context.json) printJson(context, { bundles: bundles.map(bundleJson), ...(isCut ? { cut: true } : {}) });
  else {
    printLine(context, renderBundles(bundles, createStyle(context.color)));
    if (isCut) context.stderr.write("warning: there are too many files to look at all; name a folder below\n");
  }
  return 0;
}
