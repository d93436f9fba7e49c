/** Names that are no ids: words of the expression language, and names every object has. */
const reserved = new Set(["true", "false", "null", "in", "__proto__", "constructor", "prototype"]);

/**
 * The id a heading gives: without `1.`, `2)` or `Step 3:` in front, NFC, lower case, each run of other characters than
 * letters and digits one `_`, trimmed.
 */
export function idOf(title: string): string {
  return title
    .normalize("NFC")
    .replace(/^(?:\d+[.)]|step\s+\d+\s*:)(?:\s+|$)/i, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "_")
    .replaceAll(/^_+|_+$/g, "");
}

/** Why a text is no id; nothing when it is one. */
export function faultOfId(id: string): string | undefined {
  if (id === "") return "is empty";
  if (reserved.has(id)) return "is a reserved word";
  if (/^\p{N}/u.test(id)) return "begins with a digit";
  if (id.length > 100) return "is longer than 100 characters";
  return /^[\p{L}\p{N}_]+$/u.test(id) ? undefined : "has characters other than letters, digits and '_'";
}

/** Names of inputs, secrets, outputs and variables. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name) && name.length <= 100;
}

/**
 * Says why something cannot have a name.
 *
 * @param of - What is called so: `an input`.
 */
export function explainName(name: string, of: string): { readonly message: string; readonly help: string } {
  if (reserved.has(name)) return { message: `'${name}' is reserved`, help: "choose another name" };
  return { message: `'${name}' is no name of ${of}`, help: "use letters, digits and '_', a letter first" };
}
