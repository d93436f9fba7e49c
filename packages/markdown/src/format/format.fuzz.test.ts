import { workflowHash } from "@aiw/core";
import { createFakeIds } from "@aiw/core/testing";
import { describe, expect, it } from "vitest";
import { loadMarkdown } from "../load.js";
import { corpusFiles } from "../patch/__fixtures__/corpus.js";
import { writeWorkflow } from "../patch/__fixtures__/write-workflow.js";
import { applyChanges } from "../patch/changes.js";
import { formatWorkflow } from "./format.js";

const isFull = process.env.AIW_TEST_FULL === "1";
const count = Number(process.env.AIW_TEST_COUNT ?? (isFull ? 500 : 40));
const seed = Number(process.env.AIW_TEST_SEED ?? Date.now() % 2 ** 31);
const options = { file: "workflow.md" };
const hashOf = (text: string) => {
  const { workflow } = loadMarkdown(text, options);
  return workflow === undefined ? undefined : workflowHash(workflow);
};

function probe(text: string): void {
  const { text: once, changes } = formatWorkflow(text, options);
  expect(applyChanges(text, changes)).toBe(once);
  expect(hashOf(once)).toBe(hashOf(text));
  expect(formatWorkflow(once, options).text).toBe(once);
  const pinned = formatWorkflow(text, { ...options, pinIds: true }).text;
  expect(hashOf(pinned)).toBe(hashOf(text));
  expect(formatWorkflow(pinned, { ...options, pinIds: true }).text).toBe(pinned);
}

describe("formatting", () => {
  it.each(corpusFiles().map(({ name, text }) => [name, text] as const))("keeps the meaning of %s", (_name, text) => {
    probe(text);
  });

  it(`keeps the meaning of ${count} random workflows`, () => {
    process.stdout.write(`format: seed ${seed}, ${count} files\n`);
    let valid = 0;
    for (let index = 0; index < count; index += 1) {
      const text = writeWorkflow(createFakeIds(seed + index).random);
      if (hashOf(text) !== undefined) valid += 1;
      try {
        probe(text);
      } catch (error) {
        throw new Error(`seed ${seed + index}:\n${text}`, { cause: error });
      }
    }
    expect(valid).toBeGreaterThan(count * 0.8);
  }, 600_000);
});
