import { AiwError, type Json, Secret, type ToolInput } from "@aiw/core";

/** Linux takes at most 128 KiB in one argument, its name and end mark included. */
const maxArgumentBytes = 128 * 1024 - 1;
const maxTotalBytes = 1024 * 1024;

/**
 * Command line of a call: `--name=value` per argument. Null is left out, true is `--name`, false is left out, lists and
 * maps are JSON. An argument with a secret inside never stands here, because every user of the machine can list command
 * lines: the script reads it from `$AIW_INPUT`.
 *
 * @throws AiwError `tool_arguments` for what a command line cannot carry.
 */
export function commandLine(input: ToolInput): readonly string[] {
  const args: string[] = [];
  let total = 0;
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || value === null || value === false || holdsSecret(value)) continue;
    const text = value === true ? `--${checkName(name)}` : `--${checkName(name)}=${asText(value)}`;
    const bytes = Buffer.byteLength(text);
    total += bytes + 1;
    if (text.includes("\0")) throw unfit(name, "holds a NUL character");
    if (bytes > maxArgumentBytes) throw unfit(name, `has ${bytes} bytes; a command line takes ${maxArgumentBytes}`);
    args.push(text);
  }
  if (total > maxTotalBytes)
    throw unfit(undefined, `have ${total} bytes together; a command line takes ${maxTotalBytes}`);
  return args;
}

/** All arguments as JSON, secrets in plain: the content of `$AIW_INPUT`. */
export function inputJson(input: ToolInput): string {
  return JSON.stringify(reveal(input));
}

/** The arguments with `[redacted]` in the place of secrets: what may be shown and checked. */
export function redactedInput(input: ToolInput): { readonly [name: string]: Json } {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, JSON.parse(JSON.stringify(value))]));
}

/** Is it a secret, or does it hold one at any depth? */
export function holdsSecret(value: unknown): boolean {
  if (value instanceof Secret) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsSecret);
}

function reveal(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, reveal(item)]));
}

function asText(value: Json | Secret): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function checkName(name: string): string {
  if (/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(name)) return name;
  throw new AiwError("tool_arguments", `${JSON.stringify(name)} cannot be the name of an option`, {
    hint: "use letters, digits, _ and -, beginning with a letter",
  });
}

function unfit(name: string | undefined, why: string): AiwError {
  return new AiwError("tool_arguments", `${name === undefined ? "the arguments" : `argument '${name}'`} ${why}`, {
    hint: "let the tool read $AIW_INPUT and write `arguments: file` in its description",
  });
}
