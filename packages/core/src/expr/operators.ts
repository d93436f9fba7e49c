import { Secret } from "../secret.js";
import type { BinaryNode, BinaryOperator, Node, Span } from "./ast.js";
import { equalJson } from "./measure.js";
import { failAt, type Meter } from "./meter.js";
import type { ExprValue } from "./types.js";
import { isList, isRecord, kindInWords, kindOf } from "./value.js";

/** Applies an operator to two values. */
export function applyBinary(node: BinaryNode, left: ExprValue, right: ExprValue, meter: Meter): ExprValue {
  switch (node.op) {
    case "==":
      return isEqual(node, left, right, meter);
    case "!=":
      return !isEqual(node, left, right, meter);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compare(node, left, right, meter);
    case "in":
      return isIn(node, left, right, meter);
    case "+":
      if (typeof left !== "number" || typeof right !== "number") return concatenate(node, left, right, meter);
      return finite(left + right, node);
    default:
      if (typeof left !== "number" || typeof right !== "number") return mismatch(node, left, right);
      return arithmetic(node.op, left, right, node);
  }
}

function arithmetic(op: BinaryOperator, left: number, right: number, span: Span): number {
  switch (op) {
    case "-":
      return finite(left - right, span);
    case "*":
      return finite(left * right, span);
    default:
      if (right === 0) failAt(span, "division by zero", "test the divisor first: n != 0 ? x / n : 0");
      return finite(op === "/" ? left / right : left % right, span);
  }
}

function finite(value: number, span: Span): number {
  if (!Number.isFinite(value)) failAt(span, "the number is too large");
  // JSON has no negative zero.
  return value === 0 ? 0 : value;
}

function concatenate(node: BinaryNode, left: ExprValue, right: ExprValue, meter: Meter): ExprValue {
  if (typeof left === "string" && typeof right === "string") {
    meter.text(node, left.length + right.length);
    return left + right;
  }
  if (isList(left) && isList(right)) {
    meter.items(node, left.length + right.length);
    return [...left, ...right];
  }
  return mismatch(node, left, right);
}

function compare(node: BinaryNode, left: ExprValue, right: ExprValue, meter: Meter): boolean {
  if (typeof left === "number" && typeof right === "number") return order(node.op, left, right);
  if (typeof left === "string" && typeof right === "string") {
    meter.text(node, Math.min(left.length, right.length));
    return order(node.op, left, right);
  }
  if (typeof left === "boolean" && typeof right === "boolean") return order(node.op, Number(left), Number(right));
  return mismatch(node, left, right);
}

function order<T extends number | string>(op: BinaryOperator, left: T, right: T): boolean {
  if (op === "<") return left < right;
  if (op === "<=") return left <= right;
  return op === ">" ? left > right : left >= right;
}

function isEqual(node: BinaryNode, left: ExprValue, right: ExprValue, meter: Meter): boolean {
  if (typeof left === "string" && typeof right === "string") {
    if (left.length === right.length) meter.text(node, left.length);
    return left === right;
  }
  if (left instanceof Secret || right instanceof Secret) return mismatch(node, left, right);
  return equalJson(left, right, (length) => meter.text(node, length));
}

function isIn(node: BinaryNode, item: ExprValue, container: ExprValue, meter: Meter): boolean {
  if (item instanceof Secret) return mismatch(node, item, container);
  if (isList(container)) {
    return container.some((candidate) => equalJson(item, candidate, (length) => meter.text(node, length)));
  }
  if (isRecord(container)) return typeof item === "string" && Object.hasOwn(container, item);
  return mismatch(node, item, container);
}

function mismatch(node: BinaryNode, left: ExprValue, right: ExprValue): never {
  const secret = left instanceof Secret ? left : right;
  if (secret instanceof Secret) return failSecret(node, secret);
  const [a, b] = [kindOf(left), kindOf(right)];
  const message = `'${node.op}' does not work on ${kindInWords(a)} and ${kindInWords(b)}`;
  return failAt(node, message, hintFor(node.op, a, b));
}

/** Nothing may be computed from a secret. */
export function failSecret(span: Span, secret: Secret): never {
  const hint = "pass it on as it is, in env: or in with: of tools and scripts";
  return failAt(span, `secret '${secret.name}' may not be used in an operation`, hint);
}

function hintFor(op: BinaryOperator, left: string, right: string): string | undefined {
  if (left === "null" || right === "null") return "give null a value first: x ?? 'default'";
  if (op === "in" && right === "string") return "write text.contains(part)";
  if (left === "string" && right === "number") return "write number(text), or string(number)";
  if (left === "number" && right === "string") return "write number(text), or string(number)";
  if (op === "+" && (left === "string" || right === "string")) return "write string(x) or json(x)";
  return undefined;
}

/** The value of a condition; anything but true and false is an error. */
export function failNotBoolean(node: Node, value: ExprValue): never {
  if (value instanceof Secret) return failSecret(node, value);
  const kind = kindOf(value);
  const hint = kind === "null" ? "write x ?? false, or x != null" : "compare it: x > 0, x != '', x.size() > 0";
  return failAt(node, `a condition is true or false, not ${kindInWords(kind)}`, hint);
}
