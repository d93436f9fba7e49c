import type { Command } from "commander";
import type { Action } from "../action.js";
import { textFlag, textsFlag } from "../flags.js";
import { addRunFlags, collect } from "./run-flags.js";

/** Adds `aiw bundle`. */
export function registerBundleGroup(program: Command, action: Action): void {
  const group = program.command("bundle").description("look at bundles and run them; alone it lists them");
  group
    .command("list [folder]", { isDefault: true })
    .description("list the bundles below a folder: what they do, their tools, and whether they can run")
    .action(
      action(async (context, [folder = "."]) => (await import("./bundle-list.js")).bundleListCommand(folder, context)),
    );
  group
    .command("info <bundle>")
    .description("show a bundle: its files, defaults, tools with their operations, and what it needs")
    .action(
      action(async (context, [path = ""]) => (await import("./bundle-info.js")).bundleInfoCommand(path, context)),
    );
  group
    .command("validate <bundle...>")
    .description("check every file of bundles, and name the secrets they ask for; runs nothing")
    .option("--sarif <file>", "also write a SARIF log, for code hosts and editors; - is stdout")
    .action(
      action(async (context, paths, flags) =>
        (await import("./bundle-validate.js")).bundleValidateCommand(
          paths,
          { sarif: textFlag(flags, "sarif") },
          context,
        ),
      ),
    );
  const run = group.command("run <bundle>").description("run a bundle, as `aiw run` does with its folder");
  addRunFlags(run).action(
    action(async (context, [path = ""], options) => {
      (await import("../flows/folder.js")).requireBundle(path, context.cwd);
      return await (await import("./run.js")).runCommand([path], options, context);
    }),
  );
}

/** Adds `aiw tools`. */
export function registerToolsGroup(program: Command, action: Action): void {
  const group = program
    .command("tools")
    .description("look at the tools of workflows and call them; alone it lists them");
  group
    .command("list [workflow]", { isDefault: true })
    .description("list the operations that a workflow can name; without one, those of all workflows of the project")
    .action(action(async (context, [path]) => (await import("./tools-list.js")).toolsListCommand(path, context)));
  group
    .command("info <workflow> <tool>")
    .description("show what a tool, or one operation (tool.operation), takes and gives")
    .action(
      action(async (context, [path = "", tool = ""]) =>
        (await import("./tools-info.js")).toolsInfoCommand(path, tool, context),
      ),
    );
  group
    .command("call <workflow> <tool>")
    .description("run one operation (tool.operation) for real, without a run, and print its result")
    .option("--arg <name=value>", "an argument, a list as a,b; '{{ secrets.NAME }}' is a secret; repeatable", collect)
    .option("--input <file>", "arguments as a JSON object; - reads stdin; --arg wins")
    .option("--timeout <duration>", "longest time, over that of the operation: 30s, 5m")
    .option("--secrets-file <file>", "secrets as NAME=value lines or JSON; default: the environment")
    .action(
      action(async (context, [path = "", name = ""], flags) => {
        const { toolsCallCommand } = await import("./tools-call.js");
        const files = { input: textFlag(flags, "input"), secretsFile: textFlag(flags, "secretsFile") };
        const options = { arg: textsFlag(flags, "arg"), ...files, timeout: textFlag(flags, "timeout") };
        return await toolsCallCommand({ path, name }, options, context);
      }),
    );
}
