import { canonicalJson, isJsonObject, type Json, type JsonSchema } from "../json.js";
import type { Kind } from "./catalog.js";
import { isList, isRecord, kindOf } from "./value.js";

/** The type of a secret: it may be passed on whole or stand in text, and nothing else. */
export const secretType: JsonSchema = { type: "string", "x-secret": true };

/** Is it the type of a secret, possibly missing? */
export function isSecretType(schema: JsonSchema): boolean {
  return variants(schema).some((variant) => variant["x-secret"] === true);
}

/** Keywords whose meaning the checker does not follow: such a schema is `any` to it. */
const opaque = ["$ref", "$dynamicRef", "allOf", "not", "if", "then", "else"];
const kindsOfTypes: Readonly<Record<string, Kind>> = {
  null: "null",
  boolean: "boolean",
  number: "number",
  integer: "number",
  string: "string",
  array: "list",
  object: "object",
};

/** May it be anything, as far as the checker knows? */
export function isAny(schema: JsonSchema): boolean {
  return kindsOf(schema) === undefined;
}

/** The alternatives of a schema: `anyOf`, `oneOf` and lists of types taken apart. */
export function variants(schema: JsonSchema): readonly JsonSchema[] {
  if (opaque.some((keyword) => Object.hasOwn(schema, keyword))) return [{}];
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (isList(alternatives)) return alternatives.flatMap((item) => (isJsonObject(item) ? variants(item) : [{}]));
  const { type } = schema;
  if (isList(type)) return type.map((item) => narrowEnum({ ...schema, type: item }, item));
  return [schema];
}

/** Of an enumeration with several types, the values of one. */
function narrowEnum(schema: JsonSchema, type: Json): JsonSchema {
  if (!isList(schema.enum) || typeof type !== "string") return schema;
  const kind = kindsOfTypes[type];
  return { ...schema, enum: schema.enum.filter((value) => kindOf(value) === kind) };
}

/** The types of a file are asked for by each expression that reads them. */
const knownKinds = new WeakMap<JsonSchema, { readonly kinds: ReadonlySet<Kind> | undefined }>();

/** Kinds of values that a schema allows; nothing for any. */
export function kindsOf(schema: JsonSchema): ReadonlySet<Kind> | undefined {
  const known = knownKinds.get(schema);
  if (known !== undefined) return known.kinds;
  const kinds = findKinds(schema);
  knownKinds.set(schema, { kinds });
  return kinds;
}

function findKinds(schema: JsonSchema): ReadonlySet<Kind> | undefined {
  const kinds = new Set<Kind>();
  for (const variant of variants(schema)) {
    const own = kindsOfVariant(variant);
    if (own === undefined) return undefined;
    for (const kind of own) kinds.add(kind);
  }
  return kinds;
}

function kindsOfVariant(schema: JsonSchema): readonly Kind[] | undefined {
  const values = valuesOf(schema);
  if (values !== undefined) return values.map((value) => plainKind(value));
  if (typeof schema.type === "string" && Object.hasOwn(kindsOfTypes, schema.type)) {
    const kind = kindsOfTypes[schema.type];
    return kind === undefined ? undefined : [kind];
  }
  return isJsonObject(schema.properties) ? ["object"] : undefined;
}

function plainKind(value: Json): Kind {
  const kind = kindOf(value);
  return kind === "secret" || kind === "foreign" ? "object" : kind;
}

/** The values of an enumeration or constant. */
export function valuesOf(schema: JsonSchema): readonly Json[] | undefined {
  if (schema.const !== undefined) return [schema.const];
  return isList(schema.enum) ? schema.enum : undefined;
}

/** All values that a schema allows, null left out; nothing when they are not listed. */
export function listedValues(schema: JsonSchema): readonly Json[] | undefined {
  const values: Json[] = [];
  for (const variant of variants(schema)) {
    if (variant.type === "null") continue;
    const own = valuesOf(variant);
    if (own === undefined) return undefined;
    values.push(...own.filter((value) => value !== null));
  }
  return values;
}

/** Does the schema allow null? `any` does not count. */
export function isNullable(schema: JsonSchema): boolean {
  return kindsOf(schema)?.has("null") ?? false;
}

/** The schema without null. */
export function withoutNull(schema: JsonSchema): JsonSchema {
  if (!isNullable(schema)) return schema;
  const rest = variants(schema).flatMap((variant) => {
    if (variant.type === "null" || variant.const === null) return [];
    if (!isList(variant.enum)) return [variant];
    const values = variant.enum.filter((value) => value !== null);
    return values.length === 0 ? [] : [{ ...variant, enum: values }];
  });
  return unionOf(rest);
}

