import { describe, expect, it } from "vitest";
import type { JsonSchema } from "../json.js";
import { compileType } from "../types/compile-type.js";
import { isAssignable } from "./assignable.js";
import { checkExpression } from "./check.js";
import { checkUse, type ExpressionUse } from "./check-use.js";
import { describeType } from "./describe-type.js";
import { nonNullWhere } from "./facts.js";
import { parseExpression } from "./parser.js";
import { orNull, secretType } from "./schema-type.js";
import type { Narrowing } from "./types.js";

function type(notation: Parameters<typeof compileType>[0]): JsonSchema {
  const { schema, problems } = compileType(notation);
  expect(problems).toEqual([]);
  return schema;
}

const object = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const output = type({
  score: "integer",
  "line?": "integer",
  issues: [{ file: "string", "line?": "integer", severity: "low | medium | high" }],
});
const review = object({
  status: type("completed | failed | skipped"),
  text: orNull(type("string")),
  output: orNull(output),
});
const types = {
  names: {
    inputs: type({
      name: "string",
      count: "integer = 3",
      "note?": "string",
      tags: ["string"],
      raw: "any",
      deep: { a: "boolean" },
    }),
    steps: object({ review, fetch: object({ text: type("string") }) }),
    secrets: object({ TOKEN: { type: "string" } }),
    json: { type: "object" },
  },
  narrowing: [
    {
      path: ["steps", "review", "status"],
      value: "completed",
      nonNull: [
        ["steps", "review", "output"],
        ["steps", "review", "text"],
      ],
    },
  ] satisfies Narrowing[],
};

function check(source: string, use: ExpressionUse = "value") {
  const parsed = parseExpression(source);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const checked = checkExpression(parsed.expression, types);
  const problems = [...checked.problems, ...checkUse(parsed.expression, checked, use)];
  return { ...checked, problems, brief: problems.map(({ code, start, end }) => `${code} ${source.slice(start, end)}`) };
}

