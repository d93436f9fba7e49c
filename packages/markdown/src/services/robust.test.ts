import { readFileSync } from "node:fs";
import { isAiwError } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { analyze } from "../index.js";
import type { Analysis } from "./analysis.js";

const isFull = process.env.AIW_TEST_FULL === "1";

const files = ["valid.txt", "invalid.txt"].flatMap((name) =>
  readFileSync(new URL(`../__fixtures__/${name}`, import.meta.url), "utf8")
    .split(/^=== .*\n/m)
    .slice(1)
    .map((text) => text.replaceAll(/«[EW]\d{3}»/g, "")),
);
const example = readFileSync(new URL("../__fixtures__/language-example.md", import.meta.url), "utf8");
/** One file in so many, and one offset in so many. */
const [fileStride, offsetStride] = isFull ? [1, 1] : [7, 5];
const sample = files.filter((_, index) => index % fileStride === 0);

/** Asks everything at an offset; every answer lies inside the text. */
function askAll(analysis: Analysis, text: string, offset: number): void {
  const ranges = [
    ...analysis.completionsAt(offset).map(({ range }) => range),
    ...[analysis.hoverAt(offset)?.range ?? []].flat(),
    ...analysis.referencesAt(offset),
    ...[analysis.renameTargetAt(offset)?.range ?? []].flat(),
  ];
  const definition = analysis.definitionAt(offset);
  if (definition !== undefined && "range" in definition) ranges.push(definition.range);
  for (const { start, end } of ranges) {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(text.length);
  }
}

describe("any place of any file", () => {
  it("has an answer", () => {
    for (const text of sample) {
      const analysis = analyze(text, { file: "flow.md" });
      for (let offset = 0; offset <= text.length; offset += offsetStride) askAll(analysis, text, offset);
      analysis.symbols();
    }
  });

  it("has an answer while the file is being typed", () => {
    for (let end = 0; end <= example.length; end += isFull ? 1 : 9) {
      const text = example.slice(0, end);
      askAll(analyze(text, { file: "flow.md" }), text, end);
    }
  });

  it("has an answer in front of the rest of the file", () => {
    for (const typed of ["{{ steps.", "{{", "- ", "{ ", "[", "key: ", "'", '"', "```", "## ", ": "]) {
      for (let at = 0; at <= example.length; at += isFull ? 3 : 61) {
        const text = example.slice(0, at) + typed + example.slice(at);
        askAll(analyze(text, { file: "flow.md" }), text, at + typed.length);
      }
    }
  });
});

describe("what is offered", () => {
  it("has every name that stands in a valid file", () => {
    for (const text of [...files, example]) {
      const analysis = analyze(text, { file: "flow.md" });
      if (analysis.problems.length > 0) continue;
      for (let offset = 0; offset <= text.length; offset += 1) {
        const found = analysis.referencesAt(offset).find(({ end }) => end === offset);
        // A list offers nothing that it has already.
        if (found === undefined || found.isDeclaration || text.includes(`[${found.name}, ${found.name}]`)) continue;
        const offered = analysis.completionsAt(offset).map(({ label }) => label);
        expect(offered, `${found.name} at ${offset} of\n${text}`).toContain(found.name);
      }
    }
  });
});

describe("renaming", () => {
  it("keeps every valid file valid, or says why not", () => {
    for (const text of sample) {
      const analysis = analyze(text, { file: "flow.md" });
      if (analysis.problems.length > 0) continue;
      const seen = new Set<string>();
      for (let offset = 0; offset <= text.length; offset += 1) {
        const target = analysis.renameTargetAt(offset);
        const key = JSON.stringify(target?.range);
        if (target === undefined || seen.has(key)) continue;
        seen.add(key);
        try {
          expect(analysis.renameAt(offset, "renamed_by_test").problems).toEqual([]);
        } catch (error) {
          if (!isAiwError(error, "patch_failed")) throw error;
        }
      }
    }
  });
});
