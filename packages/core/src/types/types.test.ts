import { describe, expect, it } from "vitest";
import type { Json } from "../json.js";
import { applyDefaults } from "./apply-defaults.js";
import { coerceInput, describeInputMisfit } from "./coerce-input.js";
import { compileFields, compileType } from "./compile-type.js";
import { describeProblems, validateJson } from "./validate.js";

describe("the notation of types", () => {
  it.each<[Json, Json]>([
    ["string", { type: "string" }],
    ["any", {}],
    ["low | high", { type: "string", enum: ["low", "high"] }],
    ["1 | 2", { enum: [1, 2] }],
    ["'a b' | c", { type: "string", enum: ["a b", "c"] }],
    [["string"], { type: "array", items: { type: "string" } }],
    ["[integer]", { type: "array", items: { type: "integer" } }],
    ["integer = 5", { type: "integer", default: 5 }],
    ["string = a=b", { type: "string", default: "a=b" }],
    ["string = ''", { type: "string", default: "" }],
    ["boolean = false", { type: "boolean", default: false }],
    ["low | high = low", { type: "string", enum: ["low", "high"], default: "low" }],
    [
      { $type: ["string"], $default: [], $description: "words" },
      { type: "array", items: { type: "string" }, description: "words", default: [] },
    ],
    [{ $schema: { type: "string", pattern: "^a" } }, { type: "string", pattern: "^a" }],
    [
      { file: "string", "line?": "integer", n: "number = 1" },
      {
        type: "object",
        properties: { file: { type: "string" }, line: { type: "integer" }, n: { type: "number", default: 1 } },
        required: ["file"],
        additionalProperties: false,
      },
    ],
  ])("compiles %j", (notation, schema) => {
    expect(compileType(notation)).toMatchObject({ problems: [], files: [] });
    expect(compileType(notation).schema).toEqual(schema);
  });

  it.each<[Json, Json, string | undefined]>([
    ["strng", [], "did you mean 'string'?"],
    ["int", [], "did you mean 'integer'?"],
    ["string?", [], "optional is on the key: name?: string"],
    ["string | number", [], "write any, or a JSON Schema: { $schema: { anyOf: [...] } }"],
    ["low | | high", [], "write it as low | medium | high"],
    ["low | low", [], undefined],
    ["integer = 1.5", [], undefined],
    ["integer = x", [], undefined],
    ["low | high = mid", [], undefined],
    ["[string] = []", [], "write { $type: [...], $default: [] }"],
    ["string =", [], "an empty text is written ''"],
    [5, [], "write number = 5"],
    [null, [], "write string, number, integer, boolean, any, [T] or a map"],
    [["string", "number"], [], "write [string], or an enumeration: low | high"],
    [{ a: { b: ["strng"] } }, ["a", "b", 0], "did you mean 'string'?"],
    [{ $typ: "string", $type: "string" }, ["$typ"], "did you mean '$type'?"],
    [{ $type: "string", name: "string" }, ["name"], "fields go into $type: { name: string }"],
    [{ $default: 1 }, [], "add $type or $schema"],
    [{ $type: "integer", $default: "x" }, ["$default"], undefined],
    [{ a: "string", "a?": "string" }, ["a?"], undefined],
  ])("refuses %j at its place", (notation, path, help) => {
    const { problems } = compileType(notation);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.help).toBe(help);
  });

  it("asks for files of schemas, or takes what it is given", () => {
    const notation = { "a?": { $schema: "./a.json" } };
    expect(compileFields(notation).files).toEqual([{ path: ["a?", "$schema"], file: "./a.json" }]);
    const known = compileFields(notation, { readSchema: () => ({ type: "integer" }) });
    expect(known.files).toEqual([]);
    expect(known.fields.a).toMatchObject({ schema: { type: "integer" }, required: false });
  });

  it("tells required fields from optional ones and those with a default", () => {
    const { fields } = compileFields({ a: "string", "b?": "string", c: "string = x" });
    expect(Object.entries(fields).map(([name, field]) => [name, field.required, field.default])).toEqual([
      ["a", true, undefined],
      ["b", false, undefined],
      ["c", false, "x"],
    ]);
    expect(compileFields(["string"]).problems).toHaveLength(1);
  });
});

