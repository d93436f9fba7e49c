import { isJsonObject, type JsonObject, type JsonSchema } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { flowFileTable, flowStepTable, flowUndoTable } from "../flow-yaml/keys.js";
import { fileTable, stepTable } from "../settings/keys.js";
import { flowSchema, frontMatterSchema, stepSchema } from "./schemas.js";
import { propertiesOf } from "./shape.js";
import { text } from "./values.js";

const schemas = { "front-matter": frontMatterSchema, step: stepSchema, flow: flowSchema };

describe.each(Object.entries(schemas))("the schema %s", (name, make) => {
  it("is the published one: `npm run schemas` writes it", async () => {
    await expect(`${JSON.stringify(make(), null, 2)}\n`).toMatchFileSnapshot(`../../schemas/${name}.json`);
  });

  it("has a name and no address", () => {
    expect(make().$id).toBe(`urn:aiw:schema:${name}:1`);
  });
});

function definition(schema: JsonSchema, name: string): JsonObject {
  const { $defs } = schema;
  const found = isJsonObject($defs) ? $defs[name] : undefined;
  return isJsonObject(found) ? found : {};
}

it.each([
  { of: "the front matter", schema: frontMatterSchema(), known: fileTable.known },
  { of: "a step", schema: stepSchema(), known: stepTable.known },
  { of: "a file in YAML", schema: flowSchema(), known: flowFileTable.known },
  { of: "a step in YAML", schema: definition(flowSchema(), "step"), known: flowStepTable.known },
  { of: "an Undo in YAML", schema: definition(flowSchema(), "undo"), known: flowUndoTable.known },
])("every key of $of is in its schema, described, and no other", ({ schema, known }) => {
  const { properties = {}, additionalProperties } = schema;
  if (!isJsonObject(properties)) throw new Error("it has no keys");
  expect(Object.keys(properties).toSorted()).toEqual([...known].toSorted());
  expect(additionalProperties).toBe(false);
  for (const property of Object.values(properties))
    expect(property).toMatchObject({ description: expect.stringMatching(/\.$/), examples: [expect.anything()] });
});

it("a key needs both a description and a shape", () => {
  const doc = { about: "A.", example: "a: b" };
  expect(() => propertiesOf({ a: doc }, {})).toThrow("the key 'a' has no shape");
  expect(() => propertiesOf({}, { a: text })).toThrow("the key 'a' is not described");
});
