import { checkWholly } from "../check/checked.js";
import type { CliContext } from "../context.js";
import { checkCommand } from "./check.js";

/** `aiw workflow validate FILE…`: as `aiw check`, and of bundles every file. */
export async function validateCommand(
  paths: readonly string[],
  { sarif }: { readonly sarif?: string | undefined },
  context: CliContext,
): Promise<number> {
  return await checkCommand(paths, { sarif, check: checkWholly }, context);
}
