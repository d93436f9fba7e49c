import type { Command } from "commander";
import { findCandidates } from "../completion/candidates.js";
import { createLookups } from "../completion/lookups.js";
import { completionScript, shells } from "../completion/scripts.js";
import type { CliContext } from "../context.js";
import { requireChoice } from "../flags.js";
import { oneLine } from "../output/format.js";

/** `aiw completion SHELL`: the script to load into a shell. */
export async function completionCommand(shell: string, context: CliContext): Promise<number> {
  context.stdout.write(completionScript(requireChoice("shell", shell, shells)));
  return 0;
}

/** `aiw __complete -- WORD…`: candidates for the last word, one a line. What the scripts of the shells call. */
export async function completeCommand(
  program: Command,
  words: readonly string[],
  context: CliContext,
): Promise<number> {
  for (const { value, about } of await findCandidates(program, words, createLookups(context))) {
    context.stdout.write(about === undefined ? `${value}\n` : `${value}\t${oneLine(about, 80)}\n`);
  }
  return 0;
}
