import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadWorkflowText, type UsedInterface } from "@aiw/markdown";
import { describe, expect, it } from "vitest";
import { flow, known, nobody } from "../language/support/probe.js";

const docs = fileURLToPath(new URL("../../docs", import.meta.url));

/** A fenced example of a page. */
interface Example {
  /** Page and line. */
  readonly name: string;
  /** Everything behind the marks of its first line. */
  readonly info: string;
  readonly text: string;
}

function examplesOf(file: string): readonly Example[] {
  const page = readFileSync(join(docs, file), "utf8");
  return [...page.matchAll(/^(`{3,})([^\n`]*)\n([\s\S]*?)^\1[ \t]*$/gm)].map((match) => ({
    name: `${file}:${page.slice(0, match.index).split("\n").length}`,
    info: match[2] ?? "",
    text: match[3] ?? "",
  }));
}

const isWhole = ({ info, text }: Example) => info === "markdown" && text.startsWith("---\naiw: 1\n");

describe("the workflows in the documentation", () => {
  const workflows = readdirSync(docs, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .flatMap(examplesOf)
    .filter(isWhole);

  it("are there", () => {
    expect(workflows.length).toBeGreaterThanOrEqual(3);
  });

  it.each(workflows)("$name loads without a problem", ({ name, text }) => {
    const { problems, workflow } = loadWorkflowText(text, { file: name });
    expect(problems).toEqual([]);
    expect(workflow).toBeDefined();
  });
});

describe("docs/language.md", () => {
  const examples = examplesOf("language.md");
  const files = filesOf(examples);

  it("has examples of every kind", () => {
    const kinds = new Set(examples.map(({ info }) => info));
    expect([...kinds].sort()).toEqual(["expr", "markdown", "ts", "yaml flow", "yaml front", "yaml step"]);
    expect(files.length).toBeGreaterThanOrEqual(35);
  });

  it.each(files)("$name has no problem, in the file that it belongs to", ({ name, text, file }) => {
    const { problems, workflow } = loadWorkflowText(text, { file, readUse });
    expect(problems, `${name}\n${text}`).toEqual([]);
    expect(workflow).toBeDefined();
  });

  const page = readFileSync(join(docs, "language.md"), "utf8");

  it("is linked to, and links, where there is something", () => {
    const headings = page.replaceAll(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, "").matchAll(/^#+ (.*)$/gm);
    const anchors = [...headings].map(([, title = ""]) => slugOf(title));
    expect(new Set(anchors).size).toBe(anchors.length);
    const pages = ["cli.md", "configuration.md", "errors.md", "tools.md"].map((name) =>
      readFileSync(join(docs, name), "utf8"),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g), ...pages.join().matchAll(/language\.md#([\w-]+)/g)];
    expect(links.map(([, anchor]) => anchor).filter((anchor) => !anchors.includes(anchor ?? ""))).toEqual([]);
    const files = [...page.matchAll(/\]\(([^)#]+)/g)].map(([, file]) => file ?? "");
    expect(files.filter((file) => !existsSync(join(docs, file)))).toEqual([]);
  });

  it("names every key", () => {
    const other = `${nobody}: 1`;
    const inside = (key: string, more: string) => known(flow({ step: `${key}: { ${more}, ${other} }` }), "E110");
    const trigger = (name: string, more: string) =>
      known(flow({ front: `on: { ${name}: { ${more}, ${other} } }` }), "E110");
    const keys = [
      ...known(flow({ front: other }), "E110"),
      ...known(flow({ step: other }), "E110"),
      ...inside("retry", "attempts: 1"),
      ...inside("approval", "min: 1"),
      ...inside("repeat", 'until: "true", max: 1'),
      ...trigger("schedule", 'cron: "* * * * *"'),
      ...trigger("webhook", "path: /a"),
      ...trigger("watch", "paths: [a]"),
      ...trigger("queue", "name: a"),
    ];
    expect(keys.filter((key) => !new RegExp(`[\`{ \\n]${key}[\`:?, }]`).test(page))).toEqual([]);
  });
});

/** The anchor that code hosts give a heading. */
function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w -]/g, "")
    .replaceAll(" ", "-");
}

/** A file for each example: whole ones, and the others within the whole one above them. */
function filesOf(examples: readonly Example[]): readonly { name: string; text: string; file: string }[] {
  let whole = "";
  return examples.flatMap((example) => {
    const { name, info, text } = example;
    const file = info === "yaml flow" ? "example.flow.yaml" : "example.md";
    // Compiled with the other snippets.
    if (info === "ts") return [];
    if (isWhole(example)) whole = text;
    else if (info === "markdown" && text.startsWith("### ")) whole += `\n${text}`;
    const found = isWhole(example) ? text : within(whole, example);
    return [{ name, text: found, file }];
  });
}

function within(whole: string, { name, info, text }: Example): string {
  switch (info) {
    case "markdown":
      if (text.startsWith("### ")) return whole;
      return text.startsWith("## ") ? `${whole}\n${text}` : text;
    case "yaml flow":
      return text;
    case "yaml front":
      return `---\naiw: 1\n${text}---\n## Steps\n\n### Say hello\nSay hello.\n`;
    case "yaml step":
      return `${whole}\n### Example\n\`\`\`yaml step\n${text}\`\`\`\n${bodyFor(text)}\n`;
    case "expr":
      return `${whole}\n${text.trim().split("\n").map(expressionStep).join("\n")}`;
    default:
      throw new Error(`${name}: nobody knows how to check an example of '${info}'`);
  }
}

/** What the step of these settings must have besides. */
function bodyFor(settings: string): string {
  if (/^(?:tool|use|wait|apply):/m.test(settings)) return "";
  return /^with:/m.test(settings) ? "```bash run\nmake\n```" : "Do it.";
}

function expressionStep(expression: string, index: number): string {
  const quoted = `'{{ ${expression.replaceAll("'", "''")} }}'`;
  return `### Expression ${index}\n\`\`\`yaml step\nwith: { value: ${quoted} }\n\`\`\`\n\`\`\`bash run\nmake\n\`\`\`\n`;
}

/** The file that the page shows as a sub-workflow. */
function readUse(target: string): UsedInterface | undefined {
  const example = examplesOf("language.md").find(({ text }) => text.includes("# Announcement\n"));
  if (target !== "./announce.md" || example === undefined) return undefined;
  const { workflow, outputs = {} } = loadWorkflowText(example.text, { file: target });
  if (workflow === undefined) return undefined;
  return { workflow: { workflow, from: { folder: "/", bundle: false } }, inputs: workflow.inputs, outputs };
}
