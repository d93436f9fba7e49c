import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { LoadOptions } from "../load-options.js";
import { loadWorkflowText } from "../load-text.js";
import { toByteRange } from "../structure/source-map.js";
import { loadFlowYaml } from "./load.js";

/** Loads a text whose mistakes are marked: `«E201»wrong«»` covers the range; an empty mark is a point. */
function problemsOf(marked: string, options: Partial<LoadOptions> = {}) {
  const expected: { code: string; start: number; end: number }[] = [];
  let text = "";
  let from = 0;
  for (const match of marked.matchAll(/«(?:([EW]\d{3}))?»/g)) {
    text += marked.slice(from, match.index);
    from = match.index + match[0].length;
    const [, code] = match;
    if (code !== undefined) expected.push({ code, start: text.length, end: -1 });
    else {
      const open = expected.findLast(({ end }) => end === -1);
      if (open !== undefined) open.end = text.length;
    }
  }
  text += marked.slice(from);
  const { problems, workflow } = loadFlowYaml(text, { file: "review.flow.yaml", ...options });
  const lines = text.split("\n");
  const offset = (line: number, column: number) =>
    lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0) + column - 1;
  const found = problems.map(({ code, line, column, endLine, endColumn }) => ({
    code,
    start: offset(line, column),
    end: offset(endLine, endColumn),
  }));
  return { expected, found, problems, workflow };
}

const wrong: Readonly<Record<string, string>> = {
  "an expression on the third line of a block text": `aiw: 1
inputs: { base: string }
steps:
  - title: Review
    prompt: |
      Read the diff.

      It begins at {{ inputs.«E201»bse«» }}.
`,
  "expressions in a folded text": `aiw: 1
steps:
  - title: Review
    prompt: >-

      Read the diff
      of {{ «E202»input«».base }}
        and {{ 1 +«E200» «»}} too,

      then {{ steps.«E211»fetch«».text }}.
`,
  "an expression in a text with quotes and escapes": `aiw: 1
steps:
  - title: Review
    prompt: "Read \\"this\\" of \\u0041
      and {{ «E202»input«».base }}."
`,
  "expressions in plain text": `aiw: 1
steps:
  - title: Review
    prompt: Read {{ «E202»input«».base }} and
      then {{ «E202»outputs«».x }}.
`,
  "instructions and sections": `aiw: 1
instructions: |
  Be {{ sections.«E201»stile«» }}.
sections:
  style: "plain {{ «E202»steps«».a }}"
  «E115»my-style«»: x
steps:
  - title: Review
    prompt: "{{ sections.style }}"
`,
  "an expression in a script": `aiw: 1
inputs: { base: string }
steps:
  - title: Fetch
    run:
      lang: python
      script: |
        import os
        print("«E215»{{ inputs.base }}«»")
`,
  "keys that are none": `aiw: 1
«E110»titel«»: Review
«E110»tasks«»: []
steps:
  - title: Review
    «E110»promt«»: Review it.
  - title: Look
    «E110»script«»: ls
  - title: Undo
    run: { lang: sh, script: ls, «E110»shell«»: x }
    undo: { «E110»id«»: a, «E110»title«»: b, prompt: Undo it. }
`,
  "steps without a name": `aiw: 1
steps:
  - «E030»p«»rompt: Review it.
  - title: «E030»"..."«»
    prompt: Review it.
  - id: «E030»9a«»
    prompt: Review it.
  - title: «E112»""«»
    id: b
    prompt: Review it.
  - title: «E112»"a\\nb"«»
    id: c
    prompt: Review it.
`,
  "ids twice": `aiw: 1
steps:
  - title: Review it
    prompt: Review it.
  - id: «E031»review_it«»
    prompt: Review it.
`,
  "two kinds, and a prompt that nobody reads": `aiw: 1
steps:
  - title: A
    run: { lang: sh, script: ls }
    «E016»tool«»: chat
  - title: B
    run: { lang: sh, script: ls }
    «E111»prompt«»: List the files.
  - title: C
    wait: { for: 1m }
    «E111»prompt«»: Wait.
`,
  "steps that do nothing": `aiw: 1
steps:
  - title: «E017»A«»
  - id: «E017»b«»
    prompt: "  "
  - title: «E017»C«»
    approval: {}
  - title: D
    prompt: Do it.
    «E017»undo«»: { timeout: 1m }
`,
  "texts that are none": `aiw: 1
instructions: «E112»[a]«»
steps:
  - title: A
    prompt: «E112»4«»
  - title: B
    prompt: «E112»{ a: b }«»
  - title: C
    «E105»prompt«»:
  - title: D
    prompt: «E107»{{ run.id }}«»
  - title: E
    prompt: Fix issue «E106»#3 now«»
  - title: F
    run: { lang: «E113»ruby«», script: «E112»3«» }
  - title: G
    run: «E112»ls«»
  - title: H
    run: «E112»{ }«»
  - title: I
    run: { lang: sh, script: ls }
    undo: «E112»ls«»
`,
  "sections of steps that are none": `aiw: 1
steps: «E112»3«»
on-failure: «E112»{ a: b }«»
«E105»finally«»:
`,
  "items that are no steps": `aiw: 1
steps:
  - «E112»Review it.«»
  - title: Review
    prompt: Review it.
on-failure:
  - «E112»[a]«»
`,
  "no steps": `«E005»a«»iw: 1
«E005»finally«»: []
`,
  "order, and what sections may have": `aiw: 1
steps:
  - title: A
    needs: [«E033»z«»]
    prompt: "{{ «E212»steps.b.text«» }}"
  - title: B
    prompt: Do it.
on-failure:
  - title: C
    «E034»needs«»: a
    prompt: Do it.
    «E023»undo«»: { prompt: Undo it. }
finally:
  - title: D
    «E024»approval«»: {}
    prompt: Well?
`,
  "broken YAML": `aiw: 1
steps:
  - title: A
    prompt: «E100»R«»ead this: a
  - title: B
    prompt: "{{ run.«E201»idd«» }}"
`,
};

