import { describe, expect, it } from "vitest";
import { isAiwError } from "../errors.js";
import { checkExpression } from "./check.js";
import { evaluateExpression } from "./evaluate.js";
import { parseExpression } from "./parser.js";
import { occurrences } from "./search.js";

const big = "a".repeat(1_000_000);
const scope = {
  names: {
    inputs: { text: "abc", list: [1, 2], n: 1, obj: { a: 1 } },
    big,
    range: Array.from({ length: 1_000 }, (_, i) => i),
  },
};

/** Value, or the code of the problem or error. */
function outcome(source: string): unknown {
  const parsed = parseExpression(source);
  if (!parsed.ok) return parsed.problem.code;
  try {
    return evaluateExpression(parsed.expression, scope);
  } catch (error) {
    if (isAiwError(error)) return error.code;
    throw error;
  }
}

const members = [
  "constructor",
  "__proto__",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "__defineGetter__",
  "__lookupGetter__",
  "call",
  "apply",
  "bind",
  "arguments",
  "caller",
  "length",
  "then",
  "toJSON",
  "at",
  "push",
  "concat",
  "reveal",
];
const objects = [
  "inputs",
  "inputs.obj",
  "inputs.text",
  "inputs.list",
  "inputs.n",
  "'a'",
  "[1]",
  "1",
  "true",
  "[]",
  "inputs.list.map(x, x)",
  "fromJson('{}')",
  "json(1)",
];

describe("hostile expressions", () => {
  it.each(members)("cannot reach %s of anything", (member) => {
    for (const object of objects) {
      for (const source of [
        `${object}.${member}`,
        `(${object})['${member}']`,
        `(${object})['${member.slice(0, 2)}' + '${member.slice(2)}']`,
      ]) {
        const value = outcome(source);
        expect([source, value === null || value === "expression_failed"]).toEqual([source, true]);
      }
      expect(outcome(`${object}.${member}()`)).toBe("unknown_function");
      expect(outcome(`${object}.${member}.${member}('return 1')`)).toBe("unknown_function");
    }
    expect(outcome(`${member}('return 1')`)).toBe("unknown_function");
    expect(outcome(member)).toBe("expression_failed");
    expect(outcome(`'${member}' in inputs`)).toBe(false);
  });

  it("reads own keys of these names as ordinary data", () => {
    expect(outcome(`fromJson('{"__proto__": {"a": 1}, "constructor": 2}').__proto__.a`)).toBe(1);
    expect(Object.getPrototypeOf({})).not.toHaveProperty("a");
    const value = outcome(`json(fromJson('{"__proto__": {"polluted": 1}}'))`);
    expect(value).toBe('{"__proto__":{"polluted":1}}');
    expect({}).not.toHaveProperty("polluted");
  });

  it("checks such names without a type being reached either", () => {
    const types = { names: { inputs: { type: "object", properties: { a: { type: "string" } } } } };
    for (const member of members) {
      const parsed = parseExpression(`inputs.${member}`);
      const problems = parsed.ok ? checkExpression(parsed.expression, types).problems : [];
      expect(problems.map((problem) => problem.code)).toEqual(["unknown_field"]);
    }
  });

  it.each([
    ["nested macros", "range.map(a, range.map(b, range.map(c, a + b + c)))"],
    ["a doubled text", `['a']${".map(x, x + x)".repeat(80)}`],
    ["a doubled list", `[[1]]${".map(x, x + x)".repeat(80)}`],
    ["shared parts", `[1]${".map(x, [x, x])".repeat(80)}`],
    ["shared parts as text", `json([1]${".map(x, [x, x])".repeat(80)})`],
    ["shared parts compared", `[1]${".map(x, [x, x])".repeat(50)} == [1]${".map(x, [x, x])".repeat(50)}`],
    ["shared texts", "range.map(x, big)"],
    ["shared texts joined", "range.map(x, big).join()"],
    ["shared texts as JSON", "json(range.map(x, big))"],
    ["text that grows by replacing", "big.replace('a', big)"],
    ["text split into characters, again and again", "range.map(x, big.split(''))"],
    ["upper case again and again", "range.map(x, big.upper().size())"],
    ["an error swallowed again and again", "range.all(a, range.all(b, range.exists(c, 1 / 0 == 1)) || true)"],
    ["a limit that nobody swallows", "range.map(a, range.map(b, range.map(c, 1))) == [] || true"],
  ])("stops %s at the limit", (_name, source) => {
    const started = performance.now();
    expect(outcome(source)).toBe("expression_failed");
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it("refuses JSON text that is nested too deep to walk", () => {
    const deep = { names: { text: "[".repeat(100_000) + "]".repeat(100_000) } };
    const parsed = parseExpression("fromJson(text)");
    if (!parsed.ok) throw new Error("unreachable");
    expect(() => evaluateExpression(parsed.expression, deep)).toThrow("nested deeper than 500");
  });

  it("works on a text of 1 MiB within the limit", () => {
    const text = `${"line of a log\n".repeat(70_000)}end`;
    const parsed = parseExpression(
      "text.trim().split('\\n').size() > 10 && text.contains('end') && text.lower().endsWith('end')",
    );
    if (!parsed.ok) throw new Error("unreachable");
    expect(evaluateExpression(parsed.expression, { names: { text } })).toBe(true);
  });

  it("searches long parts in linear time", () => {
    const started = performance.now();
    const part = `b${"a".repeat(50_000)}`;
    expect(occurrences(big, part)).toEqual([]);
    expect(occurrences(`${big}${part}${part}`, part)).toEqual([1_000_000, 1_050_001]);
    expect(occurrences("a".repeat(1_000), "a".repeat(300))).toEqual([0, 300, 600]);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it("does not change what it reads", () => {
    const list = [3, 1];
    const names = { list };
    const parsed = parseExpression("(list + [2]).map(x, x * 2).filter(x, x > 2)");
    if (!parsed.ok) throw new Error("unreachable");
    expect(evaluateExpression(parsed.expression, { names })).toEqual([6, 4]);
    expect(list).toEqual([3, 1]);
  });
});
