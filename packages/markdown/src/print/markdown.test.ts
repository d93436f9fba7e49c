import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type AgentStep, isAiwError, type Step, type TextTemplate, type Workflow, workflowHash } from "@aiw/core";
import { text, workflow } from "@aiw/core/builder";
import { describe, expect, it } from "vitest";
import { formatWorkflow } from "../format/format.js";
import { loadMarkdown } from "../load.js";
import { loadWorkflowText } from "../load-text.js";
import { toMarkdown } from "./markdown.js";
import { toYaml } from "./yaml.js";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

function load(body: string, file = "x.md"): Workflow {
  const { workflow: loaded, problems } = loadWorkflowText(body, { file });
  if (loaded === undefined) throw new Error(`${JSON.stringify(problems, null, 1)}\n${body}`);
  return loaded;
}

/** A workflow of one prompt. */
function prompt(parts: TextTemplate, more: Partial<AgentStep> = {}): Workflow {
  const { workflow: base } = workflow("w").step("a", { prompt: "a" }).build();
  const step = { ...base.steps[0], prompt: parts, ...more } as Step;
  return { ...base, steps: [step] };
}

/** The prompt as it stands in the file. */
function printed(parts: TextTemplate): string {
  const body = toMarkdown(prompt(parts));
  expect(load(body).steps[0]).toMatchObject({ prompt: parts });
  expect(load(toYaml(prompt(parts)), "x.yaml").steps[0]).toMatchObject({ prompt: parts });
  return body.slice(body.indexOf("### a\n") + 6, -1);
}

function faultOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (isAiwError(error, "not_expressible")) return error.message;
    throw error;
  }
  throw new Error("it was printed");
}

