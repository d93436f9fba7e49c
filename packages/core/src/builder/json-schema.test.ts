import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Json } from "../json.js";
import { compileType } from "../types/compile-type.js";
import { inputSpecs } from "./input-spec.js";
import { jsonSchemaOf } from "./json-schema.js";

/** The same type in zod and in the notation of files. */
const pairs: readonly (readonly [z.ZodType, Json])[] = [
  [z.string(), "string"],
  [z.number(), "number"],
  [z.int(), "integer"],
  [z.number().int(), "integer"],
  [z.boolean(), "boolean"],
  [z.any(), "any"],
  [z.unknown(), "any"],
  [z.enum(["low", "high"]), "low | high"],
  [z.literal([1, 2, 3]), "1 | 2 | 3"],
  [z.array(z.string()), ["string"]],
  [z.array(z.array(z.int())), [["integer"]]],
  [z.string().default("main"), "string = main"],
  [z.int().default(5), "integer = 5"],
  [z.boolean().default(true), "boolean = true"],
  [z.enum(["a", "b"]).default("b"), "a | b = b"],
  [z.array(z.string()).default([]), { $type: ["string"], $default: [] }],
  [z.string().describe("who"), { $type: "string", $description: "who" }],
  [z.object({}), {}],
  [z.object({ file: z.string(), line: z.int().optional() }), { file: "string", "line?": "integer" }],
  [
    z.object({ issues: z.array(z.object({ why: z.string(), severity: z.enum(["low", "high"]).default("low") })) }),
    { issues: [{ why: "string", severity: "low | high = low" }] },
  ],
];

describe("zod types", () => {
  it.each(pairs)("are the JSON Schema of the notation: case %#", (type, notation) => {
    const { schema, problems } = compileType(notation);
    expect(problems).toEqual([]);
    expect(jsonSchemaOf(type, "x")).toEqual(schema);
  });

  it("keep what the notation has no word for", () => {
    expect(jsonSchemaOf(z.string().min(2), "x")).toEqual({ type: "string", minLength: 2 });
    expect(jsonSchemaOf(z.int().min(1), "x")).toEqual({ type: "integer", minimum: 1 });
    expect(jsonSchemaOf(z.string().nullable(), "x")).toEqual({ type: ["string", "null"] });
    expect(jsonSchemaOf(z.looseObject({ a: z.string() }), "x")).toMatchObject({ additionalProperties: {} });
    expect(jsonSchemaOf(z.record(z.string(), z.int()), "x")).toEqual({
      type: "object",
      additionalProperties: { type: "integer" },
    });
  });

  it("leave values alone that look like schemas", () => {
    const schema = jsonSchemaOf(z.object({ a: z.any() }).default({ a: { type: "object", properties: {} } }), "x");
    expect(schema.default).toEqual({ a: { type: "object", properties: {} } });
  });

  it.each([
    ["transforms", z.object({ a: z.string().transform(Number) }), /it changes values at a/],
    ["pipes", z.string().pipe(z.string()), /it changes values/],
    ["trimming", z.string().trim(), /it changes values/],
    ["fallbacks", z.string().catch("x"), /it changes values/],
    ["refinements", z.string().refine((text) => text !== ""), /checks values with a function/],
    ["custom types", z.custom<string>(), /custom types cannot be represented|checks values with a function/],
    ["dates", z.date(), /date cannot be represented/],
    ["big integers", z.bigint(), /bigInt cannot be represented/i],
  ])("are refused when a schema would lose something: %s", (_, type, message) => {
    expect(() => jsonSchemaOf(type, "input 'a'")).toThrow(message);
    expect(() => jsonSchemaOf(type, "input 'a'")).toThrow(/^the type of input 'a' is no JSON Schema: /);
  });
});

describe("inputs", () => {
  it("are required without default and `optional()`", () => {
    const specs = inputSpecs(
      { a: z.string(), b: z.string().default("x"), c: z.string().optional(), d: z.any() },
      "input",
    );
    expect(Object.values(specs).map(({ required }) => required)).toEqual([true, false, false, true]);
  });

  it("have names that expressions can read", () => {
    expect(() => inputSpecs({ "a-b": z.string() }, "input")).toThrow("'a-b' is no name of an input");
  });
});
