import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChanges, changesBetween } from "./changes.js";
import { diffLines, linesOf } from "./line-diff.js";

const line = fc.constantFrom("a", "b", "c", "a b", "", "😀", "😁");
const ends = fc.constantFrom("\n", "\r\n", "\r");
const text = fc
  .tuple(fc.array(fc.tuple(line, ends), { maxLength: 14 }), line)
  .map(([lines, last]) => lines.map(([body, end]) => body + end).join("") + last);

describe("changes between two texts", () => {
  it("make the one text the other", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(applyChanges(before, changesBetween(before, after))).toBe(after);
      }),
    );
  });

  it("are none for the same text", () => {
    expect(changesBetween("a\nb", "a\nb")).toEqual([]);
  });

  it("touch the characters that differ and no more", () => {
    expect(changesBetween("a\nretry: 1\nb\n", "a\nretry: 25\nb\n")).toEqual([{ start: 9, end: 10, text: "25" }]);
    expect(changesBetween("a\nb\n", "a\nc\nb\n")).toEqual([{ start: 2, end: 2, text: "c\n" }]);
  });

  it("never cut a character or a line break of two in two", () => {
    expect(changesBetween("x😀", "x😁")).toEqual([{ start: 1, end: 3, text: "😁" }]);
    expect(changesBetween("a\r\n", "a\n")).toEqual([{ start: 1, end: 3, text: "\n" }]);
  });

  it("refuse to overlap", () => {
    const overlapping = [
      { start: 0, end: 2, text: "" },
      { start: 1, end: 3, text: "" },
    ];
    expect(() => applyChanges("abc", overlapping)).toThrow("overlap");
  });
});

describe("the difference of two lists of lines", () => {
  it("is as short as possible", () => {
    const size = (a: string, b: string) =>
      diffLines([...a], [...b]).reduce((sum, hunk) => sum + hunk.aEnd - hunk.aStart + hunk.bEnd - hunk.bStart, 0);
    expect(size("abcabba", "cbabac")).toBe(5);
    expect(size("abc", "abc")).toBe(0);
    expect(size("", "abc")).toBe(3);
  });

  it("ends for long texts that have nothing in common", () => {
    const a = Array.from({ length: 20_000 }, (_, index) => `a${index}`);
    const b = Array.from({ length: 20_000 }, (_, index) => `b${index}`);
    expect(diffLines(a, b)).toEqual([{ aStart: 0, aEnd: 20_000, bStart: 0, bEnd: 20_000 }]);
  });

  it("keeps every line break", () => {
    expect(linesOf("a\r\n\nb\rc")).toEqual(["a\r\n", "\n", "b\r", "c"]);
    expect(linesOf("")).toEqual([]);
  });
});
