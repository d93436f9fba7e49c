import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A workflow file that loads without an error. */
export interface CorpusFile {
  readonly name: string;
  readonly text: string;
}

const root = fileURLToPath(new URL("../../../../../", import.meta.url));

/** Valid files of the repository: fixtures, examples, those in the documentation, and the corpus of the language. */
export function corpusFiles(): readonly CorpusFile[] {
  const fixtures = readFileSync(join(root, "packages/markdown/src/__fixtures__/valid.txt"), "utf8")
    .split(/^=== (.*)\n/m)
    .slice(1);
  const cases = fixtures.flatMap((name, index) => (index % 2 === 0 ? [{ name, text: fixtures[index + 1] ?? "" }] : []));
  return [...cases, ...filesBelow("examples"), ...documented(), ...filesBelow("tests/language/valid")];
}

function filesBelow(folder: string): readonly CorpusFile[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.includes("node_modules") && !name.endsWith("README.md"))
    .map((name) => ({ name: join(folder, name), text: readFileSync(join(path, name), "utf8") }));
}

function documented(): readonly CorpusFile[] {
  return readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .flatMap((name) => {
      const text = readFileSync(join(root, "docs", name), "utf8");
      const found = [...text.matchAll(/^(`{3,})markdown\n([\s\S]*?)^\1$/gm)].map((match) => match[2] ?? "");
      return found.map((example, index) => ({ name: `docs/${name} ${index + 1}`, text: example }));
    })
    .filter(({ text }) => text.startsWith("---\naiw: 1\n"));
}
