import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, it } from "vitest";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import { type IGrammar, type IRawGrammar, parseRawGrammar, Registry } from "vscode-textmate";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const manifest: {
  readonly contributes: {
    readonly grammars: readonly {
      readonly scopeName: string;
      readonly path: string;
      readonly injectTo: readonly string[];
    }[];
  };
} = JSON.parse(read("package.json"));
const { grammars } = manifest.contributes;

/** Stand in for the grammars that the editor has itself. */
const plain = (scopeName: string, word: string): IRawGrammar => {
  const rules = { scopeName, patterns: [{ match: `\\b${word}\\b`, name: `word.${scopeName}` }], repository: {} };
  return parseRawGrammar(JSON.stringify(rules), `${scopeName}.json`);
};
const others: Readonly<Record<string, IRawGrammar>> = {
  "text.html.markdown": parseRawGrammar(
    JSON.stringify({
      scopeName: "text.html.markdown",
      patterns: [{ match: "^#+ .*$", name: "heading" }],
      repository: {},
    }),
    "markdown.json",
  ),
  "source.yaml": plain("source.yaml", "needs"),
  "source.shell": plain("source.shell", "echo"),
  "source.python": plain("source.python", "print"),
  "source.js": plain("source.js", "const"),
  "source.ts": plain("source.ts", "const"),
};

let markdown: IGrammar;
beforeAll(async () => {
  const wasm = readFileSync(createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm"));
  await loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    async loadGrammar(scopeName) {
      const own = grammars.find((each) => each.scopeName === scopeName);
      return own === undefined ? others[scopeName] : parseRawGrammar(read(own.path), own.path);
    },
    getInjections: (scopeName) =>
      grammars.filter(({ injectTo }) => injectTo.includes(scopeName)).map((each) => each.scopeName),
  });
  const grammar = await registry.loadGrammar("text.html.markdown");
  if (grammar === null) throw new Error("the grammar does not load");
  markdown = grammar;
});

/** The scopes of the first occurrence of a word. */
function scopesOf(text: string, word: string): readonly string[] {
  let state: Parameters<IGrammar["tokenizeLine"]>[1] = null;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = markdown.tokenizeLine(line, state);
    state = ruleStack;
    const at = line.indexOf(word);
    const token = tokens.find(({ startIndex, endIndex }) => at >= startIndex && at < endIndex);
    if (at !== -1) return token?.scopes ?? [];
  }
  throw new Error(`'${word}' does not occur`);
}

const step = `### Go
\`\`\`yaml step
needs: [fetch]
env: { A: "{{ inputs.base }}" }
\`\`\`
Prose with {{ steps.fetch.text.trim() }} and \\{{ literal.
\`\`\`bash run
echo "{{ .Names }}"
\`\`\`
Behind {{ run.id }} it.
`;

describe("the manifest", () => {
  it("names files that are there", () => {
    for (const { path } of grammars) expect(existsSync(new URL(`../${path}`, import.meta.url)), path).toBe(true);
  });
});

describe("fences", () => {
  it("marks the role, and the content by its language", () => {
    expect(scopesOf(step, "step")).toContain("keyword.control.role.aiw");
    expect(scopesOf(step, "needs")).toEqual(
      expect.arrayContaining(["meta.embedded.block.aiw.yaml", "word.source.yaml"]),
    );
    expect(scopesOf(step, "run")).toContain("keyword.control.role.aiw");
    expect(scopesOf(step, "echo")).toEqual(
      expect.arrayContaining(["meta.embedded.block.aiw.shell", "word.source.shell"]),
    );
  });

  it.each([
    ["python", "print", "python"],
    ["js", "const", "javascript"],
    ["ts", "const", "typescript"],
    ["sh", "echo", "shell"],
  ])("knows %s", (lang, word, scope) => {
    const text = `~~~${lang} run\n${word} x\n~~~\nafter ${word}`;
    expect(scopesOf(text, word)).toContain(`meta.embedded.block.aiw.${scope}`);
    expect(scopesOf(text, "after")).toEqual(["text.html.markdown"]);
  });

  it("ends with its marks", () => {
    expect(scopesOf(step, "Prose")).toEqual(["text.html.markdown"]);
    expect(scopesOf(step, "Behind")).toEqual(["text.html.markdown"]);
  });

  it("leaves fences without a role alone", () => {
    expect(scopesOf("```yaml\nneeds: x\n```", "needs")).toEqual(["text.html.markdown"]);
  });
});

describe("expressions", () => {
  it("marks what stands in braces, in prose and in settings", () => {
    expect(scopesOf(step, "steps")).toEqual(expect.arrayContaining(["meta.expression.aiw", "variable.language.aiw"]));
    expect(scopesOf(step, "trim")).toContain("entity.name.function.aiw");
    expect(scopesOf(step, "inputs")).toContain("variable.language.aiw");
    expect(scopesOf(step, "id }}")).toContain("variable.other.property.aiw");
  });

  it("leaves scripts and literal braces alone", () => {
    expect(scopesOf(step, "Names")).not.toContain("meta.expression.aiw");
    expect(scopesOf(step, "literal")).not.toContain("meta.expression.aiw");
  });

  it("ends with its line where it is not closed", () => {
    expect(scopesOf("A {{ steps.\nafter", "after")).toEqual(["text.html.markdown"]);
  });
});
