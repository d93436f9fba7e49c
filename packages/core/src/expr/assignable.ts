import { isJsonObject, type JsonSchema } from "../json.js";
import { equalJson } from "./measure.js";
import { isAny, itemOf, orNull, valuesOf, variants } from "./schema-type.js";
import { isList } from "./value.js";

/**
 * Does every value of one type fit another, as far as can be known? `any` fits everything. Null fits an optional
 * field, because a missing field reads as null.
 */
export function isAssignable(from: JsonSchema, to: JsonSchema): boolean {
  return assignable(from, to, 0);
}

function assignable(from: JsonSchema, to: JsonSchema, depth: number): boolean {
  if (depth > 50 || isAny(from) || isAny(to)) return true;
  const targets = variants(to);
  return variants(from).every((source) => targets.some((target) => variantFits(source, target, depth)));
}

function variantFits(from: JsonSchema, to: JsonSchema, depth: number): boolean {
  const [given, allowed] = [valuesOf(from), valuesOf(to)];
  if (allowed !== undefined) {
    // A plain string may hold any text, so it does not fit an enumeration.
    if (given === undefined) return false;
    return given.every((value) => allowed.some((other) => equalJson(value, other, () => {})));
  }
  if (!sameType(typeName(from), typeName(to))) return false;
  if (to.type === "array") return assignable(itemOf(from), itemOf(to), depth + 1);
  return to.type === "object" || isJsonObject(to.properties) ? objectFits(from, to, depth) : true;
}

function typeName(schema: JsonSchema): string {
  if (typeof schema.type === "string") return schema.type;
  const [value] = valuesOf(schema) ?? [];
  if (value === null) return "null";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (isList(value)) return "array";
  return value === undefined || typeof value === "object" ? "object" : typeof value;
}

function sameType(from: string, to: string): boolean {
  return from === to || (from === "integer" && to === "number");
}

function objectFits(from: JsonSchema, to: JsonSchema, depth: number): boolean {
  if (!isJsonObject(from.properties)) return true;
  const given = from.properties;
  const wanted = isJsonObject(to.properties) ? to.properties : {};
  const required = isList(to.required) ? to.required : [];
  const isOpen = from.additionalProperties !== undefined && from.additionalProperties !== false;
  const present = isList(from.required) ? from.required : [];
  const hasRequired = required.every((name) => isOpen || (typeof name === "string" && present.includes(name)));
  if (!hasRequired) return false;
  return Object.entries(given).every(([name, type]) => {
    const target = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    if (target === undefined) return to.additionalProperties !== false;
    if (!isJsonObject(target) || !isJsonObject(type)) return true;
    const isOptional = !required.includes(name);
    return assignable(type, isOptional ? orNull(target) : target, depth + 1);
  });
}
