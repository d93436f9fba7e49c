import { AiwError } from "../errors.js";
import { reference } from "./reference.js";

/** Everything that a function of a setting may be given; which of it makes sense where, types and checks say. */
export type AnyScope = Readonly<Record<string, unknown>>;

/**
 * The references of a step's functions.
 *
 * @param as - Name of the loop variable.
 */
export function scopeOf(as: string): AnyScope {
  const roots = ["inputs", "steps", "env", "run", "secrets", "error", "event"];
  const attempt = ["output", "text", "status", "exit_code", "stderr"];
  const entries = [...roots, ...attempt].map((name) => [name, reference(name)] as const);
  return { ...Object.fromEntries(entries), item: reference(as) };
}

/** The value of a setting: as given, or what its function makes of the scope. */
export function resolve(setting: unknown, scope: AnyScope, of: string): unknown {
  if (typeof setting !== "function") return setting;
  const value: unknown = setting(scope);
  if (typeof value === "object" && value !== null && "then" in value && typeof value.then === "function") {
    throw new AiwError("workflow_invalid", `${of} cannot wait: it is worked out when the workflow is built`, {
      hint: "let a step get the value, and read its output",
    });
  }
  return value;
}
