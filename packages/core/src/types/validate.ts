import { describeType } from "../expr/describe-type.js";
import { equalJson } from "../expr/measure.js";
import { nearest } from "../expr/nearest.js";
import { isList } from "../expr/value.js";
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../json.js";
import { validateForeign } from "./foreign-schema.js";
import type { JsonProblem } from "./json-problem.js";

/** Outcome of a validation. */
export type JsonValidation = { readonly ok: true } | { readonly ok: false; readonly problems: readonly JsonProblem[] };

/** Keywords that are checked here; a schema with any other goes through zod. */
const ownKeywords = new Set([
  ...["type", "enum", "const", "properties", "required", "additionalProperties", "items", "anyOf"],
  ...["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"],
  ...["title", "description", "default", "examples", "$schema", "$id", "$comment", "x-secret"],
]);
const maxProblems = 20;
const maxDepth = 200;

/**
 * Does a value fit a JSON Schema? At most 20 problems. A null in a field that is not required counts as absent,
 * because a missing field reads as null.
 */
export function validateJson(schema: JsonSchema, value: Json): JsonValidation {
  const problems: JsonProblem[] = [];
  if (isOwn(schema, 0)) validate(schema, value, [], problems);
  else problems.push(...validateForeign(schema, value));
  return problems.length === 0 ? { ok: true } : { ok: false, problems: problems.slice(0, maxProblems) };
}

/** The problems as one line: `issues[0].line is a string, not an integer; …`. */
export function describeProblems(problems: readonly JsonProblem[]): string {
  return problems.map(({ path, message }) => `${pathText(path)} ${message}`).join("; ");
}

function pathText(path: readonly (string | number)[]): string {
  const text = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  return text === "" ? "the value" : text.replace(/^\./, "");
}

function isOwn(schema: Json, depth: number): boolean {
  if (typeof schema === "boolean") return depth > 0;
  if (!isJsonObject(schema) || depth > maxDepth) return false;
  if (!Object.keys(schema).every((key) => ownKeywords.has(key))) return false;
  const { properties, additionalProperties, items, anyOf } = schema;
  const inner = [
    ...(isJsonObject(properties) ? Object.values(properties) : []),
    ...(isList(anyOf) ? anyOf : []),
    ...[additionalProperties, items].filter((item) => item !== undefined),
  ];
  return inner.every((item) => isOwn(item, depth + 1));
}

type Path = readonly (string | number)[];

function validate(schema: Json, value: Json, path: Path, problems: JsonProblem[]): void {
  if (problems.length >= maxProblems || schema === true) return;
  const report = (message: string) => problems.push({ path, message });
  if (!isJsonObject(schema)) {
    report("is not allowed");
    return;
  }
  const { type, anyOf } = schema;
  const types = isList(type) ? type : type === undefined ? [] : [type];
  if (types.length > 0 && !types.some((name) => hasType(value, name))) {
    report(`is ${inWords(value)}, not ${describeType(schema)}`);
    return;
  }
  const values = schema.const === undefined ? schema.enum : [schema.const];
  if (isList(values) && !values.some((item) => equalJson(item, value, () => {}))) {
    const near =
      typeof value === "string"
        ? nearest(
            value,
            values.filter((item) => typeof item === "string"),
          )
        : undefined;
    report(
      `is ${shown(value)}, not ${describeType({ enum: values })}${near === undefined ? "" : `; did you mean '${near}'?`}`,
    );
  }
  if (isList(anyOf) && !anyOf.some((item) => fitsOne(item, value))) {
    const [only, ...others] = anyOf.filter((item) => isJsonObject(item) && item.type !== "null");
    if (only !== undefined && others.length === 0 && value !== null) validate(only, value, path, problems);
    else report(`is ${inWords(value)}, not ${describeType({ anyOf })}`);
  }
  checkRanges(schema, value, report);
  if (isList(value) && schema.items !== undefined) {
    for (const [index, item] of value.entries()) validate(schema.items, item, [...path, index], problems);
  }
  if (isJsonObject(value)) validateObject(schema, value, path, problems);
}

function fitsOne(schema: Json, value: Json): boolean {
  const problems: JsonProblem[] = [];
  validate(schema, value, [], problems);
  return problems.length === 0;
}

function validateObject(schema: JsonObject, value: JsonObject, path: Path, problems: JsonProblem[]): void {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = isList(schema.required) ? schema.required : [];
  for (const name of required) {
    if (typeof name === "string" && !Object.hasOwn(value, name))
      problems.push({ path: [...path, name], message: "is missing" });
  }
  const { additionalProperties } = schema;
  for (const [name, item] of Object.entries(value)) {
    const declared = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (declared !== undefined) {
      if (item !== null || required.includes(name)) validate(declared, item, [...path, name], problems);
    } else if (additionalProperties === false) {
      const near = nearest(name, Object.keys(properties));
      problems.push({
        path: [...path, name],
        message: `is not a field of the type${near === undefined ? "" : `; did you mean '${near}'?`}`,
      });
    } else if (additionalProperties !== undefined) validate(additionalProperties, item, [...path, name], problems);
  }
}

function checkRanges(schema: JsonObject, value: Json, report: (message: string) => void): void {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  if (typeof value === "number") {
    if (typeof minimum === "number" && value < minimum) report(`is ${value}, less than ${minimum}`);
    if (typeof maximum === "number" && value > maximum) report(`is ${value}, more than ${maximum}`);
  }
  const length = isList(value) ? value.length : typeof value === "string" ? [...value].length : undefined;
  if (length === undefined) return;
  const [min, max, what] = isList(value) ? [minItems, maxItems, "items"] : [minLength, maxLength, "characters"];
  if (typeof min === "number" && length < min) report(`has ${length} ${what}, at least ${min} are needed`);
  if (typeof max === "number" && length > max) report(`has ${length} ${what}, at most ${max} are allowed`);
}

function hasType(value: Json, name: Json): boolean {
  switch (name) {
    case "null":
      return value === null;
    case "array":
      return isList(value);
    case "object":
      return isJsonObject(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === name;
  }
}

function inWords(value: Json): string {
  if (value === null) return "null";
  if (isList(value)) return "a list";
  if (typeof value === "object") return "a map";
  return typeof value === "string" ? "a string" : shown(value);
}

function shown(value: Json): string {
  const text = typeof value === "string" ? `'${value}'` : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
