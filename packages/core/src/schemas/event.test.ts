import { expect, it } from "vitest";
import { isJsonObject, type Json } from "../json.js";
import { eventJsonSchema } from "./event.js";

/** Places of properties without a description. */
function undescribed(schema: Json, path = ""): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap((each, at) => undescribed(each, `${path}/${at}`));
  if (!isJsonObject(schema)) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const below = undescribed(value, `${path}/${key}`);
    if (key !== "properties" || !isJsonObject(value)) return below;
    const bare = Object.entries(value).filter(([, property]) => !isDescribed(property));
    return [...bare.map(([name]) => `${path}/${name}`), ...below];
  });
}

function isDescribed(property: Json): boolean {
  if (!isJsonObject(property)) return false;
  const { description, anyOf, const: only } = property;
  if (description !== undefined || only !== undefined) return true;
  return Array.isArray(anyOf) && anyOf.some(isDescribed);
}

it("is the published schema: `npm run schemas` writes it", async () => {
  const text = `${JSON.stringify(eventJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../../schemas/event.json");
});

it("describes everything in it", () => {
  expect(undescribed(eventJsonSchema())).toEqual([]);
});
