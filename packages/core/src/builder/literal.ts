import { AiwError } from "../errors.js";

/** A value in the notation of expressions: scalars and lists of them; expressions have no maps. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "string") return `'${value.replaceAll(/[\\'\p{Cc}]/gu, escaped)}'`;
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  throw new AiwError("workflow_invalid", `${describe(value)} cannot stand in an expression`, {
    hint: "expressions hold texts, numbers, booleans, null and lists of them; give maps to the step through `with`",
  });
}

function describe(value: unknown): string {
  return value === null || typeof value !== "object" ? String(value) : "a map";
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(char: string): string {
  return escapes[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
