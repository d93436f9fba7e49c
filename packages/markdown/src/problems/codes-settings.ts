import { type ProblemDoc, script } from "./example.js";

/** E100 to E121: YAML, keys, values and types. */
export const settingsCodes = {
  E100: {
    title: "YAML cannot be read",
    about: "Most often a value with ': ' in it is not quoted, a bracket is not closed, or the indentation is off.",
    wrong: script("env: { A: one\ntimeout: 5m"),
    right: script("env: { A: one }\ntimeout: 5m"),
  },
  E101: {
    title: "anchors, aliases, tags and merges",
    about: "Settings say what they mean where they stand. Quote a text that begins with &, * or !.",
    wrong: script("env: { A: &a one }"),
    right: script("env: { A: one }"),
  },
  E102: {
    title: "settings nested too deep",
    about: "Settings may be nested 50 levels deep.",
    wrong: script(`with: ${"[".repeat(60)}${"]".repeat(60)}`),
    right: script("with: [[1]]"),
  },
  E103: {
    title: "key twice",
    about: "A key stands once in its map; the second would replace the first silently.",
    wrong: script("timeout: 5m\ntimeout: 6m"),
    right: script("timeout: 5m"),
  },
  E104: {
    title: "settings are no map",
    about: "Settings are keys and values, one a line.",
    wrong: script("- timeout"),
    right: script("timeout: 5m"),
  },
  E105: {
    title: "key without a value",
    about:
      "An empty value is most often a forgotten one. Inside { } a missing space after the colon, or a comma in a value that is not quoted, has the same effect.",
    wrong: script("env: { A:1 }"),
    right: script("env: { A: 1 }"),
  },
  E106: {
    title: "a comment cuts an expression",
    about: "In YAML ' #' begins a comment. An expression with '#' in it must be quoted.",
    wrong: script("if: inputs.tag == 'issue #4'", "inputs: { tag: string }"),
    right: script("if: \"inputs.tag == 'issue #4'\"", "inputs: { tag: string }"),
  },
  E107: {
    title: "braces without quotes",
    about: "In YAML a '{' begins a map. Quote a value that begins with '{{'.",
    wrong: script("env: { TAG: {{ inputs.tag }} }", "inputs: { tag: string }"),
    right: script('env: { TAG: "{{ inputs.tag }}" }', "inputs: { tag: string }"),
  },
  E108: {
    title: "'!' without quotes",
    about: "In YAML a value that begins with '!' is a tag. Quote the expression.",
    wrong: script("if: !inputs.draft", "inputs: { draft: boolean }"),
    right: script('if: "!inputs.draft"', "inputs: { draft: boolean }"),
  },
  E110: {
    title: "unknown key",
    about: "Unknown keys are errors, so that a typing mistake never goes unnoticed.",
    wrong: script("time-out: 5m"),
    right: script("timeout: 5m"),
  },
  E111: {
    title: "key without effect",
    about:
      "Some keys mean something only to one kind of step (model to agents, with to scripts, tools and sub-workflows) or beside another key (as beside foreach).",
    wrong: script("model: opus"),
    right: script("timeout: 5m"),
  },
  E112: {
    title: "wrong kind of value",
    about: "The key takes another kind of value: text, a number, a list or a map.",
    wrong: script("env: [A, B]"),
    right: script("env: { A: one, B: two }"),
  },
  E113: {
    title: "unknown word",
    about: "The key takes one of a few words.",
    wrong: script("on-error: ignore"),
    right: script("on-error: continue"),
  },
  E114: {
    title: "duration without a unit",
    about: "Durations have a unit: 500ms, 90s, 10m, 1h30m, 7d.",
    wrong: script("timeout: 30"),
    right: script("timeout: 30s"),
  },
  E115: {
    title: "name that cannot be used",
    about: "Names of inputs, outputs, secrets and variables are letters, digits and '_', a letter first.",
    wrong: script("env: { MY-TAG: one }"),
    right: script("env: { MY_TAG: one }"),
  },
  E120: {
    title: "type cannot be read",
    about:
      "Types are string, number, integer, boolean, any, an enumeration (low | high), a list [T] or a map of types; 'T = value' gives a default.",
    wrong: script("output: { count: int }"),
    right: script("output: { count: integer }"),
  },
  E121: {
    title: "schema file cannot be read",
    about: "$schema names a JSON Schema below the workflow's folder.",
    wrong: script("output: { $schema: ./missing.json }"),
    right: script("output: { $schema: { type: string } }"),
  },
} as const satisfies Record<string, ProblemDoc>;
