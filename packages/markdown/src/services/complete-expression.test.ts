import { describe, expect, it } from "vitest";
import { completed, inFile, labels, typed } from "./__fixtures__/typed.js";

const review = `### Fetch
'''bash run
curl example.org
'''

### Review
'''yaml step
output: { score: integer, issues: [{ file: string, severity: low | high }] }
'''
Review it.

### Ship it
'''yaml step
use: ./ship.md
'''

`;

const front = "inputs: { base: string = main, files?: [string] }\nsecrets: [TOKEN]\nenv: { LEVEL: high }";
const prompt = (expression: string) => inFile(`${review}### Go\nLook: ${expression}\n\nAnd more.`, front);
const setting = (line: string) => inFile(`${review}### Go\n'''yaml step\n${line}\n'''\n'''bash run\nmake\n'''`, front);

describe("names", () => {
  it("offers what an expression may begin with, in braces that are open or closed", () => {
    for (const hole of ["{{‸", "{{ ‸", "{{ ‸ }}", "{{ in‸", "{{ 1 + ‸"]) {
      const found = labels(prompt(hole));
      expect(found, hole).toEqual(expect.arrayContaining(["inputs", "env", "run", "steps", "json", "size"]));
      expect(found, hole).not.toContain("secrets");
      expect(found, hole).not.toContain("error");
    }
  });

  it("offers secrets where they may stand", () => {
    expect(labels(setting('env: { A: "{{ ‸ }}" }'))).toContain("secrets");
    expect(labels(setting('env: { A: "{{ secrets.‸ }}" }'))).toEqual(["TOKEN"]);
    expect(labels(prompt("{{ secrets.‸ }}"))).toEqual([]);
  });

  it("offers the names of the place: of an attempt, of a loop, of what failed, of an event", () => {
    expect(labels(setting("fail-if: ‸"))).toEqual(expect.arrayContaining(["exit_code", "stderr", "status"]));
    const loop = "### Go\n'''yaml step\nforeach: inputs.files ?? []\nas: file\n'''\nLook at {{ ‸ }}.";
    expect(labels(inFile(loop))).toContain("file");
    expect(labels(`${inFile("### Go\nGo.")}\n## Finally\n\n### Tell\nIt was {{ ‸ }}.\n`)).toContain("error");
    expect(labels(inFile("### Go\nGo.", "on: { webhook: { path: /x, if: ‸ } }"))).toContain("event");
    expect(labels(inFile("### Go\nGo.", "on: { webhook: { path: /x, if: event.‸ } }"))).toEqual(
      expect.arrayContaining(["body", "headers"]),
    );
  });

  it("offers nothing where an operator has to come first", () => {
    expect(labels(prompt("{{ inputs.base ‸ }}"))).toEqual([]);
    expect(labels(prompt("{{ size(inputs.base)‸ }}"))).toEqual([]);
  });
});

describe("fields", () => {
  it("offers inputs, variables, the run and sections", () => {
    expect(labels(prompt("{{ inputs.‸ }}"))).toEqual(["base", "files"]);
    expect(labels(prompt("{{ env.‸ }}"))).toEqual(["LEVEL"]);
    expect(labels(prompt("{{ run.‸"))).toEqual(expect.arrayContaining(["id", "trigger"]));
    const text = inFile("### Go\nAs in {{ sections.‸ }}.").replace("## Steps", "## House style\nShort.\n\n## Steps");
    expect(labels(text)).toEqual(["house_style"]);
  });

  it("offers steps that are done by then", () => {
    expect(labels(prompt("{{ steps.‸"))).toEqual(["fetch", "review", "ship_it"]);
    expect(labels(inFile(`${review}### Go\n'''yaml step\nneeds: fetch\n'''\nLook: {{ steps.‸ }}`))).toEqual(["fetch"]);
    expect(labels(setting("if: steps.‸"))).toEqual(["fetch", "review", "ship_it"]);
  });

  it("offers what a step has", () => {
    const script = labels(prompt("{{ steps.fetch.‸ }}"));
    expect(script).toEqual(expect.arrayContaining(["text", "status", "duration_ms"]));
    expect(script).not.toContain("output");
    expect(script).not.toContain("items");
    expect(labels(prompt("{{ steps.ship_it.‸ }}"))).not.toContain("text");
    expect(labels(prompt("{{ steps.review.output.‸ }}"))).toEqual(expect.arrayContaining(["score", "issues"]));
  });

  it("tells the type of a field", () => {
    const { analysis, offset } = typed(prompt("{{ steps.review.output.‸ }}"));
    expect(analysis.completionsAt(offset).find(({ label }) => label === "score")?.detail).toBe("integer");
  });

  it("offers the methods of the type, behind calls and indexes too", () => {
    expect(labels(prompt("{{ inputs.base.‸ }}"))).toEqual(expect.arrayContaining(["trim", "split"]));
    expect(labels(prompt("{{ inputs.base.‸ }}"))).not.toContain("join");
    expect(labels(prompt("{{ inputs.base.split(',').‸ }}"))).toEqual(
      expect.arrayContaining(["join", "filter", "exists"]),
    );
    expect(labels(prompt("{{ steps.review.output.issues[0].‸ }}"))).toEqual(
      expect.arrayContaining(["file", "severity"]),
    );
  });

  it("knows the variable of a macro", () => {
    const found = labels(prompt("{{ steps.review.output.issues.filter(issue, issue.‸ }}"));
    expect(found).toEqual(expect.arrayContaining(["file", "severity"]));
    expect(labels(prompt("{{ steps.review.output.issues.map(issue, ‸"))).toContain("issue");
  });

  it("offers the values that something is compared with", () => {
    expect(labels(setting("if: steps.fetch.status == ‸"))).toEqual(expect.arrayContaining(["'completed'", "'failed'"]));
    expect(completed(setting("if: steps.fetch.status == 'com‸"), "'completed'")).toContain("== 'completed'\n");
  });

  it("replaces the word around the cursor and nothing else", () => {
    expect(completed(prompt("{{ steps.fet‸ch.text }}"), "review")).toContain("{{ steps.review.text }}");
    expect(completed(setting('env: { A: "{{ inputs.ba‸ }}" }'), "base")).toContain('"{{ inputs.base }}"');
  });
});

describe("broken files", () => {
  it("offers steps while other expressions and settings are broken", () => {
    const broken = inFile(
      `${review}### Half\n'''yaml step\nneeds: [\nif: steps.\n'''\nA {{ steps.nosuch. and {{ 1 +\n\n### Go\nLook: {{ steps.‸`,
    );
    expect(labels(broken)).toEqual(expect.arrayContaining(["fetch", "review"]));
  });

  it("offers names in quotes that are not closed", () => {
    expect(labels(setting('env: { A: "{{ inputs.‸'))).toEqual(["base", "files"]);
  });
});
