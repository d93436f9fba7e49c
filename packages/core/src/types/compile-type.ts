import { suggest } from "../expr/nearest.js";
import { isList } from "../expr/value.js";
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../json.js";
import type { Compilation, CompiledType, CompileOptions, TypeOf, TypePath, TypeProblem } from "./notation.js";
import { refuse } from "./notation.js";
import { compileText } from "./scalar-type.js";
import { validateJson } from "./validate.js";

/** Compiled fields of `inputs:` or `output:`. */
export interface CompiledFields {
  readonly fields: Readonly<Record<string, CompiledField>>;
  /** The object that holds them all. */
  readonly schema: JsonSchema;
  readonly problems: readonly TypeProblem[];
  readonly files: CompiledType["files"];
}

/** One field. */
export interface CompiledField {
  readonly schema: JsonSchema;
  /** Its key has no `?` and it has no default. */
  readonly required: boolean;
  readonly default?: Json | undefined;
}

const maxDepth = 50;
const dollarKeys = ["$type", "$default", "$description", "$schema"];

/** Compiles one type in the notation of the language to JSON Schema. Never throws; all problems are reported. */
export function compileType(notation: Json, options: CompileOptions = {}): CompiledType {
  const to = compilation(options);
  const type = compile(notation, [], to);
  return { schema: type.schema, default: type.default, problems: to.problems, files: to.files };
}

/** Compiles a map of fields, `key?` for optional ones. Never throws; all problems are reported. */
export function compileFields(notation: Json, options: CompileOptions = {}): CompiledFields {
  const to = compilation(options);
  if (!isJsonObject(notation)) {
    refuse(to, [], "fields are a map of name to type", "write it as { name: string, count?: integer }");
    return { fields: {}, schema: {}, problems: to.problems, files: [] };
  }
  const fields = readFields(notation, [], to);
  return { fields, schema: objectOf(fields), problems: to.problems, files: to.files };
}

function compilation(options: CompileOptions): Compilation {
  return { problems: [], files: [], readSchema: options.readSchema ?? (() => undefined) };
}

function compile(notation: Json, path: TypePath, to: Compilation): TypeOf {
  if (path.length > maxDepth) return refuse(to, path, `types are nested deeper than ${maxDepth} levels`);
  if (typeof notation === "string") return compileText(notation, path, to);
  if (isList(notation)) return compileList(notation, path, to);
  if (isJsonObject(notation)) {
    const isSpecial = Object.keys(notation).some((key) => key.startsWith("$"));
    if (isSpecial) return compileSpecial(notation, path, to);
    return { schema: objectOf(readFields(notation, path, to)) };
  }
  if (notation === null)
    return refuse(to, path, "the type is missing", "write string, number, integer, boolean, any, [T] or a map");
  return refuse(to, path, `${JSON.stringify(notation)} is a value, not a type`, `write ${valueType(notation)}`);
}

function valueType(value: Json): string {
  return typeof value === "number" ? `number = ${value}` : `boolean = ${JSON.stringify(value)}`;
}

function compileList(items: readonly Json[], path: TypePath, to: Compilation): TypeOf {
  const [item] = items;
  if (items.length !== 1 || item === undefined) {
    return refuse(
      to,
      path,
      `a list type has one item type, not ${items.length}`,
      "write [string], or an enumeration: low | high",
    );
  }
  return { schema: { type: "array", items: compile(item, [...path, 0], to).schema } };
}

function readFields(notation: JsonObject, path: TypePath, to: Compilation): Readonly<Record<string, CompiledField>> {
  const fields = new Map<string, CompiledField>();
  for (const [key, type] of Object.entries(notation)) {
    const isOptional = key.endsWith("?");
    const name = isOptional ? key.slice(0, -1).trim() : key;
    if (name === "") refuse(to, [...path, key], "the name of the field is missing");
    if (fields.has(name)) refuse(to, [...path, key], `the field '${name}' stands there twice`);
    const compiled = compile(type, [...path, key], to);
    const hasDefault = compiled.default !== undefined;
    fields.set(name, { ...compiled, required: !isOptional && !hasDefault });
  }
  return Object.fromEntries(fields);
}

function objectOf(fields: Readonly<Record<string, CompiledField>>): JsonSchema {
  const entries = Object.entries(fields);
  const properties = Object.fromEntries(entries.map(([name, field]) => [name, field.schema]));
  const required = entries.filter(([, field]) => field.required).map(([name]) => name);
  return { type: "object", properties, required, additionalProperties: false };
}

function compileSpecial(notation: JsonObject, path: TypePath, to: Compilation): TypeOf {
  for (const key of Object.keys(notation)) {
    if (dollarKeys.includes(key)) continue;
    if (key.startsWith("$")) refuse(to, [...path, key], `there is no '${key}' in a type`, suggest(key, dollarKeys));
    else refuse(to, [...path, key], `'${key}' stands among keys with $`, "fields go into $type: { name: string }");
  }
  const { $type, $schema, $default, $description } = notation;
  if ($type !== undefined && $schema !== undefined)
    return refuse(to, [...path, "$schema"], "a type has either $type or $schema");
  if ($type === undefined && $schema === undefined)
    return refuse(to, path, "the type is missing", "add $type or $schema");
  const inner =
    $schema === undefined ? compile($type ?? null, [...path, "$type"], to) : compileSchema($schema, path, to);
  if ($description !== undefined && typeof $description !== "string") {
    refuse(to, [...path, "$description"], "$description is text");
  }
  const described = typeof $description === "string" ? { ...inner.schema, description: $description } : inner.schema;
  if ($default === undefined) return { ...inner, schema: described };
  const checked = validateJson(described, $default);
  const [problem] = checked.ok ? [] : checked.problems;
  if (problem !== undefined)
    return refuse(to, [...path, "$default", ...problem.path], `the default does not fit: ${problem.message}`);
  return { schema: { ...described, default: $default }, default: $default };
}

function compileSchema(schema: Json, path: TypePath, to: Compilation): TypeOf {
  const at = [...path, "$schema"];
  if (isJsonObject(schema)) return withOwnDefault(schema);
  if (typeof schema !== "string") {
    return refuse(to, at, "$schema is a JSON Schema or the path of one", "write { $schema: ./result.schema.json }");
  }
  const known = to.readSchema(schema);
  if (known !== undefined) return withOwnDefault(known);
  to.files.push({ path: at, file: schema });
  return { schema: {} };
}

function withOwnDefault(schema: JsonSchema): TypeOf {
  return schema.default === undefined ? { schema } : { schema, default: schema.default };
}
