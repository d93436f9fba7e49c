import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isAiwError } from "../errors.js";
import { Secret } from "../secret.js";
import { evaluateExpression } from "./evaluate.js";
import { parseExpression } from "./parser.js";
import { sha256Hex } from "./sha256.js";
import type { ExprValue } from "./types.js";

const names = {
  inputs: {
    n: 3,
    text: "a,b",
    list: [1, 2, 3],
    none: null,
    flag: true,
    map: { "x-y": 1 },
    rows: [{ id: "a", v: 1 }, { id: "b" }],
  },
  secrets: { TOKEN: new Secret("TOKEN", "hunter22") },
};
const scope = { names, now: () => 1_000, file: (path: string) => `file ${path}` };

function evaluate(source: string): ExprValue {
  const parsed = parseExpression(source);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return evaluateExpression(parsed.expression, scope);
}

function failure(source: string) {
  try {
    evaluate(source);
  } catch (error) {
    if (isAiwError(error, "expression_failed")) return error;
    throw error;
  }
  throw new Error(`has a value: ${source}`);
}

describe("evaluating an expression", () => {
  it.each<[string, unknown]>([
    ["inputs.none.a.b", null],
    ["inputs.missing", null],
    ["inputs.missing.deeper[0]", null],
    ["inputs.missing ?? 'x'", "x"],
    ["inputs.none ?? inputs.missing ?? 2", 2],
    ["false ?? true", false],
    ["inputs.map['x-y']", 1],
    ["inputs.rows.filter(r, r.v != null).map(r, r.id)", ["a"]],
    ["inputs.rows.map(r, r.v ?? 0)", [1, 0]],
    ["1 == 1.0", true],
    ["7 / 2", 3.5],
    ["-7 % 3", -1],
    ["0 * -1", 0],
    ["'a' == 1", false],
    ["[1, [2]] == [1.0, [2.0]]", true],
    ["'a,b'.split(',').join('-')", "a-b"],
    ["'aXbX'.replace('X', '$&')", "a$&b$&"],
    ["'ä😀'.size()", 2],
    ["'a😀'.split('')", ["a", "😀"]],
    ["'x-y' in inputs.map", true],
    ["1 in inputs.map", false],
    ["number(' 12\n'.trim()) + number('1e3')".replace("\n", "\\n"), 1012],
    ["fromJson('{\"a\": [1]}').a[0]", 1],
    ["json([1, 'a', null])", '[1,"a",null]'],
    ["string(1.0)", "1"],
    ["string(true)", "true"],
    ["now()", 1_000],
    ["file('a.txt')", "file a.txt"],
    ["[1, 2].exists(x, [x].all(y, y == 2))", true],
    ["true || 1 / 0 == 1", true],
    ["1 / 0 == 1 || true", true],
    ["inputs.text < 3 && false", false],
    ["[1, 0].exists(x, 1 / x == 1)", true],
    ["[0, 1].all(x, 1 / x == 2)", false],
  ])("%s", (source, value) => {
    expect(evaluate(source)).toEqual(value);
  });

  it.each([
    ["1 / 0", "division by zero", 0, 5],
    ["inputs.n + inputs.text", "'+' does not work on a number and a string", 0, 22],
    ["inputs.list[3]", "the list has 3 items; there is no item 3", 0, 14],
    ["inputs.text.length", "a string has no field 'length'", 12, 18],
    ["inputs.none + 1", "'+' does not work on null and a number", 0, 15],
    ["inputs.none ? 1 : 2", "a condition is true or false, not null", 0, 11],
    ["input.n", "there is no 'input' here", 0, 5],
    ["false || 1 / 0 == 1", "division by zero", 9, 14],
    ["[0, 1].all(x, 1 / x == 1)", "division by zero", 14, 19],
    ["[1].map(x, y)", "there is no 'y' here", 11, 12],
    ["inputs.none.map(x, x)", "'map' works on a list, not on null", 12, 15],
    ["number('12px')", 'the text is not a number: "12px"', 0, 14],
    ["fromJson('{')", "the text is not JSON", 0, 13],
    ["string(null)", "the argument of 'string' is a string or a number or a boolean, not null", 7, 11],
    ["1e308 * 10", "the number is too large", 0, 10],
    ["'a'.replace('', 'b')", "the text to replace is empty", 0, 20],
  ])("says what is wrong with %s, and where", (source, message, start, end) => {
    const error = failure(source);
    expect(error.message).toBe(message);
    expect(error.details).toEqual({ start, end });
  });

  it("passes a secret on whole and computes nothing from it", () => {
    expect(evaluate("secrets.TOKEN")).toBe(names.secrets.TOKEN);
    expect(evaluate("inputs.flag ? secrets.TOKEN : ''")).toBe(names.secrets.TOKEN);
    const uses = [
      "secrets.TOKEN == 'a'",
      "secrets.TOKEN + 'a'",
      "secrets.TOKEN.size()",
      "[secrets.TOKEN]",
      "json(secrets.TOKEN)",
      "json(secrets)",
      "hash(secrets)",
      "secrets.TOKEN ?? 'a'",
      "secrets.TOKEN in ['a']",
      "'a'.contains(secrets.TOKEN)",
      "secrets.TOKEN[0]",
      "secrets.TOKEN.name",
      "string(secrets.TOKEN)",
      "inputs.list.map(x, secrets.TOKEN)",
      "!secrets.TOKEN",
      "-secrets.TOKEN",
      "secrets.TOKEN ? 1 : 2",
    ];
    for (const use of uses) {
      const error = failure(use);
      expect(`${use}: ${error.message}`).toContain("secret");
      expect(JSON.stringify(error) + error.message).not.toContain("hunter22");
    }
  });

  it("hashes as the standard says", () => {
    for (const length of [0, 1, 55, 56, 63, 64, 65, 1_000, 100_000]) {
      const text = "aä😀".repeat(length).slice(0, length);
      expect(sha256Hex(text)).toBe(createHash("sha256").update(text).digest("hex"));
    }
  });
});