/** The schema, or null. */
export function orNull(schema: JsonSchema): JsonSchema {
  if (isAny(schema) || isNullable(schema)) return schema;
  return { anyOf: [...variants(schema), { type: "null" }] };
}

/** What any one of the schemas allows. */
export function unionOf(schemas: readonly JsonSchema[]): JsonSchema {
  const [only, ...others] = schemas;
  // Most unions are of one type: no need to tell its variants from each other by their text.
  if (only !== undefined && others.length === 0) return isAny(only) ? {} : only;
  const all = schemas.flatMap((schema) => variants(schema));
  const distinct = new Map<string, JsonSchema>();
  const hasItems = all.some((variant) => variant.type === "array" && variant.maxItems !== 0);
  for (const variant of all) {
    if (kindsOfVariant(variant) === undefined) return {};
    if (hasItems && variant.maxItems === 0) continue;
    distinct.set(canonicalJson(variant), variant);
  }
  const plain = new Set(all.flatMap((variant) => (isPlain(variant) ? [variant.type] : [])));
  const [first, ...rest] = [...distinct.values()].filter(
    (variant) => valuesOf(variant) === undefined || !plain.has(variant.type),
  );
  if (first === undefined) return { type: "null" };
  return rest.length === 0 ? first : { anyOf: [first, ...rest] };
}

/** A scalar type without further conditions: it takes in its own enumerations. */
function isPlain(schema: JsonSchema): boolean {
  return schema.type !== "array" && schema.type !== "object" && Object.keys(schema).every((key) => key === "type");
}

/** Type of a literal value. */
export function typeOfLiteral(value: null | boolean | number | string): JsonSchema {
  if (value === null) return { type: "null" };
  if (typeof value === "number") return { type: Number.isInteger(value) ? "integer" : "number", const: value };
  return typeof value === "string" ? { type: "string", const: value } : { type: "boolean" };
}

/** Type of `[]`: it adds nothing to the items of a list that it is joined with. */
export const emptyListType: JsonSchema = { type: "array", maxItems: 0 };

/** Type of the items of a list; `{}` when unknown. */
export function itemOf(schema: JsonSchema): JsonSchema {
  const lists = variants(schema).filter((variant) => variant.type === "array");
  const items = lists.map((list) => (isJsonObject(list.items) && list.prefixItems === undefined ? list.items : {}));
  return items.length === 0 ? {} : unionOf(items);
}

/** A field of an object type. */
export type FieldType =
  | { readonly found: true; readonly type: JsonSchema }
  /** No variant has it; `names` are the fields that there are. */
  | { readonly found: false; readonly names: readonly string[] };

/** Type of a field; one that may be missing is nullable. Variants that are no objects are left to the caller. */
export function fieldOf(schema: JsonSchema, name: string): FieldType {
  const objects = variants(schema).filter((variant) => {
    const kinds = kindsOfVariant(variant);
    return kinds === undefined || kinds.includes("object");
  });
  const fields = objects.map((object) => ownField(object, name));
  const types = fields.flatMap((field) => (field === undefined ? [] : [field]));
  if (types.length === 0) return { found: false, names: objects.flatMap((object) => namesOf(object)) };
  const type = unionOf(types);
  return { found: true, type: types.length < fields.length ? orNull(type) : type };
}

function ownField(schema: JsonSchema, name: string): JsonSchema | undefined {
  const { properties, required, additionalProperties } = schema;
  if (isJsonObject(properties) && Object.hasOwn(properties, name)) {
    const type = properties[name];
    if (!isJsonObject(type)) return {};
    // A default stands in for what is missing.
    const isPresent = (isList(required) && namesIn(required).has(name)) || (type.default ?? null) !== null;
    return isPresent ? type : orNull(type);
  }
  if (additionalProperties === false) return undefined;
  if (additionalProperties !== undefined && isRecord(additionalProperties)) return orNull(additionalProperties);
  // Declared fields without a word about others: a name that is not among them is taken for a mistake.
  return isJsonObject(properties) && additionalProperties !== true ? undefined : {};
}

/** A type of thousands of fields is read thousands of times: its list is made a set once. */
const sets = new WeakMap<readonly Json[], ReadonlySet<Json>>();

function namesIn(list: readonly Json[]): ReadonlySet<Json> {
  const known = sets.get(list);
  if (known !== undefined) return known;
  const set = new Set(list);
  sets.set(list, set);
  return set;
}

function namesOf(schema: JsonSchema): readonly string[] {
  return isJsonObject(schema.properties) ? Object.keys(schema.properties) : [];
}