describe("workflows of this repository", () => {
  const folders = ["examples", "packages/markdown/src/__fixtures__"];
  const files = folders
    .flatMap((folder) =>
      readdirSync(root + folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
    )
    .filter((file) => file.endsWith(".md") && !file.includes("node_modules"))
    .map((file) => ({ file, loaded: loadMarkdown(readFileSync(root + file, "utf8"), { file }).workflow }))
    .flatMap(({ file, loaded }) => (loaded === undefined ? [] : [{ file, loaded }]));

  it("are there", () => {
    expect(files.length).toBeGreaterThanOrEqual(8);
  });

  it.each(files)("are the same when they are printed and loaded again: $file", ({ file, loaded }) => {
    const markdown = toMarkdown(loaded);
    expect(workflowHash(load(markdown))).toBe(workflowHash(loaded));
    expect(toMarkdown(load(markdown))).toBe(markdown);
    expect(formatWorkflow(markdown, { file }).text).toBe(markdown);
    expect(workflowHash(load(toYaml(loaded), "x.flow.yaml"))).toBe(workflowHash(loaded));
  });
});

describe("prompts", () => {
  it("keep the headings that would be structure, and all others as they are", () => {
    expect(printed(["# One\n## Two\n### Three\n#### Four\n#### Undo\n##Five"])).toBe(
      "{{ '#' }} One\n{{ '#' }}# Two\n{{ '#' }}## Three\n#### Four\n{{ '#' }}### Undo\n{{ '#' }}#Five",
    );
  });

  it("keep fences, and those with a role too", () => {
    expect(printed(["```js\nx\n```\n\n```md raw\n{{ x }}\n```"])).toBe("```js\nx\n```\n\n```md raw\n{{ x }}\n```");
    expect(printed(["```bash run\nls\n```"])).toBe("{{ '`' }}``bash run\nls\n{{ '`' }}``");
    expect(printed(["```md raw\n", { expr: "run.id" }, "\n```"])).toBe("{{ '`' }}``md raw\n{{ run.id }}\n{{ '`' }}``");
    expect(printed(["```yaml\nneeds: x\n```"])).toBe("{{ '`' }}``yaml\nneeds: x\n{{ '`' }}``");
  });

  it("keep braces and backslashes", () => {
    expect(printed(["{{ x }} \\{{ {{{ \\", { expr: "run.id" }, "}"])).toBe(
      "\\{{ x }} \\\\{{ \\{{{ {{ '\\\\' }}{{ run.id }}}",
    );
    expect(printed(["{{{\\", { expr: "run.id" }])).toBe("{{ '{{{\\\\' }}{{ run.id }}");
  });

  it("keep white space at their edges", () => {
    expect(printed(["\n  \n  x  \n"])).toBe("{{ '\\n  \\n' }}  x{{ '  \\n' }}");
  });

  it("keep open comments", () => {
    expect(printed(["a\n\n<!-- b"])).toBe("a\n\n{{ '<' }}!-- b");
  });
});

describe("fences of the printer", () => {
  it("are longer than any in what they hold", () => {
    const script = "cat <<X\n````\nX\n";
    const { workflow: built } = workflow("w")
      .step("a", { script: { lang: "bash", text: script } })
      .build();
    const body = toMarkdown(built);
    expect(body).toContain(`\`\`\`\`\`bash run\n${script}\`\`\`\`\`\n`);
    expect(workflowHash(load(body))).toBe(workflowHash(built));
  });
});

describe("names", () => {
  it.each(["a", "A title: with #marks", "ends with #", "#", "", "1. First", "Context"])("may be %j", (title) => {
    const named = prompt(["x"], { title });
    expect(workflowHash(load(toMarkdown(named)))).toBe(workflowHash(named));
    const body = { ...prompt(["x"]), name: title === "" ? "w" : title };
    expect(workflowHash(load(toMarkdown(body)))).toBe(workflowHash(body));
    expect(workflowHash(load(toYaml(body), "x.yml"))).toBe(workflowHash(body));
  });

  it.each(["Plain words.", "## With a heading", "{{ not expanded }}", "two\n\nparagraphs", "```bash run\nx\n```"])(
    "come with a description: %j",
    (description) => {
      const described = { ...prompt(["x"]), description };
      expect(workflowHash(load(toMarkdown(described)))).toBe(workflowHash(described));
      expect(workflowHash(load(toYaml(described), "x.yaml"))).toBe(workflowHash(described));
    },
  );
});

describe("what a file cannot hold", () => {
  const base = prompt(["x"]);
  const with1 = (more: object) => ({ ...base, steps: [{ ...base.steps[0], ...more } as Step] });
  const script = { kind: "script", lang: "bash" };

  it.each([
    [
      "a function",
      workflow("w")
        .step("a", { code: () => 1 })
        .build().workflow,
      /^step 'a' is a function/,
    ],
    [
      "an Undo that is one",
      workflow("w")
        .step("a", { prompt: "a" })
        .undo({ code: () => 1 })
        .build().workflow,
      /is a function/,
    ],
    ["a script without a line break at its end", with1({ ...script, script: "ls" }), /line break/],
    ["a script with windows line breaks", with1({ ...script, script: "ls\r\n" }), /./],
    [
      "an expression of ours in a script",
      with1({ ...script, script: "echo {{ inputs.x }}\n" }),
      /an expression inside a script/,
    ],
    ["a title of two lines", with1({ title: "a\nb" }), /cannot be/],
    ["a part of a section", prompt([{ expr: "sections.a" }]), /./],
    ["an expression that is none", prompt([{ expr: "1 +" }]), /./],
    ["an expression that is literal text", prompt([{ expr: "'a'" }]), /./],
    ["a condition that is none", with1({ if: "a b" }), /'if' of step 'a' is no expression/],
    ["windows line breaks in a prompt", prompt(["a\r\nb"]), /./],
    ["a time that is none", with1({ timeoutMs: 0.5 }), /0.5 ms/],
  ])("is refused with a typed error: %s", (_, unprintable, message) => {
    expect(faultOf(() => toMarkdown(unprintable))).toMatch(message);
    expect(faultOf(() => toYaml(unprintable))).toMatch(message);
  });
});

it("prints workflows of the builder", () => {
  const { workflow: built } = workflow("Greeting", { description: "Says hello." })
    .step("greet", { prompt: text`Say hello.` })
    .step("again", { needs: [], prompt: text`Say it again.` })
    .build();
  expect(toMarkdown(built)).toBe(`---
aiw: 1
---
# Greeting
Says hello.

## Steps

### greet
Say hello.

### again
\`\`\`yaml step
needs: []
\`\`\`
Say it again.
`);
});
