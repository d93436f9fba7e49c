import { existsSync } from "node:fs";
import { AiwError, type ErrorInfo, nearest } from "@aiw/core";
import type { Command, CommanderError } from "commander";

/** What commander refused, as an error of ours with the next step. */
export function usageError({ code, message }: CommanderError, program: Command, argv: readonly string[]): ErrorInfo {
  const place = findPlace(program, argv);
  return {
    code: "usage",
    message: message.replace(/^error: /, "").replace(/\.$/, ""),
    hint: hintFor(code, message, place),
  };
}

/**
 * Refuses `help` for a command that is not there, which commander answers with the general help.
 *
 * @throws AiwError `usage`.
 */
export function requireHelpTopic(program: Command, argv: readonly string[]): void {
  const [first, topic] = argv.filter((word) => !word.startsWith("-"));
  if (first !== "help" || topic === undefined || topic === "help") return;
  if (program.commands.some((command) => command.name() === topic)) return;
  throw new AiwError("usage", `there is no command '${topic}'`, { hint: commandHint(program, topic, "aiw help") });
}

interface Place {
  readonly program: Command;
  readonly command: Command;
  /** As it is typed: `aiw runs`. */
  readonly typed: string;
  /** Words after the command that are no flags. */
  readonly rest: readonly string[];
}

function findPlace(program: Command, argv: readonly string[]): Place {
  let command = program;
  let typed = "aiw";
  const rest: string[] = [];
  for (const word of argv) {
    if (word === "--") break;
    if (word.startsWith("-")) continue;
    const next = rest.length === 0 ? command.commands.find((each) => each.name() === word) : undefined;
    if (next === undefined) rest.push(word);
    else {
      command = next;
      typed += ` ${word}`;
    }
  }
  return { program, command, typed, rest };
}

function hintFor(code: string, message: string, place: Place): string {
  const quoted = /'([^']*)'/.exec(message)?.[1] ?? "";
  switch (code) {
    case "commander.missingArgument":
      return missingHint(quoted, place);
    case "commander.optionMissingArgument":
      return `write \`${quoted.split(", ").at(-1)}\``;
    case "commander.unknownOption":
      return flagHint(quoted, place);
    case "commander.unknownCommand":
      return commandHint(place.program, place.rest[0] ?? "", "aiw");
    case "commander.excessArguments":
      return excessHint(place);
    default:
      return `\`${place.typed} --help\` tells how it is used`;
  }
}

function missingHint(name: string, { typed }: Place): string {
  switch (name) {
    case "workflow":
      return `which workflow? give the path of a Markdown file or a bundle: \`${typed} flows/hello.md\``;
    case "run":
      return `which run? \`aiw runs list\` shows them: \`${typed} RUN\``;
    case "bundle":
      return `which bundle? \`aiw bundle list\` shows them: \`${typed} flows/review\``;
    case "tool":
      return `which tool? \`aiw tools list\` shows them: \`${typed} FILE TOOL\``;
    case "agent":
      return `which agent? \`aiw agent list\` shows them: \`${typed} claude\``;
    default:
      return `write \`${typed} <${name}>\``;
  }
}

function flagHint(flag: string, { program, command, typed }: Place): string {
  const commands = command === program ? [program] : [program, command, ...command.commands];
  const known = commands.flatMap((each) => each.createHelp().visibleOptions(each));
  const near = nearest(
    flag,
    known.flatMap(({ long }) => (long ? [long] : [])),
  );
  return near === undefined ? `\`${typed} --help\` lists the flags` : `did you mean '${near}'?`;
}

function commandHint(program: Command, name: string, before: string): string {
  const known = program.createHelp().visibleCommands(program);
  const near = nearest(
    name,
    known.map((each) => each.name()),
  );
  if (near !== undefined) return `did you mean \`${before} ${near}\`?`;
  const isFile = name !== "" && before === "aiw" && existsSync(name);
  return isFile ? `did you mean \`aiw run ${name}\`?` : "`aiw --help` lists the commands";
}

/** A group of commands takes its first one when none is named, so a wrong or forgotten name ends here. */
function excessHint({ command, typed, rest }: Place): string {
  const [word = ""] = rest;
  if (command.commands.length === 0) return `\`${typed} --help\` tells what it takes; quote a value that holds blanks`;
  const names = command.commands.map((each) => each.name());
  const near = nearest(word, names);
  if (near !== undefined) return `did you mean \`${typed} ${near}\`?`;
  const taking = command.commands.find((each) => each.registeredArguments.length > 0);
  return taking === undefined
    ? `\`${typed} --help\` lists its commands`
    : `did you mean \`${typed} ${taking.name()} ${word}\`?`;
}
