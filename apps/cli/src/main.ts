import { type ErrorInfo, isAiwError, toErrorInfo } from "@aiw/core";
import { Command, CommanderError } from "commander";
import type { Action } from "./action.js";
import { registerOtherCommands } from "./commands/register.js";
import { registerPeopleCommands } from "./commands/register-people.js";
import { addRunFlags, addTargetFlags } from "./commands/run-flags.js";
import { type CliContext, createContext, type GlobalOptions, printJson } from "./context.js";
import { exitCodeOfError } from "./exit-codes.js";
import { formatError } from "./output/error.js";
import { createStyle } from "./output/style.js";
import { requireHelpTopic, usageError } from "./usage.js";
import { readVersion } from "./version.js";

/**
 * Runs the command line program and returns its exit code. Errors are printed with their next step, never thrown;
 * with `--json` also as a last line on stdout.
 */
export async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const run = createAction((exit) => {
    code = exit;
  });
  const program = createProgram(run);
  // Whoever read us has gone, for example `head`: end quietly. A command that drives a run goes on without it.
  process.stdout.on("error", endOnBrokenPipe);
  try {
    requireHelpTopic(program, argv);
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return exitOfParser(error, program, argv);
    return reportError(error, createContext(globalOptions(argv)));
  }
}

function endOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  if (process.stdout.listenerCount("error") === 1) process.exit(0);
}

/** The tree of commands with their flags. */
export function createProgram(action: Action): Command {
  const program = new Command("aiw");
  program
    .description("Run workflows written in Markdown with any AI coding agent: durable, resumable, testable.")
    .version(readVersion(), "-V, --version", "print the version")
    .option("--json", "print one JSON value a line on stdout; text for people goes to stderr")
    .option("-v, --verbose", "show the output of scripts and agents")
    .option("--no-color", "no colours (also: NO_COLOR)")
    .helpOption("-h, --help", "show help")
    .exitOverride()
    // What it refuses is printed below, as every error is.
    .showSuggestionAfterError(false)
    .configureOutput({ outputError() {} })
    .configureHelp({ showGlobalOptions: true });
  registerRunCommands(program, action);
  registerPeopleCommands(program, action);
  registerOtherCommands(program, action);
  return program;
}

function registerRunCommands(program: Command, action: Action): void {
  const run = program
    .command("run <workflow...>")
    .description("run a workflow file or a bundle's folder, or several; a known --run-id attaches to that run")
    .option("--max-parallel <count>", "of several workflows, run so many at once; default 4");
  addRunFlags(run).action(
    action(async (context, paths, options) => (await import("./commands/run.js")).runCommand(paths, options, context)),
  );
  const plan = program
    .command("plan <workflow>")
    .description("show what a run would do: order, agents, tools, permissions, secrets; executes nothing");
  addTargetFlags(plan).action(
    action(async (context, [path = ""], options) =>
      (await import("./commands/plan.js")).planCommand(path, options, context),
    ),
  );
  program
    .command("resume <run>")
    .description("go on with a run; a completed step is never repeated")
    .option("--interrupted <retry|fail>", "what becomes of steps that wait for a decision after a crash")
    .option("--detach", "leave with 20 as soon as the run waits, for a time too")
    .option("--answers <file>", "answers of the agent `scripted`, a YAML file by step id")
    .option("--secrets-file <file>", "secrets as NAME=value lines or JSON; default: the environment")
    .action(
      action(async (context, [run = ""], options) =>
        (await import("./commands/resume.js")).resumeCommand(run, options, context),
      ),
    );
  program
    .command("cancel <run>")
    .description("stop a run, wherever it is driven")
    .option("--reason <text>", "kept in the journal")
    .option("--undo", "undo its completed steps too, with their Undo")
    .action(
      action(async (context, [run = ""], options) =>
        (await import("./commands/cancel.js")).cancelCommand(run, options, context),
      ),
    );
}

/** Turns commander's (…arguments, options, command) into a call of ours. */
function createAction(setExit: (code: number) => void): Action {
  return (run) =>
    async (...commanderArgs) => {
      const command = commanderArgs.at(-1);
      if (!(command instanceof Command)) throw new TypeError("an action gets its command last");
      const args = commanderArgs
        .slice(0, -2)
        .flat()
        .filter((value) => value !== undefined)
        .map(String);
      const context = createContext(command.optsWithGlobals<GlobalOptions>());
      setExit(await run(context, args, command.opts()));
    };
}

function reportError(error: unknown, context: CliContext): number {
  const info = toErrorInfo(error);
  context.stderr.write(`${formatError(info, createStyle(context.color))}\n`);
  if (context.verbose && !isAiwError(error) && error instanceof Error) context.stderr.write(`${error.stack}\n`);
  if (context.json) printRefusal(context, info);
  return exitCodeOfError(info.code);
}

/** The summary of a command that started no run: it has every field of one that did. */
function printRefusal(context: CliContext, error: ErrorInfo): void {
  const nothing = { outputs: {}, steps: {}, cost_usd: 0, duration_ms: 0 };
  printJson(context, { type: "summary", run: null, status: "failed", reason: "refused", error, ...nothing });
}

/** Help and version end with 0; what commander refuses ends with 2, and so does a call without a command. */
function exitOfParser(error: CommanderError, program: Command, argv: readonly string[]): number {
  if (error.exitCode === 0) return 0;
  const context = createContext(globalOptions(argv));
  const hasShownHelp = error.code === "commander.help";
  const info: ErrorInfo = hasShownHelp
    ? { code: "usage", message: "no command was given", hint: "`aiw --help` lists the commands" }
    : usageError(error, program, argv);
  if (!hasShownHelp) context.stderr.write(`${formatError(info, createStyle(context.color))}\n`);
  if (context.json) printRefusal(context, info);
  return 2;
}

function globalOptions(argv: readonly string[]): GlobalOptions {
  const before = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  return {
    json: before.includes("--json"),
    verbose: before.includes("-v") || before.includes("--verbose"),
    color: !before.includes("--no-color"),
  };
}
