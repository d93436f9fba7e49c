import { type CliContext, printJson, printLine } from "../context.js";
import { readVersion } from "../version.js";

/** `aiw version`. */
export async function versionCommand(context: CliContext): Promise<number> {
  const facts = { aiw: readVersion(), node: process.versions.node, platform: process.platform, arch: process.arch };
  if (context.json) printJson(context, facts);
  else printLine(context, `aiw ${facts.aiw}  node ${facts.node}  ${facts.platform}-${facts.arch}`);
  return 0;
}
