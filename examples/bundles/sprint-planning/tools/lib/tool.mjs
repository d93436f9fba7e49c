import { readFileSync, writeFileSync } from "node:fs";

/** `EX_TEMPFAIL`: AIW repeats the step where its `retry:` says so. */
const temporaryFailure = 75;

/** A failure that the reader of the message can do something about. `temporary`: the same call may work later. */
export class ToolError extends Error {
  constructor(message, { temporary = false, cause } = {}) {
    super(message, { cause });
    this.name = "ToolError";
    this.temporary = temporary;
  }
}

/**
 * Runs the operation that the command line names with the arguments in `$AIW_INPUT`, and gives its result back as JSON in
 * `$AIW_OUTPUT`, or on stdout where there is none. Fails with a message on stderr.
 */
export async function runTool(operations) {
  try {
    const name = process.argv[2] ?? "";
    if (!Object.hasOwn(operations, name)) {
      throw new ToolError(`unknown operation '${name}'; there are ${Object.keys(operations).join(", ")}`);
    }
    const file = requireVariable("AIW_INPUT");
    const result = JSON.stringify(await operations[name](JSON.parse(readFileSync(file, "utf8"))));
    if (process.env.AIW_OUTPUT) writeFileSync(process.env.AIW_OUTPUT, result);
    else process.stdout.write(`${result}\n`);
  } catch (error) {
    const isKnown = error instanceof ToolError;
    process.stderr.write(`${isKnown ? error.message : (error?.stack ?? error)}\n`);
    process.exitCode = isKnown && error.temporary ? temporaryFailure : 1;
  }
}

/** A variable that must be there. */
export function requireVariable(name) {
  const value = process.env[name];
  if (value) return value;
  throw new ToolError(`the variable ${name} is not set: give it to the step with \`env:\``);
}

/** A text without the end that is over the limit. */
export function cut(text, limit) {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/** Resolves after a time. */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