describe("defaults", () => {
  it("are checked in every field, whatever is wrong with another", () => {
    const { problems } = compileFields({ a: "strin", b: "integer = x", c: { d: "boolean = 1" } });
    expect(problems.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([
      "a: there is no type 'strin'",
      "b: the default x is not integer",
      "c.d: the default 1 is not boolean",
    ]);
  });
});

describe("validation", () => {
  const { schema } = compileType({
    score: "integer",
    "note?": "string",
    issues: [{ file: "string", level: "low | high" }],
  });

  it("accepts what fits; null counts as absent where a field is optional", () => {
    expect(validateJson(schema, { score: 1, issues: [] })).toEqual({ ok: true });
    expect(validateJson(schema, { score: 1, note: null, issues: [{ file: "a", level: "low" }] })).toEqual({ ok: true });
  });

  it("names every problem with its path", () => {
    const result = validateJson(schema, {
      score: "7",
      issues: [{ file: "a", level: "hihg" }, { level: "low" }, 5],
      nte: "x",
    });
    expect(result.ok ? "" : describeProblems(result.problems)).toBe(
      "score is a string, not integer; issues[0].level is 'hihg', not 'low' | 'high'; did you mean 'high'?; " +
        "issues[1].file is missing; issues[2] is 5, not { file, level }; nte is not a field of the type; did you mean 'note'?",
    );
  });

  it("does not take inherited names for fields", () => {
    expect(validateJson({ type: "object", required: ["constructor"] }, {}).ok).toBe(false);
    const open: Json = JSON.parse('{"__proto__": 1}');
    expect(validateJson({ type: "object", properties: {}, additionalProperties: false }, open).ok).toBe(false);
  });

  it("checks schemas of others through zod", () => {
    const foreign = { type: "object", properties: { a: { type: "string", pattern: "^x" } }, required: ["a"] };
    expect(validateJson(foreign, { a: "xy" })).toEqual({ ok: true });
    const result = validateJson(foreign, { a: "y" });
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toEqual([["a"]]);
  });

  it("puts defaults where fields are missing, at any depth", () => {
    const { schema: nested } = compileType({ a: "integer = 1", list: [{ b: "string = x" }], "c?": "string" });
    expect(applyDefaults(nested, { list: [{}, { b: "y" }] })).toEqual({ a: 1, list: [{ b: "x" }, { b: "y" }] });
  });
});

describe("inputs from the command line", () => {
  it.each<[Json, string, Json]>([
    ["string", "12", "12"],
    ["integer", "12", 12],
    ["number", "-1.5e3", -1500],
    ["boolean", "true", true],
    ["low | high", "low", "low"],
    ["1 | 2", "2", 2],
    [["string"], "a,b, c", ["a", "b", "c"]],
    [["integer"], "[1,2]", [1, 2]],
    [["integer"], "1,2", [1, 2]],
    [["string"], "", []],
    [{ a: "integer" }, '{"a": 1}', { a: 1 }],
    ["any", '{"a": 1}', { a: 1 }],
    ["any", "text", "text"],
  ])("reads %j from %j", (notation, text, value) => {
    expect(coerceInput("x", compileType(notation).schema, text)).toEqual(value);
  });

  it.each<[Json, string]>([
    ["integer", "1.5"],
    ["integer", "abc"],
    ["number", ""],
    ["boolean", "yes"],
    ["low | high", "mid"],
    [["integer"], "1,x"],
    [["integer"], "[1,"],
    [{ a: "integer" }, "a=1"],
    [{ a: "integer" }, '{"a": "x"}'],
  ])("refuses for %j the text %j with a typed error", (notation, text) => {
    const { schema } = compileType(notation);
    expect(() => coerceInput("x", schema, text)).toThrow(
      expect.objectContaining({ code: "input_invalid", message: expect.stringMatching(/^input 'x': /) }),
    );
  });

  it.each<[Json, string, string]>([
    ["boolean", "yes", "'yes' is not a boolean: write true or false"],
    ["integer", "1.5", "1.5 is not a whole number: write for example 3"],
    ["number", "many", "'many' is not a number: write for example 2.5"],
    ["low | high", "hihg", "'hihg' is not low or high: did you mean 'high'?"],
    ["1 | 2 | 3", "7", "7 is not 1, 2 or 3"],
    [["integer"], "1,x", "'1,x' is not a list ([integer]): write items with commas between, or a JSON list"],
    [{ a: "integer" }, '{"a": "x"}', "a is a string, not integer"],
  ])("says what %j takes when it is given %j", (notation, text, message) => {
    const { schema } = compileType(notation);
    expect(() => coerceInput("x", schema, text)).toThrow(`input 'x': ${message}`);
  });

  it("describes values of a JSON file in the same words", () => {
    expect(describeInputMisfit(compileType("boolean").schema, "yes")).toBe(
      "'yes' is not a boolean: write true or false",
    );
    expect(describeInputMisfit(compileType("string").schema, 5)).toBe("5 is not text: put it in quotes");
    expect(describeInputMisfit({ type: "integer", minimum: 3 }, 1)).toBe("the value is 1, less than 3");
    expect(describeInputMisfit(compileType("integer").schema, 3)).toBeUndefined();
  });
});
