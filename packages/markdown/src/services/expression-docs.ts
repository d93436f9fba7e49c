/** What the functions of expressions give, by name. */
export const functionDocs: Readonly<Record<string, string>> = {
  json: "The value as JSON text.",
  fromJson: "The value that a JSON text describes.",
  string: "The value as text.",
  number: "The number that a text describes.",
  size: "How many characters, items or keys.",
  now: "Milliseconds since 1970, read once when the step becomes ready.",
  hash: "SHA-256 of the value, as hexadecimal text.",
  file: "Text of a file below the workflow's folder, read once when the step becomes ready.",
};

/** What the methods and macros of expressions give, by name. */
export const methodDocs: Readonly<Record<string, string>> = {
  size: "How many characters, items or keys.",
  contains: "Whether the text has the part in it.",
  startsWith: "Whether the text begins with the part.",
  endsWith: "Whether the text ends with the part.",
  lower: "The text in lower case.",
  upper: "The text in upper case.",
  trim: "The text without white space at its ends.",
  split: "The parts of the text between the separators.",
  join: "The items as one text, with the separator between them.",
  replace: "The text with each occurrence of a part replaced.",
  filter: "The items that the condition holds for: `list.filter(x, x.size() > 3)`.",
  map: "A list of what the expression gives for each item: `list.map(x, x.name)`.",
  exists: "Whether the condition holds for any item: `list.exists(x, x == 'a')`.",
  all: "Whether the condition holds for all items: `list.all(x, x > 0)`.",
};

/** What the names are that an expression may begin with. */
export const nameDocs: Readonly<Record<string, string>> = {
  inputs: "What the run was given.",
  secrets: "Secrets of the file, in `env:` and in `with:` of tools and scripts only.",
  sections: "Text of the file's own sections.",
  env: "Variables of the front matter.",
  run: "The run: `id`, `attempt`, `trigger`, `started_at`, `status`.",
  event: "What started the run.",
  steps: "Results of steps that are done by then.",
  error: "Why the run failed.",
  output: "Result of this attempt.",
  text: "Text of this attempt.",
  status: "How this attempt ended.",
  exit_code: "Exit code of this attempt.",
  stderr: "What this attempt wrote to stderr.",
};

/** What the fields of a step are. */
export const stepFieldDocs: Readonly<Record<string, string>> = {
  text: "Its final message, its output on stdout, or the comment of an answer.",
  output: "Its result, as its type says.",
  status: "How it ended.",
  error: "Why it failed, as `code` and `message`.",
  agent: "The agent that ran.",
  usage: "Tokens that it used.",
  cost_usd: "What it cost, in US dollars.",
  duration_ms: "How long it took, in milliseconds.",
  files: "Artifacts that were kept.",
  workspace: "The folder that it worked in.",
  items: "Results of its items, in order.",
};
