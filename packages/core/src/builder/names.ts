import { AiwError } from "../errors.js";

/** Words of the expression language, and names every object has. */
const reserved = new Set(["true", "false", "null", "in", "__proto__", "constructor", "prototype"]);
/** Names that mean something else in expressions. */
const roots = new Set([
  ...["inputs", "secrets", "sections", "env", "run", "event", "steps", "error"],
  ...["output", "text", "status", "exit_code", "stderr"],
]);

/** @throws AiwError `workflow_invalid` when a text is no id of a step. */
export function checkId(id: string): void {
  if (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(id) && !reserved.has(id) && id.length <= 100) return;
  throw new AiwError("workflow_invalid", `'${id}' is no id of a step`, {
    hint: "use up to 100 letters, digits and '_', no digit first, no word such as true, null or in",
  });
}

/**
 * @param of - What is called so: `an input`.
 * @throws AiwError `workflow_invalid` when something cannot have a name.
 */
export function checkName(name: string, of: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name) && name.length <= 100) return;
  throw new AiwError("workflow_invalid", `'${name}' is no name of ${of}`, {
    hint: "use up to 100 of A-Z, a-z, 0-9 and '_', no digit first",
  });
}

/** @throws AiwError `workflow_invalid` when the loop variable cannot be called so. */
export function checkVariable(name: string): void {
  checkName(name, "a variable");
  if (!roots.has(name)) return;
  throw new AiwError("workflow_invalid", `'${name}' means something else in expressions`, {
    hint: "choose another name for `as`",
  });
}
