import { fileKeyDocs } from "../settings/file-key-docs.js";
import type { KeyDoc } from "../settings/key-doc.js";
import { undoTable } from "../settings/keys.js";
import { stepKeyDocs } from "../settings/step-key-docs.js";

type KeyDocs = Readonly<Record<string, KeyDoc>>;

const run: KeyDoc = {
  about: "A script. Data reaches it through `env` and `with`, never by an expression.",
  example: "run: { lang: bash, script: make }",
  keys: {
    lang: { about: "What it is written in.", example: "lang: bash", words: ["bash", "sh", "python", "js", "ts"] },
    script: { about: "Its text, most often below a `|`.", example: "script: make test" },
  },
};

const prompt: KeyDoc = {
  about: "What the agent is asked, or what the people read who decide. Expressions stand in `{{ }}`.",
  example: 'prompt: "Review {{ inputs.base }}."',
};

/** Every key of a file in pure YAML. */
export const flowFileKeyDocs: KeyDocs = {
  ...fileKeyDocs,
  name: { about: "Name of the workflow; default is that of its file.", example: "name: code-review" },
  description: { about: "What it does.", example: "description: Reviews a diff." },
  instructions: {
    about: "Standing instructions that every agent step receives.",
    example: "instructions: Report only what you can point at.",
  },
  sections: {
    about: "Texts that others contain as `{{ sections.name }}`.",
    example: "sections: { style: Plain words. }",
  },
  steps: {
    about: "The steps. Without `needs` each waits for all above it.",
    example: "steps: [{ title: Review, prompt: Review the diff. }]",
  },
  "on-failure": {
    about: "Steps that run one after another when the run has failed, after what was undone.",
    example: "on-failure: [{ title: Tell, run: { lang: sh, script: ./tell.sh } }]",
  },
  finally: {
    about: "Steps that run one after another at the end of every run.",
    example: "finally: [{ title: Clean up, run: { lang: sh, script: rm -rf tmp } }]",
  },
};

/** Every key of a step in pure YAML. */
export const flowStepKeyDocs: KeyDocs = {
  title: {
    about: "What the step is called; gives the id where `id` does not: `2. Collect the diff` is `collect_the_diff`.",
    example: "title: Collect the diff",
  },
  ...stepKeyDocs,
  id: { about: "Id of the step: letters, digits and `_`. Without `title`, its title too.", example: "id: review" },
  approval: {
    ...stepKeyDocs.approval,
    about: "People decide on what `prompt` shows. `output` is `{ approved, by, … }` with the fields.",
    example: "approval: { by: [maintainer], timeout: 24h }",
  },
  prompt,
  run,
  undo: {
    about: "What takes the step back when the run fails after it.",
    example: "undo: { run: { lang: sh, script: ./take-back.sh } }",
  },
};

/** Every key of an Undo in pure YAML. */
export const flowUndoKeyDocs: KeyDocs = {
  ...Object.fromEntries(Object.entries(stepKeyDocs).filter(([key]) => undoTable.known.includes(key))),
  prompt,
  run,
};
