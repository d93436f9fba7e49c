import { describe, expect, it } from "vitest";
import { probe } from "../__fixtures__/load-probe.js";

const mebibyte = 1024 * 1024;
/** A file of 1 MiB that is mostly one text again and again. */
const filled = (part: string, before = "aiw: 1\nsteps:\n  - title: a\n    prompt: |\n      ", after = "\n") =>
  before + part.repeat(Math.floor((mebibyte - before.length - after.length) / part.length)) + after;
/** Half of a file is text that nobody counts, the other half is this. */
const padded = (text: string) => `aiw: 1\ninstructions: |\n  ${"x".repeat(mebibyte / 2)}\n${text}\n`;
/** Steps that are made from their place. */
const made = (count: number, step: (at: number) => string) =>
  `aiw: 1\nsteps:\n${Array.from({ length: count }, (_, at) => `  - title: s${at}\n${step(at)}\n`).join("")}`;

const bombs: Readonly<Record<string, string>> = {
  brackets: `aiw: 1\n${"[".repeat(30_000)}`,
  "a mebibyte of brackets": filled("[", "aiw: 1\na: "),
  "a mebibyte of braces": filled("{a: ", "aiw: 1\na: "),
  "a mebibyte of commas": filled("1,", "aiw: 1\nsteps: [", "1]"),
  "a mebibyte of dashes": filled("- ", "aiw: 1\nsteps:\n  "),
  "a mebibyte of keys": filled("k: 1\n", "aiw: 1\n"),
  "a mebibyte of steps": filled("  - a\n", "aiw: 1\nsteps:\n"),
  "a mebibyte of line ends": filled("\n", "aiw: 1\n"),
  "a mebibyte of windows line ends": filled("\r\n", "aiw: 1\n"),
  "a mebibyte of other line ends": filled("\r", "aiw: 1\n"),
  "a mebibyte of blanks": filled(" ", "aiw: 1\na:"),
  "a mebibyte of tabs": filled("\t", "aiw: 1\n"),
  "a mebibyte of comments": filled("#\n", "aiw: 1\n"),
  "a mebibyte of documents": filled("---\n", "aiw: 1\n"),
  "a mebibyte of quotes": filled("'", "aiw: 1\na: "),
  "a mebibyte of escapes": filled("\\x41", 'aiw: 1\ninstructions: "', '"'),
  "a mebibyte of lines in quotes": filled("a\n", 'aiw: 1\ninstructions: "', '"'),
  "a mebibyte of plain lines": filled("a\n  ", "aiw: 1\ninstructions: "),
  "a mebibyte of block texts": filled("  - |\n    x\n", "aiw: 1\nsteps:\n"),
  "a mebibyte of empty block texts": filled("  - >\n", "aiw: 1\nsteps:\n"),
  "a mebibyte of anchors": filled("&a ", "aiw: 1\na: "),
  "a mebibyte of aliases": filled("*a, ", "aiw: 1\na: [", "1]"),
  "a mebibyte of questions": filled("? ", "aiw: 1\n"),
  "no mark and a mebibyte of keys": filled("k: 1\n", "a: 1\n"),
  "expressions in a text": filled("{{1}}"),
  "wrong expressions in a text": filled("{{+}}"),
  "names in a text": filled("{{inputs.a}} "),
  "open braces in a text": filled("{{ "),
  "quotes and open braces in a text": filled("'{{ "),
  "folded lines with expressions": filled("a\n    {{ b }}\n    ", "aiw: 1\nsteps:\n  - title: a\n    prompt: >\n    "),
  "indented lines with expressions": filled("a\n        {{ b }}\n      "),
  "expressions in a script": filled(
    "{{ inputs.a }}\n        ",
    "aiw: 1\nsteps:\n  - title: a\n    run:\n      lang: sh\n      script: |\n        ",
  ),
  "tags nobody finds": padded(`a: [${"!a%41 b,".repeat(12_000)}]`),
  "tags in a long file": padded(`a: [${"!a b,".repeat(12_000)}]`),
  "anchors in a long file": padded(`a: [${"&a b,".repeat(12_000)}]`),
  "braces in a long file": padded(`a: [${"{{a}},".repeat(7_000)}]`),
  "keys without values in a long file": padded(": : :\n".repeat(9_000)),
  "keys without values": padded(Array.from({ length: 18_000 }, (_, at) => `k${at}:`).join("\n")),
  "keys without values in braces": padded(`a: {${Array.from({ length: 18_000 }, (_, at) => `k${at}`).join(",")}}`),
  "the same key": padded("k: 1\n".repeat(18_000)),
  "strange characters": padded(`a: [${"@a,".repeat(18_000)}]`),
  "wrong indentation": padded("  a: 1\n b: 2\n".repeat(9_000)),
  "unclosed quotes": padded('a: "b\n'.repeat(9_000)),
  "steps that are no maps": made(18_000, () => "").replaceAll(/title: /g, ""),
  "steps without anything": made(10_000, () => ""),
  "steps with wrong needs": made(4_000, () => "    needs: [zz]\n    prompt: x"),
  "many needs": made(
    300,
    (at) =>
      `    needs: [${Array.from({ length: 100 }, (_, other) => `s${(at + other * 7) % 300}`).join(", ")}]\n    prompt: x`,
  ),
  "steps with an Undo": made(
    3_000,
    () => "    run: { lang: sh, script: x }\n    undo: { run: { lang: sh, script: x } }",
  ),
  "unknown keys in steps": made(2_000, () => "    a: 1\n    b: 1\n    c: 1"),
  "sections in sections": `aiw: 1\nsections:\n${Array.from({ length: 60 }, (_, at) => `  s${at}: "{{ sections.s${at + 1} }}{{ sections.s${at + 1} }}"\n`).join("")}  s60: x\nsteps: [{ title: a, prompt: "{{ sections.s0 }}" }]\n`,
  "sections without a name": `aiw: 1\nsections:\n${Array.from({ length: 9_000 }, (_, at) => `  ${at}-: x\n`).join("")}steps: [{ title: a, prompt: b }]\n`,
  "deep settings": `aiw: 1\nsteps:\n  - title: a\n    with: ${"[".repeat(5_000)}${"]".repeat(5_000)}\n    run: { lang: sh, script: x }\n`,
  "deep maps": `aiw: 1\n${Array.from({ length: 900 }, (_, depth) => `${" ".repeat(depth)}k:`).join("\n")}\n`,
  "a directive": `%YAML 1.1\n%TAG ! tag:x,2000:\n---\naiw: 1\nsteps: [{ title: a, prompt: !x yes }]\n`,
};

describe("loading hostile files in YAML", () => {
  for (const [name, bomb] of Object.entries(bombs)) {
    it(`ends within its deadline for ${name}`, () => {
      expect(probe(bomb, "hostile.flow.yaml")).toBeLessThan(2_000);
    });
  }
});
