/** Our words for what the YAML library found. */
export function explainYaml(code: string, message: string): { readonly message: string; readonly help?: string } {
  const known = explanations[code];
  if (known !== undefined) return known;
  const plain = message.split("\n")[0] ?? message;
  return { message: `YAML: ${plain.charAt(0).toLowerCase()}${plain.slice(1)}` };
}

/** Is this key of a map in braces the rest of an expression that a comma has cut? */
export function isCutOff(key: string): boolean {
  return /[)\]'"]/.test(key);
}

/** What to write instead of a key without a value. */
export function helpForBareKey(key: string, isFlow: boolean): string {
  if (!isFlow) return `write a value after '${key}:', or remove the key`;
  if (isCutOff(key)) return "quote the value in front of it: a comma ends it inside { }";
  const missingSpace = /^([\w-]+):(\S+)$/.exec(key);
  if (missingSpace !== null) return `write ${missingSpace[1]}: ${missingSpace[2]}, with a space after the colon`;
  return `write ${key}: value; a value with a comma or ': ' in it must be quoted`;
}

const explanations: Readonly<Record<string, { readonly message: string; readonly help: string }>> = {
  BLOCK_AS_IMPLICIT_KEY: { message: "YAML: a second ': ' in one line", help: "quote a value that has ': ' in it" },
  MULTILINE_IMPLICIT_KEY: { message: "YAML: this line has no ':' after its key", help: "write key: value" },
  TAB_AS_INDENT: { message: "YAML: a tab as indentation", help: "indent with spaces" },
  BAD_SCALAR_START: { message: "YAML: a value cannot begin with this character", help: "quote the value" },
  UNEXPECTED_TOKEN: {
    message: "YAML: this does not belong here",
    help: "quote the value, or check brackets and commas",
  },
  MISSING_CHAR: {
    message: "YAML: a quote, bracket or comma is missing",
    help: "close what was opened before this place, and quote a value with a comma in it",
  },
  BAD_INDENT: {
    message: "YAML: wrong indentation, or a bracket is not closed",
    help: "align the keys, close brackets",
  },
  MULTIPLE_DOCS: { message: "YAML: '---' begins a second document", help: "keep one map of settings" },
  BAD_ALIAS: { message: "YAML: a value cannot begin with '*'", help: "quote the value" },
};
