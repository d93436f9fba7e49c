import { AiwError, type Json, type JsonObject, type JsonSchema } from "@aiw/core";
import { parse } from "yaml";
import type { KeyDoc } from "../settings/key-doc.js";

/** The schema of a value whose key is described. */
export type Shape = (doc: Inner) => JsonSchema;

/** Shapes by key. */
export type Shapes = Readonly<Record<string, Shape>>;

/** What is known of a value: its words, and the keys of its map. */
export type Inner = Pick<KeyDoc, "words" | "keys" | "each">;

/** The same schema, whatever is known of the key. */
export function fixed(schema: JsonSchema): Shape {
  return () => schema;
}

/** One of the words of the key. */
export const word: Shape = ({ words = [] }) => ({ enum: words });

/** Fits one of these. */
export function either(...shapes: readonly Shape[]): Shape {
  return (doc) => ({ anyOf: shapes.map((shape) => shape(doc)) });
}

/** A list. */
export function listOf(item: Shape, more: JsonSchema = {}): Shape {
  return (doc) => ({ type: "array", items: item(doc), ...more });
}

/** A map with the keys that are described. */
export function mapOf(shapes: Shapes, more: JsonSchema = {}): Shape {
  return ({ keys = {} }) => closed(propertiesOf(keys, shapes), more);
}

/** A map with keys that the author chooses, after what is known of each. */
export function eachOf(value: Shape, more: JsonSchema = {}): Shape {
  return ({ each = {} }) => ({ type: "object", additionalProperties: value(each), ...more });
}

/** A map with these keys and no others. */
export function closed(properties: JsonObject, more: JsonSchema = {}): JsonSchema {
  return { type: "object", properties, additionalProperties: false, ...more };
}

/**
 * The schemas of keys, with what is known of them, in the order of their descriptions.
 *
 * @throws AiwError `internal` when a key has a description and no shape, or the other way round.
 */
export function propertiesOf(docs: Readonly<Record<string, KeyDoc>>, shapes: Shapes): JsonObject {
  const nowhere = Object.keys(shapes).find((key) => !Object.hasOwn(docs, key));
  if (nowhere !== undefined) throw new AiwError("internal", `the key '${nowhere}' is not described`);
  const entries = Object.entries(docs).map(([key, doc]): readonly [string, Json] => {
    const shape = Object.hasOwn(shapes, key) ? shapes[key] : undefined;
    if (shape === undefined) throw new AiwError("internal", `the key '${key}' has no shape`);
    return [key, { description: doc.about, ...shape(doc), examples: [exampleOf(key, doc)] }];
  });
  return Object.fromEntries(entries);
}

function exampleOf(key: string, { example }: KeyDoc): Json {
  const value: Readonly<Record<string, Json>> = parse(example);
  return value[key] ?? null;
}
