import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadMarkdown } from "@aiw/markdown";
import { describe, expect, it } from "vitest";

const docs = fileURLToPath(new URL("../../docs", import.meta.url));

/** Every example of the documentation that is a whole workflow. */
const examples = readdirSync(docs, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".md"))
  .flatMap((file) => {
    const text = readFileSync(join(docs, file), "utf8");
    const found = [...text.matchAll(/^(`{3,})markdown\n([\s\S]*?)^\1$/gm)];
    return found
      .map((match) => ({ name: `${file}:${text.slice(0, match.index).split("\n").length}`, text: match[2] ?? "" }))
      .filter((example) => example.text.startsWith("---\naiw: 1\n"));
  });

describe("the workflows in the documentation", () => {
  it("are there", () => {
    expect(examples.length).toBeGreaterThanOrEqual(3);
  });

  it.each(examples)("$name loads without a problem", ({ name, text }) => {
    const { problems, workflow } = loadMarkdown(text, { file: name });
    expect(problems).toEqual([]);
    expect(workflow).toBeDefined();
  });
});
