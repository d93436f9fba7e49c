import { type ProblemDoc, prompt, script, steps } from "./example.js";

const typed = "inputs: { count: number, tag: string, page?: string }";
const hidden = "secrets: [TOKEN]";

/** E200 to E223: expressions, and what they may read. */
export const expressionCodes = {
  E200: {
    title: "expression cannot be read",
    about:
      "The expression language has values, fields, operators and a few functions. After 'if', 'fail-if' and in 'outputs' it stands without braces.",
    wrong: prompt("Is {{ inputs.count = 1 }} right?", "", typed),
    right: prompt("Is {{ inputs.count == 1 }} right?", "", typed),
  },
  E201: {
    title: "unknown field",
    about: "The value has no such field. Types are known before anything runs, so this would fail for certain.",
    wrong: prompt("Review this: {{ steps.fetch.txt }}"),
    right: prompt("Review this: {{ steps.fetch.text }}"),
  },
  E202: {
    title: "unknown name",
    about:
      "Expressions read inputs, secrets, sections, env, run and steps; where there is one, the variable of a foreach, error and event. A literal {{ is written \\{{.",
    wrong: prompt("Review this: {{ input.tag }}", "", typed),
    right: prompt("Review this: {{ inputs.tag }}", "", typed),
  },
  E203: {
    title: "unknown function",
    about: "There is a fixed list of functions and methods. Anything else is computed in a script step.",
    wrong: prompt("Review {{ inputs.tag.toUpperCase() }}.", "", typed),
    right: prompt("Review {{ inputs.tag.upper() }}.", "", typed),
  },
  E204: {
    title: "wrong arguments",
    about: "The function takes another number of arguments.",
    wrong: prompt("It has {{ size() }} letters.", "", typed),
    right: prompt("It has {{ size(inputs.tag) }} letters.", "", typed),
  },
  E205: {
    title: "wrong type",
    about: "The operator or function does not work on values of this type.",
    wrong: prompt("The next is {{ inputs.tag + 1 }}.", "", typed),
    right: prompt("The next is {{ inputs.count + 1 }}.", "", typed),
  },
  E206: {
    title: "may be null",
    about:
      "The value may be missing: an optional input, a step that may be skipped (if), may fail (on-error: continue) or may not have run yet. Say what to take then, with ??.",
    wrong: prompt("Review {{ inputs.page }}.", "", typed),
    right: prompt("Review {{ inputs.page ?? 'the start page' }}.", "", typed),
  },
  E207: {
    title: "braces not closed",
    about: "'{{' begins an expression that '}}' must end. A literal {{ is written \\{{.",
    wrong: prompt("Review {{ inputs.tag and more.", "", typed),
    right: prompt("Review {{ inputs.tag }} and more.", "", typed),
  },
  E208: {
    title: "expression too large",
    about: "An expression may have 4,096 characters, 500 parts and a depth of 60. Compute it in a script step.",
    wrong: prompt(`It is {{ ${"(".repeat(70)}1${")".repeat(70)} }}.`),
    right: prompt("It is {{ (1) }}."),
  },
  E209: {
    title: "division by zero",
    about: "The divisor is the literal 0.",
    wrong: prompt("It is {{ inputs.count / 0 }}.", "", typed),
    right: prompt("It is {{ inputs.count / 2 }}.", "", typed),
  },
  E210: {
    title: "not allowed in an expression",
    about: "Steps are read by name, secrets may only be passed on whole, and names of variables may not hide others.",
    wrong: prompt("All: {{ json(steps) }}"),
    right: prompt("One: {{ json(steps.fetch.text) }}"),
  },
  E211: {
    title: "unknown step",
    about: "No step has this id. Ids are headings in lower case, with '_' for everything that is no letter or digit.",
    wrong: prompt("Review this: {{ steps.fech.text }}"),
    right: prompt("Review this: {{ steps.fetch.text }}"),
  },
  E212: {
    title: "read without waiting",
    about:
      "Reading a step never makes a step wait for it. Add it to needs, or leave needs out to wait for everything above.",
    wrong: prompt("Review this: {{ steps.fetch.text }}", "needs: []"),
    right: prompt("Review this: {{ steps.fetch.text }}", "needs: fetch"),
  },
  E213: {
    title: "a step reads itself",
    about:
      "A step has no result before it ran. In fail-if, this attempt's are output, text, status, exit_code and stderr.",
    wrong: script("fail-if: steps.build.text.contains('warning')"),
    right: script("fail-if: text.contains('warning')"),
  },
  E214: {
    title: "secret in the wrong place",
    about:
      "Secrets may stand only in env: and in with: of tools and scripts, so that they reach no prompt, condition or output.",
    wrong: prompt("Use the token {{ secrets.TOKEN }}.", "", hidden),
    right: prompt("Use the token in $TOKEN.", 'env: { TOKEN: "{{ secrets.TOKEN }}" }', hidden),
  },
  E215: {
    title: "expression inside a script",
    about: "Scripts are never templates, so that data never becomes code. Give data through env: or with:.",
    wrong: steps("### Build\n'''bash run\nmake {{ inputs.tag }}\n'''", typed),
    right: steps(
      "### Build\n'''yaml step\nenv: { TAG: \"{{ inputs.tag }}\" }\n'''\n'''bash run\nmake \"$TAG\"\n'''",
      typed,
    ),
  },
  E216: {
    title: "condition that is no boolean",
    about: "A condition is true or false. Compare: x > 0, x != '', x.size() > 0.",
    wrong: script("if: inputs.count", typed),
    right: script("if: inputs.count > 0", typed),
  },
  E217: {
    title: "step without output",
    about: "Only a step that declares a type under output: has an output; the text of every step is there without.",
    wrong: prompt("Review this: {{ steps.fetch.output }}"),
    right: prompt("Review this: {{ steps.fetch.text }}"),
  },
  E218: {
    title: "sections contain each other",
    about: "Sections are expanded when the file is loaded; that must come to an end.",
    wrong: `---\naiw: 1\n---\n## Style\nBe brief. {{ sections.style }}\n\n## Steps\n\n### Review\nReview it. {{ sections.style }}\n`,
    right: `---\naiw: 1\n---\n## Style\nBe brief.\n\n## Steps\n\n### Review\nReview it. {{ sections.style }}\n`,
  },
  E219: {
    title: "section that does not stand alone",
    about:
      "A section is text to be put in as it is: {{ sections.name }}. Two sections with the same name cannot be told apart.",
    wrong: `---\naiw: 1\n---\n## Style\nBe brief.\n\n## Steps\n\n### Review\nReview it. {{ sections.style.upper() }}\n`,
    right: `---\naiw: 1\n---\n## Style\nBe brief.\n\n## Steps\n\n### Review\nReview it. {{ sections.style }}\n`,
  },
  E220: {
    title: "step of a later section",
    about: "The steps of '## On failure' and '## Finally' run when those of '## Steps' are done.",
    wrong: steps("### Build\n{{ steps.tell.text }}\n\n## Finally\n\n### Tell\nTell them."),
    right: steps("### Build\nBuild it.\n\n## Finally\n\n### Tell\n{{ steps.build.text ?? 'nothing' }}"),
  },
  E221: {
    title: "result that this step never has",
    about:
      "A foreach has a result for each item, under items; other steps have no items. Sub-workflows and waits have no text.",
    wrong: steps("### Each\n'''yaml step\nforeach: [a, b]\n'''\nDo {{ item }}.\n\n### All\n{{ steps.each.text }}"),
    right: steps(
      "### Each\n'''yaml step\nforeach: [a, b]\n'''\nDo {{ item }}.\n\n### All\n{{ json(steps.each.items) }}",
    ),
  },
  E222: {
    title: "foreach over something else than a list",
    about: "foreach takes a list, an expression that gives a list, or a map of them.",
    wrong: steps("### Each\n'''yaml step\nforeach: inputs.tag\n'''\nDo {{ item }}.", typed),
    right: steps("### Each\n'''yaml step\nforeach: inputs.tag.split(',')\n'''\nDo {{ item }}.", typed),
  },
  E223: {
    title: "no time",
    about: "A wait until a time takes text in ISO 8601 or milliseconds since 1970.",
    wrong: steps("### Wait\n'''yaml step\nwait: { until: inputs.count > 1 }\n'''", typed),
    right: steps("### Wait\n'''yaml step\nwait: { until: now() }\n'''", typed),
  },
} as const satisfies Record<string, ProblemDoc>;
