import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject, type Project } from "../support/cli.js";

let project: Project;
beforeEach(() => {
  project = createProject("aiw-check-");
});
afterEach(() => project.remove());

/** Each mistake stands between marks with its code: the test takes them out and knows where it stood. */
const marked = `---
aiw: 1
inputs: { base: string = main, count: «E120:intger» }
secrets: [TOKEN]
timeout: «E114:20»
«E110:agnet»: claude
outputs: { score: steps.«E211:reviev».output.score }
---
# Fifteen mistakes

## Steps

### Fetch
\`\`\`yaml step
env: { BASE: "{{ inputs.«E201:bse» }}" }
\`\`\`
\`\`\`bash run
git diff "«E215:{{ inputs.base }}»"
\`\`\`

### Review
\`\`\`yaml step
needs: [fetch, «E033:lint»]
output: { score: integer }
\`\`\`
Ünïcode 翻訳 and the key {{ «E214:secrets.TOKEN» }}.

### «E031:Review»
Once more, {{ «E203:sizeof»(inputs.base) }}.

### Loop one
\`\`\`yaml step
needs: «E032:loop_two»
\`\`\`
First «E207:{{» inputs.base

### Loop two
\`\`\`yaml step
needs: loop_one
«E111:with»: { by: [me] }
\`\`\`
Second.

### Settings
\`\`\`«E015:yaml»
timeout: 5m
\`\`\`
Third.

«E011:###Forgotten»
Text.
`;

interface Place {
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

function takeMarks(text: string): { readonly clean: string; readonly places: readonly Place[] } {
  const places: Place[] = [];
  const lines = text.split("\n").map((line, index) => {
    let clean = line;
    for (let mark = find(clean); mark !== null; mark = find(clean)) {
      const [all, code = "", words = ""] = mark;
      places.push({ code, line: index + 1, column: mark.index + 1, endColumn: mark.index + 1 + words.length });
      clean = clean.replace(all, () => words);
    }
    return clean;
  });
  return { clean: lines.join("\n"), places };
}

function find(line: string): RegExpExecArray | null {
  return /«(E\d+):(.*?)»/.exec(line);
}

describe("a file with 15 different mistakes", () => {
  const { clean, places } = takeMarks(marked);

  it("has 15 different ones", () => {
    expect(new Set(places.map(({ code }) => code)).size).toBe(15);
  });

  it("gives all 15 with code, line and column as JSON, and nothing else", async () => {
    project.write("many.md", clean);
    const { code, stdout, stderr } = await project.aiw(["check", "many.md", "--json"]);
    expect(code).toBe(2);
    expect(stderr).toBe("");
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    const { problems } = JSON.parse(stdout);
    const found = problems.map(({ code: name, line, column, endColumn }: Place) => ({
      code: name,
      line,
      column,
      endColumn,
    }));
    expect(found).toEqual(places);
    for (const problem of problems) {
      expect(problem).toMatchObject({
        severity: "error",
        file: "many.md",
        message: expect.any(String),
        help: expect.any(String),
      });
    }
  });

  it("gives all 15 as text, each with its frame and its help", async () => {
    project.write("many.md", clean);
    const { code, stdout } = await project.aiw(["check", "many.md"]);
    expect(code).toBe(2);
    const lines = stdout.split("\n");
    for (const { code: name, line, column } of places) {
      const head = lines.findIndex(
        (text, index) =>
          text.startsWith(`error[${name}]`) && (lines[index + 1] ?? "").endsWith(`many.md:${line}:${column}`),
      );
      expect(head, `${name} at ${line}:${column}`).toBeGreaterThanOrEqual(0);
      expect(lines[head + 2]).toContain(`${line} │`);
      expect(lines[head + 3]).toContain("^");
      expect(lines[head + 4]).toContain("╰─ help: ");
    }
    expect(stdout).toMatch(/✖ 1 file, 15 errors\n$/);
    expect(stdout).not.toContain("\u001b");
  });
});

describe("aiw check", () => {
  const good = "---\naiw: 1\n---\n# Good\n\n## Steps\n\n### Say\n```sh run\necho hi\n```\n";

  it("takes files and bundles in one call and makes no state", async () => {
    project.write("a.md", good);
    mkdirSync(join(project.folder, "bundle", "tools"), { recursive: true });
    project.write("bundle/workflow.md", good.replace("```sh run\necho hi\n```", "```yaml step\ntool: hi\n```"));
    project.write("bundle/tools/hi.sh", "#!/bin/sh\necho hi\n");
    const { code, stdout, stderr } = await project.aiw(["check", "a.md", "bundle"], {
      env: { AIW_HOME: join(project.folder, "none") },
    });
    expect([code, stdout, stderr]).toEqual([0, "✔ 2 files, no problems\n", ""]);
  });

  it("cannot be steered by a hostile file or its name", async () => {
    const name = "a\u001b]0;owned\u0007\u202ecod.md";
    project.write(
      name,
      good
        .replace("# Good", "# G\u001b[2J")
        .replace("### Say", "### Say\u009b31m\n```yaml step\n\u001b[2Jx: \u001b[31m1\n```"),
    );
    const { code, stdout, stderr } = await project.aiw(["check", name, "missing\u001b[2J.md"]);
    expect(code).toBe(2);
    expect((stdout + stderr).replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });

  it("needs a file, and says so", async () => {
    const { code, stderr } = await project.aiw(["check"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^help: /m);
  });
});
