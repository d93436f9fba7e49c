import type { Command } from "commander";
import type { Action } from "../action.js";
import { isSet, textFlag } from "../flags.js";

/** Adds `aiw workflow`. */
export function registerWorkflowGroup(program: Command, action: Action): void {
  const group = program.command("workflow").description("look at workflows and write new ones; alone it lists them");
  group
    .command("list [folder]", { isDefault: true })
    .description("list the workflows and bundles below a folder, with their steps, triggers and problems")
    .action(
      action(async (context, [folder = "."]) =>
        (await import("./workflow-list.js")).workflowListCommand(folder, context),
      ),
    );
  group
    .command("show <workflow>")
    .description("show what a workflow is for, takes, gives, does and needs")
    .action(
      action(async (context, [path = ""]) => (await import("./workflow-show.js")).workflowShowCommand(path, context)),
    );
  group
    .command("validate <workflow...>")
    .description("check workflows, and of bundles every file; runs nothing")
    .option("--sarif <file>", "also write a SARIF log, for code hosts and editors; - is stdout")
    .action(
      action(async (context, paths, flags) =>
        (await import("./validate.js")).validateCommand(paths, { sarif: textFlag(flags, "sarif") }, context),
      ),
    );
  group
    .command("create <name>")
    .description("write a workflow that passes every check and runs without a model")
    .option("-t, --template <basic|multi-step|with-tools>", "what it does", "basic")
    .option("-b, --bundle", "make a folder with a workflow, its tools and its defaults")
    .option("-o, --output <file>", "the file, or the folder of a bundle; default: below flows/, by its name")
    .option("-f, --force", "overwrite files that are there")
    .action(
      action(async (context, [name = ""], flags) => {
        const { workflowCreateCommand } = await import("./workflow-create.js");
        const template = textFlag(flags, "template") ?? "basic";
        const [bundle, force] = [isSet(flags, "bundle"), isSet(flags, "force")];
        return await workflowCreateCommand(
          name,
          { template, bundle, force, output: textFlag(flags, "output") },
          context,
        );
      }),
    );
}
