import type { Command, Option } from "commander";

/** What a shell offers for a word. */
export interface Candidate {
  readonly value: string;
  readonly about?: string | undefined;
}

/** Which runs make sense for a command: to look at any, to go on with or to stop only some. */
export type WantedRuns = "any" | "not_completed" | "not_ended";

/** Looks values up that only the project knows. */
export interface Lookups {
  /** Workflow files, bundles and folders on the way to them. */
  workflows(word: string): readonly Candidate[];
  files(word: string): readonly Candidate[];
  runs(which: WantedRuns): Promise<readonly Candidate[]>;
  agents(): Promise<readonly Candidate[]>;
  /** Operations that the steps of a workflow can name. */
  tools(workflow: string): Promise<readonly Candidate[]>;
  codes(): Promise<readonly Candidate[]>;
}

/**
 * Candidates for the last word of a command line, from the tree of commands itself: what it does not know is not
 * offered, what it knows never goes stale.
 *
 * @param words - After the program's name; the last one is being typed and may be empty.
 */
export async function findCandidates(
  program: Command,
  words: readonly string[],
  lookups: Lookups,
): Promise<readonly Candidate[]> {
  const word = words.at(-1) ?? "";
  const { command, positionals, waiting } = walk(program, words.slice(0, -1));
  const found = await offer({ program, command, positionals, waiting, word, lookups });
  return found.filter(({ value }) => value.startsWith(word) && isPlain(value));
}

interface Place {
  readonly command: Command;
  /** Positional arguments before the word. */
  readonly positionals: readonly string[];
  /** The option whose value is being typed. */
  readonly waiting: Option | undefined;
}

function walk(program: Command, words: readonly string[]): Place {
  let command = program;
  const positionals: string[] = [];
  let waiting: Option | undefined;
  for (const word of words) {
    if (waiting !== undefined) waiting = undefined;
    else if (word.startsWith("-"))
      waiting = word.includes("=") ? undefined : takesValue(optionsOf(program, command), word);
    else {
      const next =
        positionals.length === 0
          ? command.commands.find((each) => each.name() === word || each.aliases().includes(word))
          : undefined;
      if (next === undefined) positionals.push(word);
      else command = next;
    }
  }
  return { command, positionals, waiting };
}

async function offer({
  program,
  command,
  positionals,
  waiting,
  word,
  lookups,
}: Place & {
  readonly program: Command;
  readonly word: string;
  readonly lookups: Lookups;
}): Promise<readonly Candidate[]> {
  const typed = { word, lookups, command, positionals };
  if (waiting !== undefined) return await valuesOf(nameIn(waiting.flags), typed);
  if (word.startsWith("-")) {
    const options = optionsOf(program, command).filter((option) => !option.hidden);
    return options.flatMap(({ long, description }) => (long ? [{ value: long, about: description }] : []));
  }
  if (positionals.length === 0 && command.commands.length > 0) {
    return command
      .createHelp()
      .visibleCommands(command)
      .map((each) => ({ value: each.name(), about: each.description() }));
  }
  const args = command.registeredArguments;
  const argument = args[positionals.length] ?? (args.at(-1)?.variadic === true ? args.at(-1) : undefined);
  return argument === undefined ? [] : await valuesOf(argument.name(), typed);
}

interface Typed {
  readonly word: string;
  readonly lookups: Lookups;
  readonly command: Command;
  readonly positionals: readonly string[];
}

/** What stands between the brackets says what fits: a list of choices, or a kind of thing. */
async function valuesOf(name: string, { word, lookups, command, positionals }: Typed): Promise<readonly Candidate[]> {
  if (name.includes("|")) return name.split("|").map((value) => ({ value }));
  switch (name) {
    case "workflow":
    case "bundle":
      return lookups.workflows(word);
    case "file":
    case "folder":
      return lookups.files(word);
    case "run":
      return await lookups.runs(wantedRuns(command.name()));
    case "agent":
      return await lookups.agents();
    case "tool":
      return await lookups.tools(positionals[0] ?? "");
    case "code":
      return await lookups.codes();
    default:
      return [];
  }
}

function wantedRuns(command: string): WantedRuns {
  if (command === "resume") return "not_completed";
  return command === "cancel" ? "not_ended" : "any";
}

function optionsOf(program: Command, command: Command): readonly Option[] {
  const help = command.createHelp();
  return [
    ...help.visibleOptions(command),
    ...(command === program
      ? []
      : help.visibleOptions(program).filter(({ long }) => long !== "--version" && long !== "--help")),
  ];
}

function takesValue(options: readonly Option[], word: string): Option | undefined {
  return options.find(
    (option) => (option.long === word || option.short === word) && (option.required || option.optional),
  );
}

function nameIn(flags: string): string {
  return /[<[]([^>\]]*)[>\]]/.exec(flags)?.[1] ?? "";
}

/** One line a candidate: what holds control characters cannot be offered. */
function isPlain(value: string): boolean {
  return !/\p{Cc}/u.test(value);
}
