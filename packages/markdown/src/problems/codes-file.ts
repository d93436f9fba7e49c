import { fences, type ProblemDoc, prompt, script, steps } from "./example.js";

/** E001 to E033: the file, its headings and fences, ids and order. */
export const fileCodes = {
  E001: {
    title: "file too large",
    about: "A workflow file may have 1 MiB. Long reference material belongs into files that the steps read.",
    wrong: "(more than 1 MiB of text)",
    right: "Summarise the files in docs/.",
  },
  E002: {
    title: "not a text file",
    about: "The file holds a NUL character. A workflow is Markdown in UTF-8.",
    wrong: "Summarise this:\u0000",
    right: "Summarise this:",
  },
  E003: {
    title: "front matter not closed",
    about: "A first line of --- begins the settings; a second one must end them.",
    wrong: "---\naiw: 1\n\n## Steps\n\n### Say hello\nSay hello.\n",
    right: "---\naiw: 1\n---\n\n## Steps\n\n### Say hello\nSay hello.\n",
  },
  E004: {
    title: "settings too large",
    about:
      "The front matter and each settings fence may have 32 KB, all of them together 40,000 brackets, colons, commas and lines. Data belongs into files that the steps read.",
    wrong: "(more than 32 KB of settings)",
    right: script("timeout: 5m"),
  },
  E005: {
    title: "nothing to run",
    about: "A workflow has a section '## Steps' with at least one ### heading; a prompt file has text.",
    wrong: "---\naiw: 1\n---\n# Review\nReview the code.\n",
    right: steps("### Review\nReview the code."),
  },
  E006: {
    title: "section twice",
    about:
      "A file has one title, one of each '## Instructions', '## Steps', '## On failure' and '## Finally', a step one Undo.",
    wrong: steps("### One\nDo one thing.\n\n## Steps\n\n### Two\nDo another."),
    right: steps("### One\nDo one thing.\n\n### Two\nDo another."),
  },
  E007: {
    title: "heading after the steps",
    about:
      "After '## Steps' only '## On failure' and '## Finally' follow: any other # or ## heading would cut the prompt above it silently. Inside a prompt use ####.",
    wrong: steps("### Review\nReview the code.\n\n## Output\nA short list."),
    right: steps("### Review\nReview the code.\n\n#### Output\nA short list."),
  },
  E008: {
    title: "fence not closed",
    about: "A fence without an end would swallow the rest of the file.",
    wrong: steps("### Build\n'''bash run\nmake"),
    right: steps("### Build\n'''bash run\nmake\n'''"),
  },
  E009: {
    title: "comment not closed",
    about: "A comment or HTML block without an end would hide the rest of the file.",
    wrong: steps("### Review\n<!-- later: add tests\nReview the code."),
    right: steps("### Review\n<!-- later: add tests -->\nReview the code."),
  },
  E010: {
    title: "settings inside a list or quote",
    about: "A fence with a role counts only at the margin. Inside a list or quote it would be text.",
    wrong: steps("### Build\n- like this:\n  '''bash run\n  make\n  '''"),
    right: steps("### Build\nLike this:\n'''bash run\nmake\n'''"),
  },
  E011: {
    title: "heading without a space",
    about: "'###Title' is text in Markdown, not a heading.",
    wrong: steps("### One\nDo one thing.\n\n###Two\nDo another."),
    right: steps("### One\nDo one thing.\n\n### Two\nDo another."),
  },
  E012: {
    title: "settings outside of a step",
    about: "A fence with a role belongs under a ### heading after '## Steps'.",
    wrong: steps("'''bash run\nmake\n'''\n\n### Build\nBuild it."),
    right: steps("### Build\n'''bash run\nmake\n'''"),
  },
  E013: {
    title: "two of the same fence",
    about: "A step has at most one settings fence and one script.",
    wrong: steps("### Build\n'''bash run\nmake\n'''\n'''bash run\nmake test\n'''"),
    right: steps("### Build\n'''bash run\nmake\nmake test\n'''"),
  },
  E014: {
    title: "unknown role or language of a fence",
    about:
      "The roles are 'step' (settings in YAML), 'run' (a script in bash, sh, python, js or ts) and 'raw' (never expanded).",
    wrong: steps("### Build\n'''ruby run\nputs 1\n'''"),
    right: steps("### Build\n'''python run\nprint(1)\n'''"),
  },
  E015: {
    title: "settings without a role",
    about:
      "A YAML fence without 'step' is part of the prompt. When all its keys are keys of a step, that is most likely a mistake.",
    wrong: steps("### Review\n'''yaml\ntimeout: 5m\n'''\nReview the code."),
    right: steps("### Review\n'''yaml step\ntimeout: 5m\n'''\nReview the code."),
  },
  E016: {
    title: "two kinds in one step",
    about:
      "A step is a script, a tool, a sub-workflow, an approval, a wait, a merge or a prompt. With two of them it would be unclear which one runs.",
    wrong: steps("### Build\n'''yaml step\ntool: make\n'''\n'''bash run\nmake\n'''"),
    right: steps("### Build\n'''bash run\nmake\n'''"),
  },
  E017: {
    title: "empty step",
    about: "A step needs a prompt, a script, a tool or another kind; an approval needs the text that people read.",
    wrong: steps("### Review\n\n### Report\nWrite a report."),
    right: steps("### Review\nReview the code.\n\n### Report\nWrite a report."),
  },
  E018: {
    title: "role under ####",
    about: "Under a #### heading other than '#### Undo', fences with a role are reserved for later versions.",
    wrong: steps("### Build\nBuild it.\n\n#### How\n'''bash run\nmake\n'''"),
    right: steps("### Build\n'''bash run\nmake\n'''\n\n#### How\nWith make."),
  },
  E019: {
    title: "version of the language",
    about: "'aiw' is the version of the language, a whole number. This version reads 1.",
    wrong: "---\naiw: 2\n---\n## Steps\n\n### Review\nReview the code.\n",
    right: steps("### Review\nReview the code."),
  },
  E020: {
    title: "too many steps",
    about: "A file may have 2,000 steps. Split the workflow.",
    wrong: "(more than 2,000 steps)",
    right: steps("### Review\nReview the code."),
  },
  E021: {
    title: "too many expressions",
    about:
      "A file may have 10,000 expressions with 256 KiB together. Split the workflow, or let a script step compute what they compute.",
    wrong: "(more than 10,000 expressions)",
    right: steps("### Review\nReview the code."),
  },
  E022: {
    title: "sections in the wrong order",
    about: "'## Steps' comes before '## On failure' and '## Finally'.",
    wrong: "---\naiw: 1\n---\n## Finally\n\n### Clean up\nClean up.\n\n## Steps\n\n### Build\nBuild it.\n",
    right: steps("### Build\nBuild it.\n\n## Finally\n\n### Clean up\nClean up."),
  },
  E023: {
    title: "Undo where nothing is undone",
    about:
      "An Undo belongs to a step of '## Steps' that has an effect: approvals and waits have none, and what '## On failure' and '## Finally' do stays.",
    wrong: steps("### Build\nBuild it.\n\n## Finally\n\n### Clean up\nClean up.\n\n#### Undo\nPut it back."),
    right: steps("### Build\nBuild it.\n\n#### Undo\nRemove it.\n\n## Finally\n\n### Clean up\nClean up."),
  },
  E024: {
    title: "approval at the end",
    about: "'## Finally' runs at the end of every run, also of cancelled ones: it cannot wait for people.",
    wrong: steps("### Build\nBuild it.\n\n## Finally\n\n### Ask\n'''yaml step\napproval: {}\n'''\nRemove it?"),
    right: steps("### Build\nBuild it.\n\n### Ask\n'''yaml step\napproval: {}\n'''\nRemove it?"),
  },
  E025: {
    title: "YAML that is no workflow",
    about:
      "A file called .yaml or .yml is a workflow in pure YAML when it has the key aiw. Any other YAML is data: nothing in it would run.",
    wrong: "steps:\n  - title: Review\n    prompt: Review the code.\n",
    right: "aiw: 1\nsteps:\n  - title: Review\n    prompt: Review the code.\n",
  },
  E030: {
    title: "no usable id",
    about:
      "The id of a step comes from its heading: letters, digits and '_', a letter first, no reserved word. Where the heading gives none, write id:.",
    wrong: steps("### 3D model\nDraw it."),
    right: steps("### 3D model\n'''yaml step\nid: model\n'''\nDraw it."),
  },
  E031: {
    title: "id twice",
    about: "Ids are unique in a file, also those that come from headings.",
    wrong: steps("### Test\nTest it.\n\n### Test\nTest it again."),
    right: steps("### Test\nTest it.\n\n### Test again\nTest it again."),
  },
  E032: {
    title: "steps wait for each other",
    about: "Following needs must never come back to where it began. A step without needs waits for all steps above it.",
    wrong: steps("### One\n'''yaml step\nneeds: two\n'''\nDo one thing.\n\n### Two\nDo another."),
    right: steps("### One\nDo one thing.\n\n### Two\n'''yaml step\nneeds: one\n'''\nDo another."),
  },
  E033: {
    title: "unknown step in needs",
    about:
      "needs takes ids of steps under '## Steps': the heading in lower case, with '_' for everything that is no letter or digit.",
    wrong: prompt("Review the page.", "needs: fech"),
    right: prompt("Review the page.", "needs: fetch"),
  },
  E034: {
    title: "needs in a sequence",
    about: "The steps of '## On failure' and '## Finally' run one after another, whatever became of the one before.",
    wrong: steps("### Build\nBuild it.\n\n## Finally\n\n### Tell\n'''yaml step\nneeds: build\n'''\nTell them."),
    right: steps("### Build\nBuild it.\n\n## Finally\n\n### Tell\nTell them."),
  },
  E035: {
    title: "unknown step",
    about:
      "'from', 'session', 'workspace' and 'apply' name a step by its id: the heading in lower case, with '_' for everything that is no letter or digit.",
    wrong: prompt("Write on.", "session: fech"),
    right: steps("### Plan\nPlan it.\n\n### Write\n'''yaml step\nsession: plan\n'''\nWrite it."),
  },
} as const satisfies Record<string, ProblemDoc>;

/** Warnings. */
export const warningCodes = {
  W001: {
    title: "a heading that looks like part of a prompt",
    about:
      "Every ### is a step. A heading such as 'Context' or 'Output format' was probably meant to stay in the prompt above: use ####.",
    wrong: steps("### Review\nReview the code.\n\n### Output format\nA short list."),
    right: steps("### Review\nReview the code.\n\n#### Output format\nA short list."),
  },
  W002: {
    title: "unknown setting of a prompt file",
    about:
      "A file without 'aiw: 1' and without steps is one prompt, often written for another program. Settings that AIW does not know are ignored there.",
    wrong: "---\nargument-hint: file\n---\nReview the code.\n",
    right: "---\ndescription: reviews a file\n---\nReview the code.\n",
  },
  W003: {
    title: "no version of the language",
    about: "A workflow says 'aiw: 1' in its front matter, so that later versions read it as it was meant.",
    wrong: fences("## Steps\n\n### Build\n'''bash run\nmake\n'''\n"),
    right: steps("### Build\n'''bash run\nmake\n'''"),
  },
} as const satisfies Record<string, ProblemDoc>;
