import type { Json } from "@aiw/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAllowance } from "../problems/allowance.js";
import { createReport } from "../problems/report.js";
import { createSource } from "../text/source.js";
import { readYaml } from "../yaml/read.js";
import { toJson } from "../yaml/to-json.js";
import { entryText, type YamlSpot } from "./render-yaml.js";

function read(text: string): Json {
  const report = createReport(createSource("x.md", text));
  const map = readYaml(text, { start: 0, end: text.length }, { report, allowance: createAllowance(report) });
  expect(report.list()).toEqual([]);
  return map === undefined ? null : toJson(map);
}

const block: YamlSpot = { indent: "", isFlow: false, quote: '"', eol: "\n" };

const nasty = fc.constantFrom(
  "",
  " ",
  "1.10",
  "true",
  "~",
  "null",
  "- a",
  "a: b",
  "a #b",
  "#a",
  "[a",
  "{{ inputs.a }}",
  "!x",
  "*a",
  "&a",
  "@a",
  "%a",
  "a,b",
  "a]",
  "it's",
  'say "x"',
  "a\nb",
  "a\n",
  "a\n\nb\n",
  "  a\nb",
  "a\n```\nb",
  "a\n---\nb",
  "\t",
  "a\tb",
  "\u0085",
  "\u2028",
  "\ufeff",
  "\u0007",
  "翻訳",
  "?",
  "? a",
  "a:",
  ":a",
  "0x1F",
  "1e3",
  "2024-01-01",
  "---",
  "...",
  "steps.a.output.n > 3 && inputs.b == 'x'",
  "yes",
);
const text = fc.oneof(nasty, fc.string({ unit: "grapheme", maxLength: 12 }), fc.constant("word "));
const key = fc.oneof(nasty, fc.constantFrom("a", "b-c", "note?", "$type"));
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }).map((map) => ({ ...map })),
  ),
}));

describe("a rendered value", () => {
  it.each([
    ["block", block],
    ["block with single quotes and windows line ends", { ...block, quote: "'", eol: "\r\n" }],
    ["flow", { ...block, isFlow: true }],
  ] as const)("reads back as itself: %s", (_name, spot) => {
    fc.assert(
      fc.property(key, value, (name, item) => {
        const entry = entryText(name, item, spot);
        const source = spot.isFlow ? `{ z: 1, ${entry} }\n` : `${entry}${spot.eol}z: 1${spot.eol}`;
        expect(read(source)).toEqual({ [name]: item, z: 1 });
      }),
      { numRuns: 500 },
    );
  });

  it.each<[Json, string]>([
    ["5m", "k: 5m"],
    ["1.10", 'k: "1.10"'],
    ["{{ inputs.a }}", 'k: "{{ inputs.a }}"'],
    ["steps.a.output.n > 3", "k: steps.a.output.n > 3"],
    [["a", "b"], "k: [a, b]"],
    [{ attempts: 2, delay: "5s" }, "k: { attempts: 2, delay: 5s }"],
    [{}, "k: {}"],
    ["a\nb\n", "k: |\n  a\n  b"],
    ["a\nb", "k: |-\n  a\n  b"],
    ["a\n```\nb", 'k: "a\\n```\\nb"'],
    [
      { long: "x".repeat(100), list: [{ a: 1, b: "y".repeat(95) }] },
      `k:\n  long: ${"x".repeat(100)}\n  list:\n    - a: 1\n      b: ${"y".repeat(95)}`,
    ],
  ])("is written as people write it: %j", (item, expected) => {
    expect(entryText("k", item, block)).toBe(expected);
  });
});
