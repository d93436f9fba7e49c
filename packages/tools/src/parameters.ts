import {
  compileFields,
  compileType,
  isJsonObject,
  type Json,
  type JsonObject,
  type JsonSchema,
  type TypeProblem,
  validateJson,
} from "@aiw/core";
import { type FieldSource, suggestion } from "./fields.js";
import type { YamlPath } from "./yaml-file.js";

/** Words after `type:` in the descriptive form, and their schemas. */
const wordTypes: Readonly<Record<string, JsonSchema>> = {
  string: { type: "string" },
  integer: { type: "integer" },
  number: { type: "number" },
  float: { type: "number" },
  boolean: { type: "boolean" },
  object: { type: "object" },
  array: { type: "array" },
  any: {},
};
const wordKeys = ["type", "required", "description", "default", "enum"];

/**
 * Schema of the arguments of an operation. A parameter is written in the type notation of workflows
 * (`files: [string]`, `count?: integer`, `depth: integer = 3`) or as a map that describes it
 * (`{ type, required, description, default, enum }`; optional unless `required: true`). No other argument is accepted.
 */
export function compileParameters(source: FieldSource, path: YamlPath): JsonSchema | undefined {
  const raw = source.file.find(path);
  if (!isJsonObject(raw)) {
    report(source, { path: [], message: "'parameters' must be a map of name to type" }, path);
    return undefined;
  }
  const described = new Map<string, Described>();
  const notation = new Map<string, Json>();
  for (const [name, value] of Object.entries(raw)) {
    if (!isName(name)) {
      const help = "use letters, digits, _, - and ., beginning with a letter; a ? at the end makes it optional";
      report(source, { path: [name], message: `'${name}' cannot name a parameter`, help }, path);
    } else if (isDescribed(value)) described.set(name.replace(/\?$/, ""), describe(source, [...path, name], value));
    else notation.set(name, value);
  }
  // `fromEntries` defines keys, so that a parameter called `__proto__` is one.
  const compiled = compileFields(Object.fromEntries(notation));
  for (const problem of compiled.problems) report(source, problem, path);
  const fields = Object.entries(compiled.fields);
  return {
    type: "object",
    properties: Object.fromEntries([
      ...fields.map(([name, field]): [string, JsonSchema] => [name, field.schema]),
      ...[...described].map(([name, field]): [string, JsonSchema] => [name, field.schema]),
    ]),
    required: [...fields, ...described].filter(([, field]) => field.required).map(([name]) => name),
    additionalProperties: false,
  };
}

/** Schema of the result of an operation, in the type notation. */
export function compileResult(source: FieldSource, path: YamlPath): JsonSchema | undefined {
  const compiled = compileType(source.file.find(path) ?? null);
  for (const problem of compiled.problems) report(source, problem, path);
  for (const { path: place } of compiled.files) {
    report(
      source,
      { path: place, message: "a schema in a file is not read here", help: "write the type itself" },
      path,
    );
  }
  return compiled.problems.length === 0 ? compiled.schema : undefined;
}

interface Described {
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** A map whose `type` is one of our words; a parameter that is an object with a field `type` uses `$type`. */
function isDescribed(value: Json): value is JsonObject {
  return isJsonObject(value) && typeof value.type === "string" && Object.hasOwn(wordTypes, value.type);
}

function describe(source: FieldSource, path: YamlPath, value: JsonObject): Described {
  const fail = (key: string, message: string, help?: string) => report(source, { path: [key], message, help }, path);
  for (const key of Object.keys(value)) {
    if (!wordKeys.includes(key)) fail(key, `unknown key '${key}'`, suggestion(key, wordKeys));
  }
  const { type, required = false, description, default: standard, enum: values } = value;
  if (typeof required !== "boolean") fail("required", "'required' must be true or false");
  if (description !== undefined && typeof description !== "string") fail("description", "'description' must be text");
  if (values !== undefined && !(Array.isArray(values) && values.length > 0))
    fail("enum", "'enum' must be a list of values");
  if (required === true && standard !== undefined) {
    fail("default", "a required parameter needs no default", "remove one of the two");
  }
  const schema: JsonSchema = {
    ...(typeof type === "string" ? wordTypes[type] : {}),
    ...(typeof description === "string" ? { description } : {}),
    ...(Array.isArray(values) ? { enum: values } : {}),
    // `default: null` says that there is none.
    ...(standard === undefined || standard === null ? {} : { default: standard }),
  };
  for (const item of Array.isArray(values) ? values : [])
    checkValue(schema, item, () => fail("enum", `a value of 'enum' is no ${type}`));
  if (schema.default !== undefined) checkValue(schema, schema.default, (why) => fail("default", `the default ${why}`));
  return { schema, required: required === true };
}

function checkValue(schema: JsonSchema, value: Json, fail: (why: string) => void): void {
  const result = validateJson(schema, value);
  if (!result.ok) fail(result.problems[0]?.message ?? "does not fit");
}

function report({ file, code, report: add }: FieldSource, problem: TypeProblem, base: YamlPath): void {
  const place = file.at([...base, ...problem.path]);
  add({ code, file: file.name, ...place, message: problem.message, help: problem.help });
}

function isName(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_.-]*\??$/u.test(name);
}