describe("a workflow in YAML with mistakes", () => {
  it.each(Object.entries(wrong))("has each at its place: %s", (_name, text) => {
    const { expected, found, problems } = problemsOf(text);
    expect(found, JSON.stringify(problems, null, 1)).toEqual(expected);
  });

  it.each(Object.entries(wrong))("is told so in words of YAML: %s", (_name, text) => {
    for (const { message, help = "" } of problemsOf(text).problems)
      expect(`${message} ${help}`).not.toMatch(/##|fence|heading|front matter|```/);
  });

  it.each([
    "steps: []\n",
    "services: { web: { image: x } }\n",
    "- a\n",
    "a: [\n",
    "",
    "# aiw: 1\n",
    "meta:\n  aiw: 1\n",
  ])("is no workflow without its mark, and nothing else is said of it: %j", (text) => {
    const { problems, workflow } = loadFlowYaml(text, { file: "compose.yaml" });
    expect(problems.map(({ code, line, column }) => `${code} ${line}:${column}`)).toEqual(["E025 1:1"]);
    expect(workflow).toBeUndefined();
  });

  it("finds its mark wherever it stands at the top", () => {
    const steps = "steps: [{ title: A, prompt: Do it. }]\n";
    for (const text of [`${steps}aiw: 1\n`, `---\n# x\n"aiw": 1\n${steps}`, '{ "on": {"manual": {}}, "aiw": 1 }'])
      expect(loadFlowYaml(text, { file: "a.yaml" }).problems.map(({ code }) => code)).not.toContain("E025");
  });

  it("has the version of the language that there is", () => {
    const { problems } = loadFlowYaml("aiw: 2\nsteps: [{ title: A, prompt: Do it. }]\n", { file: "a.yaml" });
    expect(problems.map(({ code }) => code)).toEqual(["E019"]);
  });

  it("has at most 1 MiB, and 40,000 marks outside of its texts", () => {
    const codes = (text: string) => loadFlowYaml(text, { file: "a.yaml" }).problems.map(({ code }) => code);
    const step = "aiw: 1\nsteps:\n  - title: A\n    prompt: |\n";
    expect(codes(`${step}${"      a, b: [c]\n".repeat(60_000)}`)).toEqual([]);
    expect(codes(`${step}${"      a, b: [c]\n".repeat(90_000)}`)).toEqual(["E001"]);
    expect(codes(`${step}      x\n    with: [${"1,".repeat(41_000)}1]\n`)).toEqual(["E004"]);
    expect(codes(`${step}      \u0000\n`)).toEqual(["E002"]);
  });

  it("has at most 2,000 steps", () => {
    const text = `aiw: 1\nsteps:\n${Array.from({ length: 2_001 }, (_, at) => `  - { id: s${at}, prompt: x }\n`).join("")}`;
    const { problems } = loadFlowYaml(text, { file: "a.yaml" });
    expect(problems.map(({ code, line }) => `${code} ${line}`)).toEqual(["E020 2003"]);
  });
});

describe("the model of a workflow in YAML", () => {
  const load = (text: string, file = "flows/review.flow.yaml") => {
    const { workflow, problems, source } = loadWorkflowText(text, { file });
    expect(problems).toEqual([]);
    if (workflow === undefined) throw new Error("it does not load");
    return { workflow, source };
  };

  it("is named after its file where it has no name", () => {
    const text = "aiw: 1\nsteps: [{ title: A, prompt: Do it. }]\n";
    expect(load(text).workflow.name).toBe("review");
    expect(load(text, "a/Nightly.YML").workflow.name).toBe("Nightly");
  });

  it("gives steps the id of their title, or the title of their id", () => {
    const text = `aiw: 1
steps:
  - { title: "2. Collect the diff", prompt: Do it. }
  - { id: look_at, prompt: Do it. }
  - { title: Look again, id: again, prompt: Do it. }
`;
    const { steps } = load(text).workflow;
    expect(steps.map(({ id, title, at }) => [id, title, at?.line, at?.column])).toEqual([
      ["collect_the_diff", "2. Collect the diff", 3, 14],
      ["look_at", "look_at", 4, 11],
      ["again", "Look again", 5, 14],
    ]);
  });

  it("trims texts as prose is trimmed, and ends scripts with a line end", () => {
    const text = `aiw: 1
instructions: ""
steps:
  - { title: A, prompt: "\\n \\n  Do it.\\n\\n  Now. \\n" }
  - { title: B, run: { lang: sh, script: ls } }
  - { title: C, run: { lang: sh, script: "ls\\r\\ncd\\n\\n" } }
  - { title: D, run: { lang: sh, script: "" } }
`;
    const { workflow } = load(text);
    expect(workflow.instructions).toBeUndefined();
    expect(workflow.steps).toMatchObject([
      { prompt: ["  Do it.\n\n  Now."] },
      { script: "ls\n" },
      { script: "ls\ncd\n\n" },
      { script: "" },
    ]);
  });

  it("knows where everything stands", () => {
    const text = `aiw: 1
sections: { style: plain }
steps:
  - title: Publish
    timeout: 1m
    run: { lang: sh, script: make }
    undo:
      prompt: Take it back.
`;
    const { entries } = load(text).source;
    const at = (kind: string, ...path: readonly (string | number)[]) => {
      const entry = entries.find((each) => each.kind === kind && each.path.join(".") === path.join("."));
      if (entry === undefined) return undefined;
      const { start, end } = toByteRange(text, entry);
      return text.slice(start, end).trimEnd();
    };
    expect(at("value", "front", "sections", "style")).toBe("plain");
    expect(at("value", "steps", "publish", "timeout")).toBe("1m");
    expect(at("key", "steps", "publish", "undo", "prompt")).toBe("prompt");
    expect(at("script", "steps", "publish")).toBe("make");
    expect(at("prose", "steps", "publish", "undo")).toBe("Take it back.");
    expect(at("step", "steps", "publish")).toMatch(/^title: Publish[\s\S]*Take it back\.$/);
    expect(at("undo", "steps", "publish", "undo")).toBe("prompt: Take it back.");
    const paths = entries.map(({ kind, path }) => `${kind} ${path.join(".")}`);
    expect(new Set(paths).size).toBe(paths.length);
  });
});

describe("the form of a workflow", () => {
  it("is shown by the example of the README, which has no problem", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    const [, example = ""] = /^```yaml\n(aiw: 1\n[\s\S]*?)^```$/m.exec(readme) ?? [];
    expect(loadFlowYaml(example, { file: "review.flow.yaml" }).problems).toEqual([]);
  });

  it("is the one that the name of its file says", () => {
    const yaml = "aiw: 1\nsteps: [{ title: A, prompt: Do it. }]\n";
    const steps = (file: string) => loadWorkflowText(yaml, { file }).workflow?.steps.map(({ id }) => id);
    for (const file of ["a.yaml", "A.FLOW.YML", "b.flow.yaml"]) expect(steps(file)).toEqual(["a"]);
    // In Markdown this is a prompt.
    for (const file of ["a.md", "yaml", "a.txt"]) expect(steps(file)).toEqual(["prompt"]);
  });
});
