import { AiwError } from "@aiw/core";
import { type Command, Option } from "commander";

/** Flags of the command line's contract that this version does not have yet, by command. */
const laterFlags: Readonly<Record<string, readonly string[]>> = {
  run: ["--dry-run", "--detach"],
  cancel: ["--undo"],
};

/** Lets a command refuse such a flag by its own code, so that nobody takes it for a misspelt one. Help does not show it. */
export function refuseLaterFlags(command: Command): void {
  for (const flag of laterFlags[command.name()] ?? []) {
    const option = new Option(flag, "not in this version").hideHelp();
    command.addOption(option);
    command.hook("preAction", () => {
      if (command.getOptionValue(option.attributeName()) === undefined) return;
      throw new AiwError("not_in_this_version", `${flag} of aiw ${command.name()} is not in this version`, {
        hint: `leave ${flag} out; \`aiw check\` finds problems without running anything`,
      });
    });
  }
}
