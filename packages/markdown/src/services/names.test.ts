import { isAiwError } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { analyze } from "../index.js";
import { inFile, typed } from "./__fixtures__/typed.js";

const front = `inputs: { base: string = main, "top?": integer }
secrets: [TOKEN]
env: { LEVEL: high }
outputs: { score: steps.review.output.score }
on: { webhook: { path: /x, secret: TOKEN, inputs: { base: "{{ event.body.ref }}" } } }`;

const file = inFile(
  `### Fetch
'''yaml step
env: { BASE: "{{ inputs.base }}", KEY: "{{ secrets.TOKEN }}" }
'''
'''bash run
curl example.org
'''

### Review
'''yaml step
needs: [fetch]
foreach: inputs.base.split(',')
as: part
output: { score: integer }
'''
In {{ sections.style }} for {{ part }} at {{ env.LEVEL }}: {{ steps.fetch.text }}.

### Plan
'''yaml step
output: { score: integer }
repeat: { until: output.score > 3, max: 3 }
'''
Plan {{ steps['fetch'].text }}.

### Again
'''yaml step
session: plan
use: ./child.md
'''
Again.`,
  front,
).replace("## Steps", "## Style\nBe short, {{ inputs.base }}.\n\n## Steps");

/** The lines that the places stand in, in order. */
function linesOf(text: string, places: readonly { readonly start: number; readonly end: number }[]) {
  return places.map(({ start, end }) => {
    const line = text.slice(0, start).split("\n").length;
    return `${line}:${text.slice(start, end)}`;
  });
}

function definition(marked: string): string | undefined {
  const { analysis, offset, text } = typed(marked);
  const found = analysis.definitionAt(offset);
  if (found === undefined) return undefined;
  return "file" in found ? found.file : linesOf(text, [found.range])[0];
}

const at = (part: string, marked: string) => file.replace(part, marked);
const lineOf = (text: string) => file.slice(0, file.indexOf(text)).split("\n").length;

describe("definitionAt", () => {
  it("goes to steps, from settings and from expressions", () => {
    expect(definition(at("needs: [fetch]", "needs: [fe‸tch]"))).toBe(`${lineOf("### Fetch")}:Fetch`);
    expect(definition(at("steps.fetch.text", "steps.fe‸tch.text"))).toBe(`${lineOf("### Fetch")}:Fetch`);
    expect(definition(at("steps['fetch']", "steps['fe‸tch']"))).toBe(`${lineOf("### Fetch")}:Fetch`);
    expect(definition(at("session: plan", "session: pl‸an"))).toBe(`${lineOf("### Plan")}:Plan`);
  });

  it("goes to inputs, secrets, variables and sections", () => {
    expect(definition(at("{{ inputs.base }}", "{{ inputs.ba‸se }}"))).toBe("3:base");
    expect(definition(at("secrets.TOKEN", "secrets.TO‸KEN"))).toBe("4:TOKEN");
    expect(definition(at("secret: TOKEN", "secret: TO‸KEN"))).toBe("4:TOKEN");
    expect(definition(at("env.LEVEL", "env.LE‸VEL"))).toBe("5:LEVEL");
    expect(definition(at("sections.style", "sections.sty‸le"))).toBe(`${lineOf("## Style")}:Style`);
  });

  it("goes to the variable of a loop and to the file of a sub-workflow", () => {
    expect(definition(at("{{ part }}", "{{ pa‸rt }}"))).toBe(`${lineOf("as: part")}:part`);
    expect(definition(at("./child.md", "./chi‸ld.md"))).toBe("./child.md");
  });

  it("goes nowhere from prose and from names of nothing", () => {
    expect(definition(at("Again.", "Aga‸in."))).toBeUndefined();
    expect(definition(at("steps.fetch.text", "steps.nos‸uch.text"))).toBeUndefined();
  });
});

describe("referencesAt", () => {
  it("finds every place, from any of them", () => {
    for (const marked of [at("### Fetch", "### Fe‸tch"), at("needs: [fetch]", "needs: [f‸etch]")]) {
      const { analysis, offset, text } = typed(marked);
      expect(linesOf(text, analysis.referencesAt(offset))).toEqual([
        `${lineOf("### Fetch")}:Fetch`,
        `${lineOf("needs: [fetch]")}:fetch`,
        `${lineOf("steps.fetch.text")}:fetch`,
        `${lineOf("steps['fetch']")}:fetch`,
      ]);
    }
  });

  it("finds names in expressions that are not finished", () => {
    const { analysis, offset } = typed(at("Plan {{", "{{ steps.fetch. and {{ 1 + steps.fet‸ch {{"));
    expect(analysis.referencesAt(offset)).toHaveLength(6);
  });
});

describe("renameAt", () => {
  it("renames a step with all that names it, from a reference by its id", () => {
    const { analysis, offset, text } = typed(at("needs: [fetch]", "needs: [fe‸tch]"));
    expect(analysis.renameTargetAt(offset)?.placeholder).toBe("fetch");
    const renamed = analysis.renameAt(offset, "collect");
    expect(renamed.text).toContain("needs: [collect]");
    expect(renamed.text).toContain("steps['collect'].text");
    expect(renamed.text).toContain("id: collect");
    expect(analyze(renamed.text, { file: "flow.md" }).problems.map(({ code }) => code)).toEqual(
      analyze(text, { file: "flow.md" }).problems.map(({ code }) => code),
    );
  });

  it("renames a step from its heading by its title", () => {
    const { analysis, offset } = typed(at("### Fetch", "### Fe‸tch"));
    expect(analysis.renameTargetAt(offset)?.placeholder).toBe("Fetch");
    const { text } = analysis.renameAt(offset, "Collect the pages");
    expect(text).toContain("### Collect the pages");
    expect(text).toContain("steps.collect_the_pages.text");
    expect(text).not.toContain("id:");
  });

  it("renames an input in the front matter, in triggers and in expressions", () => {
    const { analysis, offset } = typed(at("Be short, {{ inputs.base }}", "Be short, {{ inputs.ba‸se }}"));
    const { text, changes } = analysis.renameAt(offset, "branch");
    expect(changes).toHaveLength(5);
    expect(text).toContain("inputs: { branch: string = main");
    expect(text).toContain('inputs: { branch: "{{ event');
    expect(text).toContain("foreach: inputs.branch.split");
    expect(text).not.toContain("inputs.base");
  });

  it("keeps the mark of an input that may be missing", () => {
    const { analysis, offset } = typed(at('"top?"', '"to‸p?"'));
    expect(analysis.renameAt(offset, "limit").text).toContain('"limit?": integer');
  });

  it.each([
    ["needs: [fe‸tch]", "needs: [fetch]", "not an id"],
    ["needs: [fe‸tch]", "needs: [fetch]", "plan"],
    ["inputs.ba‸se }}", "inputs.base }}", "top"],
    ["inputs.ba‸se }}", "inputs.base }}", "no-name"],
    ["{{ env.LE‸VEL", "{{ env.LEVEL", "OTHER"],
  ])("refuses to rename at %s to what cannot be", (marked, part, name) => {
    const { analysis, offset } = typed(at(part, marked));
    const rename = () => analysis.renameAt(offset, name);
    expect(rename).toThrow();
    try {
      rename();
    } catch (error) {
      expect(isAiwError(error, "patch_failed")).toBe(true);
    }
  });
});
