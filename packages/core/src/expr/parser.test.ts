import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rootOf } from "./ast.js";
import { nearest } from "./nearest.js";
import { maxExpressionLength, parseExpression } from "./parser.js";

function problemOf(source: string) {
  const parsed = parseExpression(source);
  if (parsed.ok) throw new Error(`parses: ${source}`);
  return parsed.problem;
}

describe("parsing an expression", () => {
  it.each([
    ["a = b", 2, "there is no assignment; compare with =="],
    ["a === b", 2, "write =="],
    ["a & b", 2, "write && for and"],
    ["a | upper", 2, "write || for or; there are no filters, call a method: x.trim()"],
    ["a and b", 2, "write &&"],
    ["{a: 1}", 0, "there are no maps in expressions; write them in YAML"],
    ["x.lenght()", 2, undefined],
    ["x.startWith('a')", 2, "did you mean 'startsWith'?"],
    ["x.toUpperCase()", 2, "write upper()"],
    ["x.matches('a+')", 2, "there are no regular expressions; use contains, startsWith or endsWith"],
    ["trim(x)", 0, "write text.trim()"],
    ["x.json()", 2, "write json(value)"],
    ["filter(x, y)", 0, "write list.filter(x, …)"],
    ["jsn(x)", 0, "did you mean 'json'?"],
    ["x.filter(y > 1)", 2, "write list.filter(x, condition)"],
    ["x.replace('a')", 2, "write text.replace(old, new)"],
    ["now(1)", 0, "write now()"],
  ])("points at the mistake in %s", (source, start, help) => {
    const problem = problemOf(source);
    expect(problem.start).toBe(start);
    if (help !== undefined) expect(problem.help).toBe(help);
  });

  it.each([
    "",
    "  ",
    "a b",
    "(a",
    "a)",
    "[a",
    "[a,,b]",
    "'abc",
    '"a\n"',
    "'\\q'",
    "'\\u12'",
    "'\\ud800'",
    "1a",
    "1.",
    ".5",
    "a.",
    "a.1",
    "a ? b",
    "a ? : b",
    "0x1",
    "12345678901234567890",
    "1e999",
    "in",
    "a in",
    "x.map(1, 2)",
    "x.map(true, 2)",
    "f()",
    "a?.b",
    "a;b",
    "#",
    "\u0000",
    "a ?? ?? b",
  ])("refuses %j with one problem inside the text", (source) => {
    const problem = problemOf(source);
    expect(problem.start).toBeGreaterThanOrEqual(0);
    expect(problem.end).toBeLessThanOrEqual(source.length);
    expect(problem.message).toMatch(/^[^A-Z]/);
  });

  it("reads names of any script in their composed form", () => {
    const parsed = parseExpression("steps.翻訳.text + e\u0301");
    expect(parsed.ok && rootOf(parsed.expression)).toMatchObject({ right: { name: "é" } });
  });

  it("binds ?? weaker than || and stronger than ?:", () => {
    const parsed = parseExpression("a ?? b || c ? d : e");
    expect(parsed.ok && rootOf(parsed.expression)).toMatchObject({
      k: "conditional",
      test: { k: "coalesce", right: { k: "logical" } },
    });
  });

  it("refuses what is too long, too deep or has too many parts", () => {
    expect(problemOf(" ".repeat(maxExpressionLength + 1)).code).toBe("too_long");
    expect(problemOf(`${"(".repeat(100)}a${")".repeat(100)}`).code).toBe("too_deep");
    expect(problemOf(`${"!".repeat(100)}a`).code).toBe("too_deep");
    expect(problemOf(`${"[".repeat(2_000)}`).code).toBe("too_deep");
    expect(problemOf(`${"a ? b : ".repeat(100)}c`).code).toBe("too_deep");
    expect(problemOf(`a${"+a".repeat(300)}`).code).toBe("too_long");
    expect(problemOf(`a${".a".repeat(600)}`).code).toBe("too_long");
    expect(parseExpression(`${"(".repeat(50)}a${")".repeat(50)}`).ok).toBe(true);
  });

  it("never throws, whatever the text", () => {
    const piece = fc.constantFrom(
      "a",
      ".",
      "[",
      "]",
      "(",
      ")",
      "'",
      '"',
      "\\",
      "&&",
      "??",
      "?",
      ":",
      "1",
      "-",
      "!",
      "in",
      " ",
      "map",
      ",",
      "{{",
      "é",
      "\n",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.array(piece).map((pieces) => pieces.join("")),
        ),
        (source) => {
          const parsed = parseExpression(source);
          if (!parsed.ok) expect(parsed.problem.end).toBeLessThanOrEqual(source.length);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("the nearest name", () => {
  it("finds slips, swaps and other case, and nothing for another word", () => {
    const names = ["text", "output", "status", "error"];
    expect(nearest("txt", names)).toBe("text");
    expect(nearest("ouptut", names)).toBe("output");
    expect(nearest("STATUS", names)).toBe("status");
    expect(nearest("banana", names)).toBeUndefined();
    expect(nearest("c", ["a", "b"])).toBeUndefined();
    expect(nearest("A", ["a", "b"])).toBe("a");
    expect(nearest("x".repeat(100_000), names)).toBeUndefined();
  });
});
