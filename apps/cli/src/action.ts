import type { CliContext } from "./context.js";

/** A command: gets its positional arguments and its own flags, returns the exit code. */
export type RunCommand = (
  context: CliContext,
  args: readonly string[],
  options: Readonly<Record<string, unknown>>,
) => Promise<number>;

/** Makes a commander action of a command. */
export type Action = (run: RunCommand) => (...commanderArgs: unknown[]) => Promise<void>;
