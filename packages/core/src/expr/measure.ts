import type { Json } from "../json.js";
import { Secret } from "../secret.js";
import type { Span } from "./ast.js";
import { failAt } from "./meter.js";
import { isList, isRecord, kindOf } from "./value.js";

/** Most values in what an expression builds. */
export const maxResultValues = 1_000_000;
/** Most characters in what an expression builds. */
export const maxResultLength = 16 * 1024 * 1024;
/** Deepest nesting that expressions look through. */
export const maxValueDepth = 500;

/**
 * Checks that a value can be written as JSON without surprise: shared parts count each time they occur, so a small
 * expression cannot stand for gigabytes. Throws `expression_failed`.
 *
 * @returns The number of characters of all strings and keys in it.
 */
export function measure(value: unknown, span: Span): number {
  const size = { values: 0, length: 0 };
  walk(value, span, size, 0);
  return size.length;
}

function walk(value: unknown, span: Span, size: { values: number; length: number }, depth: number): void {
  size.values += 1;
  if (typeof value === "string") size.length += value.length;
  if (size.values > maxResultValues || size.length > maxResultLength) {
    failAt(span, "the value is too large", "compute it in a script step");
  }
  if (typeof value !== "object" || value === null) {
    if (kindOf(value) === "foreign") failAt(span, "the value is not JSON");
    return;
  }
  if (depth > maxValueDepth) failAt(span, `the value is nested deeper than ${maxValueDepth} levels`);
  if (value instanceof Secret) failAt(span, `secret '${value.name}' may only be passed on whole`);
  if (isList(value)) {
    for (const item of value) walk(item, span, size, depth + 1);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    size.length += key.length;
    walk(item, span, size, depth + 1);
  }
}

/** Deep equality of JSON values; values of different kinds are unequal. `count` is called for each pair. */
export function equalJson(left: Json, right: Json, count: (length: number) => void): boolean {
  return equal(left, right, count, 0);
}

function equal(left: Json, right: Json, count: (length: number) => void, depth: number): boolean {
  if (typeof left === "string" && typeof right === "string") {
    count(left.length === right.length ? left.length : 0);
    return left === right;
  }
  count(0);
  if (left === right) return true;
  if (depth > maxValueDepth) return false;
  if (isList(left)) {
    if (!isList(right) || left.length !== right.length) return false;
    return left.every((item, index) => equal(item, right[index] ?? null, count, depth + 1));
  }
  if (!isRecord(left) || isList(right) || !isRecord(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every(
    (key) => Object.hasOwn(right, key) && equal(left[key] ?? null, right[key] ?? null, count, depth + 1),
  );
}
