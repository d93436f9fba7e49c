import { describe, expect, it } from "vitest";
import { jsonOfText, objectSchema, strictSchema } from "./structured.js";

describe("schemas for agents", () => {
  it("wraps what is no object, and unwraps the answer", () => {
    const { schema, restore } = objectSchema({ type: "array", items: { type: "string" } });
    expect(schema).toMatchObject({ type: "object", required: ["value"] });
    expect(restore({ value: ["a"] })).toEqual(["a"]);
    expect(restore(["a"])).toEqual(["a"]);
  });

  it("requires every field in strict form, and takes null for an absent one", () => {
    const strict = strictSchema({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: {
        name: { type: "string" },
        items: { type: "array", items: { type: "object", properties: { line: { type: "integer" } } } },
      },
      required: ["name"],
    });
    expect(strict?.schema).toEqual({
      type: "object",
      properties: {
        name: { type: "string" },
        items: {
          anyOf: [
            {
              type: "array",
              items: {
                type: "object",
                properties: { line: { anyOf: [{ type: "integer" }, { type: "null" }] } },
                required: ["line"],
                additionalProperties: false,
              },
            },
            { type: "null" },
          ],
        },
      },
      required: ["name", "items"],
      additionalProperties: false,
    });
    expect(strict?.restore({ name: "a", items: [{ line: null }, { line: 2 }] })).toEqual({
      name: "a",
      items: [{}, { line: 2 }],
    });
    expect(strict?.restore({ name: "a", items: null })).toEqual({ name: "a" });
  });

  it("keeps a null that the schema allows", () => {
    const schema = { type: "object", properties: { a: { type: ["string", "null"] } }, required: ["a"] };
    expect(strictSchema(schema)?.restore({ a: null })).toEqual({ a: null });
  });

  it.each([
    [{}],
    [{ type: "object" }],
    [{ type: "object", properties: { any: {} }, required: ["any"] }],
    [{ type: "object", properties: { a: { type: "string" } }, additionalProperties: { type: "string" } }],
    [{ type: "array" }],
    [{ $ref: "#/$defs/x" }],
  ])("has no strict form for %j", (schema) => expect(strictSchema(schema)).toBeUndefined());
});

describe("JSON in a final message", () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ["Here it is:\n```json\n[1, 2]\n```\nDone.", [1, 2]],
    ["```\n3\n```", 3],
    ["no json", undefined],
    ["```json\n1\n```\n```json\n2\n```", undefined],
  ])("%j", (text, value) => expect(jsonOfText(text)).toEqual(value));
});
