import type { JsonSchema } from "@aiw/core";
import { either, fixed, listOf, type Shape } from "./shape.js";

/** Names of inputs, secrets, outputs and variables. */
export const namePattern = "^[A-Za-z_][A-Za-z0-9_]*$";
const name: JsonSchema = { type: "string", pattern: namePattern, maxLength: 100 };

/** Text. */
export const text = fixed({ type: "string" });
/** Text of at least one character. */
export const someText = fixed({ type: "string", minLength: 1 });
/** One value as it was written. */
export const written = fixed({ type: ["string", "number", "boolean"] });
/** Any value. */
export const anything = fixed({ type: ["string", "number", "boolean", "object", "array"] });
/** Yes or no by an expression, or any other expression without braces. */
export const expression = fixed({
  type: ["string", "number", "boolean"],
  not: { type: "string", pattern: "^\\s*\\{\\{[\\s\\S]*\\}\\}\\s*$" },
});
/** A number with its unit. */
export const duration = fixed({
  type: "string",
  pattern: "^\\s*(?:\\d+(?:\\.\\d+)?\\s*(?:ms|[wdhms])\\s*)+$",
  maxLength: 100,
});
/** A name. */
export const identifier = fixed(name);
/** Texts. */
export const texts = listOf(text);
/** A text, or a list of them. */
export const oneOrMore: Shape = either(text, texts);
/** Names. */
export const identifiers = listOf(identifier, { uniqueItems: true });

/** A whole number. */
export function count(minimum: number, maximum: number): Shape {
  return fixed({ type: "integer", minimum, maximum });
}

/** A map from names to values. */
export function named(value: JsonSchema): Shape {
  return fixed({ type: "object", propertyNames: name, additionalProperties: value });
}

/** Variables, as text. */
export const variables = named({ type: ["string", "number", "boolean"] });

/** A type in the notation of the language. */
export const type = fixed({ $ref: "#/$defs/type" });
/** Names with types; `?` behind a name makes it optional. */
export const fields = fixed({
  type: "object",
  propertyNames: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*\\??$", maxLength: 101 },
  additionalProperties: { $ref: "#/$defs/type" },
});

const special = { $description: { type: "string", description: "What it is for." }, $default: true } as const;

/** What the schemas refer to. */
export const typeDefinitions: JsonSchema = {
  type: {
    description:
      "A type: `string`, `number`, `integer`, `boolean`, `any`, an enumeration `low | high`, a list `[T]`, a map of fields, a scalar with a default `string = x`, or a JSON Schema under `$schema`.",
    anyOf: [
      { type: "string", minLength: 1 },
      { type: "array", minItems: 1, maxItems: 1, items: { $ref: "#/$defs/type" } },
      {
        type: "object",
        propertyNames: { type: "string", pattern: "^[^$]" },
        additionalProperties: { $ref: "#/$defs/type" },
      },
      {
        type: "object",
        properties: { $type: { $ref: "#/$defs/type" }, ...special },
        required: ["$type"],
        additionalProperties: false,
      },
      {
        type: "object",
        properties: {
          $schema: {
            description: "A JSON Schema, or the path of a file that holds one.",
            anyOf: [{ type: "string", minLength: 1 }, { type: "object" }],
          },
          ...special,
        },
        required: ["$schema"],
        additionalProperties: false,
      },
    ],
  },
};
