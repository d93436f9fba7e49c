import type { KeyDoc } from "./key-doc.js";
import {
  agentDoc,
  budgetDoc,
  cacheDoc,
  permissionsDoc,
  quotaWords,
  sandboxWords,
  typeWords,
} from "./shared-key-docs.js";

const retry: KeyDoc = {
  about:
    "More attempts when one fails: for scripts after any failure, for agents and tools after errors that may pass. A number, or a map.",
  example: "retry: { attempts: 2, delay: 5s }",
  keys: {
    attempts: { about: "How many more attempts, 0 to 100.", example: "attempts: 2" },
    backoff: {
      about: "Whether the delay doubles with each attempt.",
      example: "backoff: constant",
      words: ["exponential", "constant"],
    },
    delay: { about: "Before the second attempt; default 1s.", example: "delay: 5s" },
    "max-delay": { about: "Longest delay; default 1m.", example: "max-delay: 5m" },
    on: { about: "Errors that are worth another attempt.", example: "on: [rate_limit, timeout]", names: "error" },
  },
};

const approval: KeyDoc = {
  about: "People decide on what the prose shows. `output` is `{ approved, by, … }` with the fields.",
  example: "approval: { by: [maintainer], timeout: 24h }",
  keys: {
    by: {
      about: "Users and roles that may answer; without it, whoever the project allows.",
      example: "by: [maintainer]",
    },
    min: { about: "How many different people must approve; default 1.", example: "min: 2" },
    timeout: { about: "How long to wait; then the step fails as `expired`.", example: "timeout: 24h" },
    fields: {
      about: "What an answer says besides yes or no, with types as in `inputs`.",
      example: "fields: { note?: string }",
      each: { names: "type", words: typeWords },
    },
  },
};

const wait: KeyDoc = {
  about: "Waits for a time, or for a signal from outside, and holds nothing in memory meanwhile.",
  example: "wait: { for: 10m }",
  keys: {
    for: { about: "How long.", example: "for: 10m" },
    until: { about: "An expression that gives a time: ISO 8601 or milliseconds.", example: "until: inputs.start" },
    signal: { about: "Name of the signal; `aiw signal RUN NAME` sends it.", example: "signal: deployed" },
    schema: {
      about: "Type of what the signal carries; it becomes `output`.",
      example: "schema: { url: string }",
      words: typeWords,
      names: "type",
    },
    timeout: { about: "How long to wait for the signal.", example: "timeout: 2h" },
  },
};

const repeat: KeyDoc = {
  about: "Makes the step again, round by round, until an expression is true. Agents go on with their conversation.",
  example: "repeat: { until: exit_code == 0, max: 5 }",
  keys: {
    until: {
      about: "Evaluated after each round, over `output`, `text`, `status`, `exit_code` and `stderr` of it.",
      example: "until: exit_code == 0",
    },
    max: { about: "Most rounds, 1 to 1000; no success by then is `repeat_exhausted`.", example: "max: 5" },
    every: { about: "Time between the starts of two rounds.", example: "every: 2m" },
    from: { about: "An earlier step: the rounds go from there to this step.", example: "from: plan", names: "round" },
  },
};

const effects: KeyDoc = {
  about: "Writes that a read-only agent may propose; they are checked, shown and applied by AIW.",
  example: "effects: [patch]",
  words: ["patch", "file", "comment", "http", "command"],
  keys: {
    kind: {
      about: "Which kind of write.",
      example: "kind: comment",
      words: ["patch", "file", "comment", "http", "command"],
    },
    max: { about: "At most so many of them.", example: "max: 3" },
  },
};

/** Every key of a step, in the order of the reference. */
export const stepKeyDocs: Readonly<Record<string, KeyDoc>> = {
  id: {
    about: "Id of the step, where the heading should not give it: letters, digits and `_`.",
    example: "id: review",
  },
  if: { about: "An expression; where it is false the step is skipped.", example: "if: inputs.base != 'main'" },
  needs: {
    about: "Steps that this one waits for. Without it: all steps above in its section; `[]` starts at once.",
    example: "needs: [fetch]",
    names: "step",
  },
  agent: agentDoc,
  model: { about: "Model of the agent, as the agent calls it.", example: "model: opus" },
  effort: { about: "How long the model thinks, as the agent calls it.", example: "effort: high" },
  tools: { about: "Tools that the agent may call.", example: "tools: [chat]", names: "tool" },
  permissions: permissionsDoc,
  use: {
    about: "A workflow that this step runs: a file, the folder of a bundle, or a package. `output` has its outputs.",
    example: "use: ./review.md",
  },
  tool: {
    about: "Calls one operation of a tool, without an agent. `output` is its result.",
    example: "tool: chat.post",
    names: "operation",
  },
  with: {
    about: "Arguments of the tool, inputs of the sub-workflow, or any data for the script, in the file `$AIW_INPUT`.",
    example: "with: { text: hello }",
    names: "arguments",
  },
  env: {
    about: "Variables of the process, as text. Secrets may stand here.",
    example: 'env: { BASE: "{{ inputs.base }}" }',
  },
  cwd: { about: "Folder that the step works in; default is that of the workflow.", example: "cwd: packages/web" },
  output: {
    about: "Type of the result. Agents are asked for it, scripts print it as JSON; what does not fit is an error.",
    example: "output: { score: integer, issues: [string] }",
    words: typeWords,
    names: "type",
  },
  retry,
  timeout: { about: "Longest time of one attempt.", example: "timeout: 10m" },
  "idle-timeout": { about: "Longest time of an attempt without a sign of life.", example: "idle-timeout: 2m" },
  "on-error": {
    about: "What a failure means: the run fails, or the step counts as done with null results.",
    example: "on-error: continue",
    words: ["fail", "continue"],
  },
  "on-interrupt": {
    about: "What becomes of the step when a crash interrupted it.",
    example: "on-interrupt: retry",
    words: ["retry", "fail", "ask"],
  },
  "fail-if": {
    about: "An expression over `output`, `text`, `status`, `exit_code` and `stderr` of the attempt: true fails it.",
    example: "fail-if: text == ''",
  },
  "on-quota": {
    about: "What to do when the agent's quota is used up.",
    example: "on-quota: failover",
    words: quotaWords,
  },
  cache: cacheDoc,
  budget: budgetDoc,
  approval,
  wait,
  apply: {
    about: "Merges the files of another step's workspace into this one.",
    example: "apply: plan",
    names: "workspace",
  },
  foreach: {
    about:
      "Once for each item of a list, of an expression, or of all combinations of a map of lists. `items` has the results.",
    example: "foreach: inputs.files ?? []",
    keys: {
      agent: { about: "An axis that sets the agent of each item.", example: "agent: [claude, codex]", names: "agent" },
      model: { about: "An axis that sets the model of each item.", example: "model: [opus, haiku]" },
      effort: { about: "An axis that sets the effort of each item.", example: "effort: [low, high]" },
    },
  },
  as: { about: "Name of the item in expressions; default `item`.", example: "as: file" },
  "max-parallel": { about: "At most so many items at once.", example: "max-parallel: 4" },
  repeat,
  session: {
    about: "Goes on with the conversation of an earlier agent step.",
    example: "session: plan",
    names: "session",
  },
  artifacts: { about: "Files to keep when the step is done, as patterns.", example: "artifacts: [reports/**]" },
  workspace: {
    about: "Where the step works: `here`, a `new` copy of its own, or that of another step.",
    example: "workspace: new",
    words: ["here", "new"],
    names: "workspace",
  },
  sandbox: { about: "Whether AIW locks the process in.", example: "sandbox: auto", words: sandboxWords },
  effects,
};
