import { AiwError, nearest } from "@aiw/core";

/** Flags of a command as commander gives them. */
export type Flags = Readonly<Record<string, unknown>>;

/** The text of a flag that takes a value. */
export function textFlag(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === "string" ? value : undefined;
}

/** The texts of a flag that may stand several times. */
export function textsFlag(flags: Flags, name: string): readonly string[] {
  const value = flags[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** Was the flag given? */
export function isSet(flags: Flags, name: string): boolean {
  return flags[name] === true;
}

/**
 * A value out of a short list.
 *
 * @throws AiwError `usage` with the nearest choice.
 */
export function requireChoice<T extends string>(what: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  const near = nearest(value, choices);
  throw new AiwError("usage", `${what} '${value}' is not one of ${choices.join(", ")}`, {
    hint: near === undefined ? `choose one of them, for example ${choices[0] ?? ""}` : `did you mean '${near}'?`,
  });
}

/**
 * A whole number in a range.
 *
 * @throws AiwError `usage`.
 */
export function requireInteger(
  what: string,
  value: string,
  range: { readonly min: number; readonly max: number },
): number {
  const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= range.min && number <= range.max) return number;
  throw new AiwError("usage", `${what} '${value}' is not a whole number from ${range.min} to ${range.max}`, {
    hint: `write for example ${what} ${Math.min(Math.max(range.min, 20), range.max)}`,
  });
}

/**
 * The path of a workflow: an empty one, from a variable that is not set say, would be the working directory.
 *
 * @throws AiwError `usage`.
 */
export function requirePath(path: string): string {
  if (path.trim() !== "") return path;
  throw new AiwError("usage", "the path of the workflow is empty", {
    hint: "which workflow? give the path of a Markdown file or a bundle",
  });
}
