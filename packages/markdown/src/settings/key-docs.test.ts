import { describe, expect, it } from "vitest";
import { loadMarkdown } from "../load.js";
import { fileKeyDocs } from "./file-key-docs.js";
import type { KeyDoc } from "./key-doc.js";
import { fileTable, stepTable } from "./keys.js";
import { stepKeyDocs } from "./step-key-docs.js";

/** A key with the keys above it. */
interface Documented {
  readonly path: readonly string[];
  readonly doc: KeyDoc;
}

function walk(docs: Readonly<Record<string, KeyDoc>>, above: readonly string[] = []): readonly Documented[] {
  return Object.entries(docs).flatMap(([key, doc]) => {
    const path = [...above, key];
    return [{ path, doc }, ...walk(doc.keys ?? {}, path), ...walk(doc.each?.keys ?? {}, [...path, "name"])];
  });
}

const documented = (docs: Readonly<Record<string, KeyDoc>>) =>
  walk(docs).map((each) => ({ ...each, name: each.path.join(".") }));

/** The settings of the example inside the maps around it. */
function nested(path: readonly string[], example: string): string {
  return path.slice(0, -1).reduceRight((inner, key) => `${key}: { ${inner} }`, example);
}

const front = "inputs: { base: string = main, files?: [string], start?: string }\nsecrets: [HOOK_SECRET, TOKEN]";
const above = "### Plan\n```yaml step\nworkspace: new\n```\nPlan.\n\n### Fetch\n```bash run\nmake\n```\n";

/** A step with these settings, of the kind that they make it. */
function stepWith(settings: string): string {
  const isScript = /^(with|env|artifacts|fail-if|repeat)\b/.test(settings);
  const body = isScript ? "```bash run\nmake\n```" : "Go on.";
  const loop = /^(as|max-parallel)\b/.test(settings) ? "foreach: [a]\n" : "";
  return `---\naiw: 1\n${front}\n---\n## Steps\n\n${above}\n### Go\n\`\`\`yaml step\n${loop}${settings}\n\`\`\`\n${body}\n`;
}

function fileWith(settings: string): string {
  const own = settings.split(":")[0] ?? "";
  const rest = ["aiw: 1", ...front.split("\n")].filter((line) => !line.startsWith(`${own}:`));
  return `---\n${[...rest, settings].join("\n")}\n---\n## Steps\n\n### Go\nGo.\n`;
}

/** What is wrong with the keys and words of a file; inner keys alone lack their neighbours. */
function wrongWords(text: string): readonly string[] {
  const { problems } = loadMarkdown(text, { file: "flow.md" });
  return problems.filter(({ code }) => code === "E110" || code === "E113").map(({ message }) => message);
}

describe.each([
  { of: "a step", docs: stepKeyDocs, table: stepTable, file: stepWith },
  { of: "the front matter", docs: fileKeyDocs, table: fileTable, file: fileWith },
])("the keys of $of", ({ docs, table, file }) => {
  it("are all described, in the order of the reference", () => {
    expect(Object.keys(docs)).toEqual(table.known);
  });

  it.each(documented(docs))("$name says what it means, in a sentence", ({ doc }) => {
    expect(doc.about).toMatch(/^[A-Z`].*[.`]$/);
    expect(doc.about.length).toBeLessThan(240);
  });

  it.each(documented(docs).filter(({ path }) => path.length === 1))("$name has an example that loads", ({ doc }) => {
    const { problems } = loadMarkdown(file(doc.example), { file: "flow.md" });
    expect(problems).toEqual([]);
  });

  it.each(documented(docs).filter(({ path }) => path.length > 1))("$name is a key that there is", ({ path, doc }) => {
    expect(wrongWords(file(nested(path, doc.example)))).toEqual([]);
  });

  it.each(documented(docs).flatMap(({ path, name, doc }) => (doc.words ?? []).map((word) => ({ path, name, word }))))(
    "$name may be $word",
    ({ path, word }) => {
      expect(wrongWords(file(nested(path, `${path.at(-1)}: ${word}`)))).toEqual([]);
      expect(wrongWords(file(nested(path, `${path.at(-1)}: [${word}]`)))).toEqual([]);
    },
  );
});
