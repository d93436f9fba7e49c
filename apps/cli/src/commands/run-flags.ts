import type { Command } from "commander";

/** Adds the flags of `aiw run`, which other commands that start a run take too. */
export function addRunFlags(command: Command): Command {
  return addTargetFlags(command)
    .option("--dry-run", "show what would run, in which order and with what; execute nothing")
    .option("--detach", "leave with 20 as soon as the run waits, for a time too")
    .option("--no-cache", "take no step's result from the cache")
    .option("--explain-cache", "tell why a step's result was taken from the cache or was not");
}

/** Adds the flags that say what is run and with what. */
export function addTargetFlags(command: Command): Command {
  return command
    .option("-i, --input <name=value>", "an input of the workflow, a list as a,b; repeatable", collect)
    .option("--inputs <file>", "inputs as a JSON object; - reads stdin")
    .option("-a, --agent <agent>", "agent of all agent steps, over the file's (claude, codex, offline, …)")
    .option("-m, --model <model>", "model of all agent steps")
    .option("--answers <file>", "answers of the agent `scripted`, a YAML file by step id")
    .option("--run-id <id>", "id of the run, for example a delivery id: the same id never starts a second run")
    .option("--secrets-file <file>", "secrets as NAME=value lines or JSON; default: the environment");
}

/** Values of a flag that may stand several times. */
export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
