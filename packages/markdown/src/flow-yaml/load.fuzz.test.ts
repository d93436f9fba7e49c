import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writtenAsYaml } from "../__fixtures__/as-yaml.js";
import { probe } from "../__fixtures__/load-probe.js";
import { mutate, mutation } from "../__fixtures__/mutations.js";

const isFull = process.env.AIW_TEST_FULL === "1";
const runs = isFull ? 10_000 : 1_000;
const seed = Number(process.env.AIW_TEST_SEED ?? Date.now() % 2 ** 31);

const read = (name: string) => readFileSync(new URL(`../__fixtures__/${name}`, import.meta.url), "utf8");
const fixtures = ["valid.txt", "invalid.txt"].flatMap((name) =>
  read(name)
    .split(/^=== .*\n/m)
    .slice(1)
    .flatMap((text) => writtenAsYaml(text.replaceAll(/«[EW]\d{3}»/g, "")) ?? []),
);
fixtures.push(...["code-review", "greeting", "release"].map((name) => read(`flow/${name}.flow.yaml`)));

describe("loading mutated files in YAML", () => {
  it(`never throws and never takes a second: ${runs} mutated files`, () => {
    let slowest = 0;
    const file = fc
      .tuple(fc.constantFrom(...fixtures), fc.array(mutation, { minLength: 1, maxLength: 6 }))
      .map(([text, mutations]) => mutations.reduce(mutate, text));
    const arbitrary = fc.oneof(
      { weight: 12, arbitrary: file },
      { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
    );
    fc.assert(
      fc.property(arbitrary, (text) => {
        slowest = Math.max(slowest, probe(text, "fuzz.flow.yaml"));
      }),
      { numRuns: runs, seed },
    );
    process.stdout.write(`fuzz: seed ${seed}, ${runs} files, slowest ${slowest.toFixed(1)} ms\n`);
    expect(slowest).toBeLessThan(1_000);
  }, 300_000);
});
