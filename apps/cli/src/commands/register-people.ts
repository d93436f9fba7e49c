import type { Command } from "commander";
import type { Action } from "../action.js";
import { isSet, textFlag, textsFlag } from "../flags.js";
import { collect } from "./run-flags.js";

/** Adds the commands with which people answer what runs wait for. */
export function registerPeopleCommands(program: Command, action: Action): void {
  program
    .command("approve <run> [step]")
    .description("answer an approval that a run, or one of its sub-workflows, waits for")
    .option("--reject", "reject instead of approving")
    .option("--comment <text>", "why; kept in the journal and given to later steps")
    .option("--field <name=value>", "a field that the approval asks for; repeatable", collect)
    .option("--binds <hash>", "hash of what was read, as `approvals list --json` tells it: refused when it has changed")
    .option("--as <user>", "who answers; default: the user who is logged in")
    .option("--resume", "go on with the run at once, in this process")
    .action(
      action(async (context, [run = "", step], flags) => {
        const { approveCommand } = await import("./approve.js");
        const options = {
          reject: isSet(flags, "reject"),
          comment: textFlag(flags, "comment"),
          field: textsFlag(flags, "field"),
          as: textFlag(flags, "as"),
          binds: textFlag(flags, "binds"),
          resume: isSet(flags, "resume"),
        };
        return await approveCommand(run, step, { options, context });
      }),
    );
  program
    .command("signal <run> <name> [json]")
    .description("send a signal that a step of the run waits for, with data in JSON")
    .option("--id <id>", "id of the signal: the same id is taken once")
    .option("--as <user>", "who sends it; default: the user who is logged in")
    .option("--resume", "go on with the run at once, in this process")
    .action(
      action(async (context, [run = "", name = "", data], flags) => {
        const { signalCommand } = await import("./signal.js");
        const options = { id: textFlag(flags, "id"), as: textFlag(flags, "as"), resume: isSet(flags, "resume") };
        return await signalCommand({ run, name, data }, options, context);
      }),
    );
  const approvals = program.command("approvals").description("look at what waits for people; alone it lists that");
  approvals
    .command("list [run]", { isDefault: true })
    .description("list open approvals of all runs, or of one run and its sub-workflows")
    .action(action(async (context, [run]) => (await import("./approvals-list.js")).approvalsListCommand(run, context)));
}
