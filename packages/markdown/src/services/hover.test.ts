import { describe, expect, it } from "vitest";
import { inFile, type TypedOptions, typed } from "./__fixtures__/typed.js";

const steps = `### Fetch
'''bash run
curl example.org
'''

### Review
'''yaml step
needs: fetch
if: inputs.base != 'main'
output: { score: integer, issues: [{ file: string }] }
on-error: continue
'''
Review {{ steps.fetch.text }}.

### Go
'''yaml step
needs: [fetch, review]
'''
`;

function hover(marked: string, options?: TypedOptions): string | undefined {
  const { analysis, offset } = typed(marked, options);
  return analysis.hoverAt(offset)?.markdown;
}

const prompt = (text: string) => inFile(`${steps}${text}`);

describe("steps", () => {
  it("tells kind, waits and results, wherever a step is named", () => {
    for (const file of [
      prompt("See {{ steps.re‸view.status }}."),
      prompt("See.").replace("review]", "rev‸iew]"),
      prompt("See.").replace("### Review", "### Rev‸iew"),
    ]) {
      const text = hover(file) ?? "";
      expect(text).toContain("**review** · agent step, if `inputs.base != 'main'`");
      expect(text).toContain("waits for `fetch`");
      expect(text).toContain("`output`: `{ score, issues }`");
      expect(text).toContain("may be null");
    }
  });
});

describe("expressions", () => {
  it("tells the type of what is read", () => {
    expect(hover(prompt("{{ inputs.ba‸se }}"))).toContain("inputs.base: string");
    expect(hover(prompt("{{ inputs.fil‸es }}"))).toContain("inputs.files: [string] or null");
    expect(hover(prompt("{{ steps.fetch.te‸xt }}"))).toContain("steps.fetch.text: string");
    expect(hover(prompt("{{ steps.review.output.iss‸ues }}"))).toContain("[{ file }]");
  });

  it("warns of null, unless the condition of the step rules it out", () => {
    expect(hover(prompt("{{ steps.review.out‸put }}"))).toContain("`??`");
    const guarded = prompt("{{ steps.review.out‸put }}").replace(
      "needs: [fetch, review]",
      "if: steps.review.output != null",
    );
    expect(hover(guarded)).not.toContain("`??`");
  });

  it("knows variables, functions, methods and macros", () => {
    expect(hover(prompt("{{ (inputs.files ?? []).map(file, fi‸le.size()) }}"))).toContain("file: string");
    expect(hover(prompt("{{ js‸on(inputs.base) }}"))).toContain("json(value)");
    expect(hover(prompt("{{ inputs.base.tr‸im() }}"))).toContain("white space");
    expect(hover(prompt("{{ (inputs.files ?? []).ex‸ists(x, x == '') }}"))).toContain("list.exists");
  });

  it("works in expressions and files that are not finished", () => {
    expect(hover(prompt("{{ inputs.ba‸se + "))).toContain("inputs.base: string");
    expect(hover(prompt("{{ 1 + }} {{ steps.fetch.te‸xt"))).toContain("string");
  });
});

describe("settings", () => {
  it("tells what a key means, with an example", () => {
    expect(hover(prompt("Go.").replace("on-error", "on-er‸ror"))).toContain("```yaml\non-error: continue\n```");
    expect(hover(inFile("### Go\n'''yaml step\nretry: { atte‸mpts: 2 }\n'''\nGo."))).toContain("**attempts**");
    expect(hover(inFile("### Go\nGo.", "on:\n  - schedule:\n      cr‸on: '0 7 * * *'"))).toContain("**cron**");
    expect(hover(inFile("### Go\nGo.").replace("aiw: 1", "ai‸w: 1"))).toContain("marks the file as a workflow");
  });

  it("tells what an operation takes and gives", () => {
    const post = {
      name: "post",
      parameters: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
    };
    const tools = [{ name: "chat", operations: [post, { name: "read" }] }];
    const text = hover(inFile("### Go\n'''yaml step\ntool: chat.po‸st\nwith: { text: a }\n'''"), { tools });
    expect(text).toContain("with: { text }");
  });

  it("says nothing of prose, of scripts and of files that are no workflows", () => {
    expect(hover(prompt("Just pro‸se."))).toBeUndefined();
    expect(hover(inFile("### Go\n'''bash run\nma‸ke\n'''"))).toBeUndefined();
    expect(hover("# No‸tes\n\nAbout {{ inputs.base }}.\n")).toBeUndefined();
  });
});
