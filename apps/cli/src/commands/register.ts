import type { Command } from "commander";
import type { Action } from "../action.js";
import { isSet, textFlag } from "../flags.js";
import { registerWorkflowGroup } from "./register-flows.js";
import { registerBundleGroup, registerToolsGroup } from "./register-tools.js";

/** Adds every command but `run`, `resume` and `cancel`. Their modules are imported when they are called, not before. */
export function registerOtherCommands(program: Command, action: Action): void {
  registerWorkflowCommands(program, action);
  registerWorkflowGroup(program, action);
  registerBundleGroup(program, action);
  registerToolsGroup(program, action);
  registerRuns(program, action);
  registerAgents(program, action);
  registerMachineCommands(program, action);
  registerCompletion(program, action);
}

function registerWorkflowCommands(program: Command, action: Action): void {
  program
    .command("check <workflow...>")
    .description("find every mistake in workflow files and bundles; runs nothing")
    .option("--sarif <file>", "also write a SARIF log, for code hosts and editors; - is stdout")
    .action(
      action(async (context, paths, flags) =>
        (await import("./check.js")).checkCommand(paths, { sarif: textFlag(flags, "sarif") }, context),
      ),
    );
  program
    .command("fmt [workflow...]")
    .description("give workflow files their layout; of a folder, by default this one, all below it")
    .option("--check", "write nothing, show what would change; exit code 1 when something would")
    .option("--pin-ids", "write id: for every step, so that its heading can be reworded")
    .option("--stdin", "format stdin to stdout")
    .action(
      action(async (context, paths, flags) => {
        const { fmtCommand } = await import("./fmt.js");
        const [check, pinIds, stdin] = [isSet(flags, "check"), isSet(flags, "pinIds"), isSet(flags, "stdin")];
        return await fmtCommand(paths, { check, pinIds, stdin }, context);
      }),
    );
  program
    .command("explain [code]")
    .description("explain an error code with a wrong and a right example; without one list all codes")
    .action(action(async (context, [code]) => (await import("./explain.js")).explainCommand(code, context)));
  program
    .command("graph <workflow>")
    .description("draw the order of the steps, loops, undo and sub-workflows, and what may run in parallel")
    .option("--format <text|mermaid|dot|svg>", "how to draw it; default: what the name after --output says, else text")
    .option("-o, --output <file>", "write the drawing to a file")
    .option("--depth <levels>", "draw sub-workflows inside their steps, so many levels deep", "0")
    .action(
      action(async (context, [path = ""], flags) => {
        const { graphCommand } = await import("./graph.js");
        const [format, output] = [textFlag(flags, "format"), textFlag(flags, "output")];
        return await graphCommand(path, { format, output, depth: textFlag(flags, "depth") ?? "0" }, context);
      }),
    );
  program
    .command("init [folder]")
    .description("write a first workflow, an entry in .gitignore and, where there is none, a commented aiw.yaml")
    .option("-t, --template <hello|review|empty>", "which workflow to write; default hello")
    .option("-f, --force", "overwrite the workflow file; an aiw.yaml that is there stays")
    .option("-y, --yes", "ask nothing and take the defaults")
    .action(
      action(async (context, [folder = "."], flags) => {
        const { initCommand } = await import("./init.js");
        const options = {
          template: textFlag(flags, "template"),
          force: isSet(flags, "force"),
          yes: isSet(flags, "yes"),
        };
        return await initCommand(folder, options, context);
      }),
    );
}

function registerRuns(program: Command, action: Action): void {
  const runs = program.command("runs").description("look at runs; alone it lists them");
  runs
    .command("list", { isDefault: true })
    .description("list runs, newest first")
    .option(
      "-s, --status <status,…>",
      "only runs with one of these: queued, running, suspended, completed, failed, cancelled",
    )
    .option("-w, --workflow <name>", "only runs of the workflow with this name")
    .option("-n, --limit <count>", "at most so many", "20")
    .action(
      action(async (context, _args, flags) => {
        const { runsListCommand } = await import("./runs-list.js");
        const [status, workflow] = [textFlag(flags, "status"), textFlag(flags, "workflow")];
        return await runsListCommand({ status, workflow, limit: textFlag(flags, "limit") ?? "20" }, context);
      }),
    );
  runs
    .command("show [run]")
    .description("show a run with its steps, errors, outputs and the next command; default: the newest run")
    .action(action(async (context, [run]) => (await import("./runs-show.js")).runsShowCommand(run, context)));
  runs
    .command("logs [run]")
    .description("print the events of a run; with -v also what its steps printed; default: the newest run")
    .option("--step <id>", "only events of this step")
    .option("-f, --follow", "go on with new events until the run ends")
    .action(
      action(async (context, [run], flags) => {
        const { runsLogsCommand } = await import("./runs-logs.js");
        return await runsLogsCommand(run, { step: textFlag(flags, "step"), follow: isSet(flags, "follow") }, context);
      }),
    );
}

function registerAgents(program: Command, action: Action): void {
  const agents = program.command("agent").description("look at agents; alone it lists them");
  agents
    .command("list", { isDefault: true })
    .description("list the agents of the project: installed, logged in, version")
    .action(action(async (context) => (await import("./agent-list.js")).agentListCommand(context)));
  agents
    .command("info <agent>")
    .description("show what an agent can do, how it is, and which environment variables it gets")
    .action(
      action(async (context, [agent = ""]) => (await import("./agent-info.js")).agentInfoCommand(agent, context)),
    );
}

function registerMachineCommands(program: Command, action: Action): void {
  program
    .command("doctor")
    .description("check this machine and project: Node, git, state, containment, agents, disk, clock")
    .action(action(async (context) => (await import("./doctor.js")).doctorCommand(context)));
  program
    .command("lsp")
    .description("serve workflows to an editor over stdin and stdout: problems, completion, types, renaming")
    .action(action(async (context) => (await import("./lsp.js")).lspCommand(context)));
  program
    .command("version")
    .description("print the versions of AIW and Node, and the platform")
    .action(action(async (context) => (await import("./version.js")).versionCommand(context)));
}

function registerCompletion(program: Command, action: Action): void {
  program
    .command("completion <bash|zsh|fish>")
    .description("print a script that completes commands, flags, workflow files and run ids")
    .action(
      action(async (context, [shell = ""]) => (await import("./completion.js")).completionCommand(shell, context)),
    );
  program
    .command("__complete [words...]", { hidden: true })
    .allowUnknownOption()
    .helpOption(false)
    .action(
      action(async (context, words) => (await import("./completion.js")).completeCommand(program, words, context)),
    );
}