describe("checking an expression", () => {
  it.each([
    ["inputs.name.upper() + '!'", "string"],
    ["inputs.count + 1", "integer"],
    ["inputs.count / 2", "number"],
    ["inputs.count < 3 && inputs.deep.a", "boolean"],
    ["inputs.tags + []", "[string]"],
    ["inputs.tags.map(t, t.size())", "[integer]"],
    ["inputs.note ?? 'none'", "string"],
    ["inputs.deep.a ? secrets.TOKEN : inputs.name", "secret or string"],
    ["inputs.deep.a ? 'a' : 'b'", "'a' or 'b'"],
    ["inputs.note", "string or null"],
    ["(steps.review.output.issues ?? []).filter(i, i.severity == 'high')", "[{ file, line?, severity }]"],
    ["inputs.raw.anything[0].goes", "any"],
    ["json.anything", "any"],
    ["fromJson(inputs.name).a", "any"],
    ["inputs.tags[0]", "string"],
    ["secrets.TOKEN", "secret"],
    ["inputs['name']", "string"],
    ["[1, 'a']", "[1 or 'a']"],
  ])("infers %s as %s", (source, expected) => {
    const checked = check(source);
    expect(checked.problems).toEqual([]);
    expect(describeType(checked.type)).toBe(expected);
  });

  it.each([
    ["steps.fetch.txt", "unknown_field txt", "did you mean 'text'?"],
    ["steps.ftch.text", "unknown_field ftch", "did you mean 'fetch'?"],
    ["input.name", "unknown_name input", "did you mean 'inputs'?"],
    ["inputs.name.length", "unknown_field length", "write size()"],
    ["inputs.name.trim", "unknown_field trim", "write trim(): it is a method"],
    ["inputs.tags.name", "unknown_field name", "read one item with [0], or all with list.map(x, x.field)"],
    ["steps.fetch.text.score", "unknown_field score", "declare output: of the step, or write fromJson(text)"],
    ["inputs.tags.contains('a')", "wrong_type contains", "write item in list"],
    ["'a' in inputs.name", "wrong_type 'a' in inputs.name", "write text.contains(part)"],
    ["inputs.name < 3", "wrong_type inputs.name < 3", "write string(x) or number(text)"],
    ["inputs.name - 3", "wrong_type inputs.name", "write number(text)"],
    ["inputs.count + 'x'", "wrong_type inputs.count + 'x'", "write string(x), json(x) or number(text)"],
    ["inputs.count == '3'", "wrong_type inputs.count == '3'", "compare values of the same type"],
    ["!inputs.count", "wrong_type inputs.count", "compare it: x > 0, x != '', x.size() > 0"],
    ["inputs.count && true", "wrong_type inputs.count", "compare it: x > 0, x != '', x.size() > 0"],
    ["steps.review.status == 'complete'", "wrong_type 'complete'", "did you mean 'completed'?"],
    ["'zzz' != steps.review.status", "wrong_type 'zzz'", "it can be: 'completed' | 'failed' | 'skipped'"],
    ["steps.review.status in ['failed', 'skiped']", "wrong_type 'skiped'", "did you mean 'skipped'?"],
    ["inputs.tags.map(t, t.siz)", "unknown_field siz", "write size(): it is a method"],
    ["inputs.tags[inputs.name]", "wrong_type inputs.name", "write number(text)"],
    ["inputs.note + '!'", "nullable inputs.note", "use ??: inputs.note ?? ''"],
    [
      "(1 > 2 ? inputs.note : 'a') + '!'",
      "nullable (1 > 2 ? inputs.note : 'a')",
      "use ??: (1 > 2 ? inputs.note : 'a') ?? ''",
    ],
    ["inputs.tags.map(t, inputs.note + t + inputs.note)", "nullable inputs.note", "use ??: inputs.note ?? ''"],
    ["steps.review.output.score > 3", "nullable steps.review.output.score", "use ??: steps.review.output.score ?? 0"],
    ["inputs.tags.map(inputs, 1)", "not_allowed inputs", "choose another name for the variable"],
    ["inputs.count / 0", "division_by_zero 0", undefined],
    ["secrets.TOKEN + 'a'", "not_allowed secrets.TOKEN", "pass it on whole, in env: or in with: of tools and scripts"],
    ["json(secrets.TOKEN)", "not_allowed secrets.TOKEN", "pass it on whole, in env: or in with: of tools and scripts"],
    ["secrets.TOKN", "unknown_field TOKN", "did you mean 'TOKEN'?"],
    ["[1, 2].join()", "wrong_type [1, 2]", "write list.map(x, string(x)).join(', ')"],
  ])("finds the mistake in %s", (source, brief, help) => {
    const checked = check(source);
    expect(checked.brief).toEqual([brief]);
    expect(checked.problems[0]?.help).toBe(help);
  });

  it.each([
    "inputs.note != null && inputs.note.size() > 3",
    "inputs.note == null || inputs.note.size() > 3",
    "(inputs.note != null ? inputs.note.upper() : '') == 'A'",
    "!(inputs.note != null) || inputs.note.size() > 3",
    "steps.review.output.line != null && steps.review.output.score > 3",
    "steps.review.status == 'completed' && steps.review.output.score > 3",
    "steps.review.status != 'completed' || steps.review.text.size() > 3",
    "'completed' == steps.review.status ? steps.review.output.score > 1 : false",
    "inputs.tags.exists(t, inputs.note != null && inputs.note == t + inputs.note)",
    "(steps.review.output.score ?? 0) > 3",
    "inputs.note == 'a'",
    "inputs.note == null",
  ])("asks for nothing in %s", (source) => {
    expect(check(source, "condition").problems).toEqual([]);
  });

  it.each([
    "steps.review.status == 'failed' && steps.review.output.score > 3",
    "steps.review.status == 'completed' || steps.review.output.score > 3",
    "inputs.note != null || inputs.note.size() > 3",
    "inputs.note == null ? inputs.note.upper() == '' : true",
    "[null].map(x, x != null) == [] && inputs.note.size() > 0",
  ])("still asks for ?? in %s", (source) => {
    expect(check(source).problems.map((problem) => problem.code)).toEqual(["nullable"]);
  });

  it("reports all problems of an expression in order", () => {
    expect(check("inputs.nam + steps.ftch.text + inputs.note").brief).toEqual([
      "unknown_field nam",
      "unknown_field ftch",
      "nullable inputs.note",
    ]);
  });

  it("knows where an expression stands", () => {
    expect(check("inputs.count", "condition").brief).toEqual(["wrong_type inputs.count"]);
    expect(check("inputs.note", "text").brief).toEqual(["nullable inputs.note"]);
    expect(check("secrets.TOKEN", "text").problems).toEqual([]);
    expect(check("inputs.count", "list").brief).toEqual(["wrong_type inputs.count"]);
    expect(check("steps.review.output.score ?? 0 > 3", "condition").problems[0]?.help).toContain("write (a ?? b) > c");
  });

  it.each([
    ["1 && true", "a condition needs a boolean; 1 is a number"],
    ["'a' + 1", "'+' does not work on 'a' (string) and 1 (number)"],
    ["-'a'", "'-' needs a number; 'a' is a string"],
    ["'a'.filter(x, true)", "'filter' does not work on 'a', which is a string"],
    ["steps.review.status == 1", "'completed' | 'failed' | 'skipped' and 1 (number) are never equal"],
  ])("quotes texts and says what a literal is: %s", (source, message) => {
    expect(check(source).problems[0]?.message).toBe(message);
  });

  it("takes what a condition around it rules out", () => {
    const condition = parseExpression("steps.review.status == 'completed' && inputs.note != null");
    if (!condition.ok) throw new Error(condition.problem.message);
    const nonNull = nonNullWhere(condition.expression, types.narrowing);
    const guarded = (source: string) => {
      const parsed = parseExpression(source);
      if (!parsed.ok) throw new Error(parsed.problem.message);
      return checkExpression(parsed.expression, { ...types, nonNull });
    };
    expect(describeType(guarded("steps.review.output.score").type)).toBe("integer");
    expect(guarded("inputs.note + steps.review.text").problems).toEqual([]);
    expect(guarded("steps.review.output.line + 1").problems.map(({ code }) => code)).toEqual(["nullable"]);
    expect(guarded("inputs.tags.map(steps, steps + '').join()").problems.map(({ code }) => code)).toEqual([
      "not_allowed",
    ]);
  });

  it("collects what an expression reads, with the place of each part", () => {
    const { references } = check("steps.fetch['text'] + inputs.tags.map(t, t + inputs.name).join()");
    expect(references.map((reference) => reference.path.join("."))).toEqual([
      "steps.fetch.text",
      "inputs.tags",
      "inputs.name",
    ]);
    expect(references[0]?.parts).toEqual([
      { start: 0, end: 5 },
      { start: 6, end: 11 },
      { start: 12, end: 18 },
    ]);
    expect(references[0]?.whole).toBe(false);
    expect(check("inputs.name").references[0]?.whole).toBe(true);
  });
});

describe("assignable types", () => {
  it.each([
    ["integer", "number", true],
    ["number", "integer", false],
    ["low | high", "string", true],
    ["string", "low | high", false],
    ["low | high", "low | medium | high", true],
    ["low | huge", "low | medium | high", false],
    [["integer"], ["number"], true],
    [["string"], "string", false],
    [{ a: "string" }, { a: "string", "b?": "integer" }, true],
    [{ a: "string", c: "any" }, { a: "string" }, false],
    [{ "a?": "string" }, { a: "string" }, false],
    ["any", "integer", true],
    ["integer", "any", true],
  ] as const)("%j to %j: %s", (from, to, expected) => {
    expect(isAssignable(type(from), type(to))).toBe(expected);
  });

  it("lets null into optional fields and nowhere else", () => {
    const from = object({ a: orNull(type("string")) });
    expect(isAssignable(from, type({ "a?": "string" }))).toBe(true);
    expect(isAssignable(from, type({ a: "string" }))).toBe(false);
    expect(isAssignable(orNull(type("string")), type("string"))).toBe(false);
    expect(isAssignable(secretType, type("string"))).toBe(true);
  });
});
