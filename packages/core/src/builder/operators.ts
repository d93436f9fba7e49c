import { type Node, rootOf } from "../expr/ast.js";
import { parseExpression } from "../expr/parser.js";
import { literal } from "./literal.js";
import { type Expr, isExpr, type Ref, reference, sourceOf } from "./reference.js";

/** A value of this type, or an expression that gives one. */
export type Operand<T> = T | Expr<T>;
type Scalar = string | number | boolean | null;

/** `a == b`. */
export function eq<T extends Scalar>(a: Expr<T>, b: Operand<NoInfer<T> | null>): Expr<boolean> {
  return infix("==", [a, b]);
}

/** `a != b`. */
export function ne<T extends Scalar>(a: Expr<T>, b: Operand<NoInfer<T> | null>): Expr<boolean> {
  return infix("!=", [a, b]);
}

/** `a < b`, of numbers. */
export function lt(a: Operand<number>, b: Operand<number>): Expr<boolean> {
  return infix("<", [a, b]);
}

/** `a <= b`, of numbers. */
export function lte(a: Operand<number>, b: Operand<number>): Expr<boolean> {
  return infix("<=", [a, b]);
}

/** `a > b`, of numbers. */
export function gt(a: Operand<number>, b: Operand<number>): Expr<boolean> {
  return infix(">", [a, b]);
}

/** `a >= b`, of numbers. */
export function gte(a: Operand<number>, b: Operand<number>): Expr<boolean> {
  return infix(">=", [a, b]);
}

/** `a && b && …`. */
export function and(...conditions: readonly [Expr<boolean>, ...Expr<boolean>[]]): Expr<boolean> {
  return infix("&&", conditions);
}

/** `a || b || …`. */
export function or(...conditions: readonly [Expr<boolean>, ...Expr<boolean>[]]): Expr<boolean> {
  return infix("||", conditions);
}

/** `!a`. */
export function not(condition: Expr<boolean>): Expr<boolean> {
  return reference<boolean>(`!${operand(condition)}`);
}

/** `a ?? b`: the other value where the first is null. */
export function orElse<T, U>(value: Expr<T>, other: Operand<U>): Ref<NonNullable<T> | U> {
  return infix("??", [value, other]);
}

/** `json(value)`: its JSON text. */
export function json(value: Expr<unknown>): Expr<string> {
  return reference<string>(`json(${sourceOf(value)})`);
}

/** `size(value)`: characters of a text, items of a list, fields of a map. */
export function size(value: Expr<string | readonly unknown[] | { readonly [name: string]: unknown }>): Expr<number> {
  return reference<number>(`size(${sourceOf(value)})`);
}

/** Source of an operand that may stand beside any operator: in parentheses where it is more than a name, call or literal. */
export function operand(value: unknown): string {
  return atLeast(value, tightest);
}

/** From the loosest to the tightest; operators of one level group from the left. */
const levels: readonly (readonly string[])[] = [
  ["?:"],
  ["??"],
  ["||"],
  ["&&"],
  ["==", "!="],
  ["<", "<=", ">", ">=", "in"],
  ["+", "-"],
  ["*", "/", "%"],
];
const signs = levels.length;
const tightest = signs + 1;

function infix<T>(operator: string, operands: readonly unknown[]): Ref<T> {
  const level = levelNamed(operator);
  const sides = operands.map((side, index) => atLeast(side, index === 0 ? level : level + 1));
  return reference<T>(sides.join(` ${operator} `));
}

function atLeast(value: unknown, level: number): string {
  if (!isExpr(value)) return literal(value);
  const source = sourceOf(value);
  const parsed = parseExpression(source);
  return parsed.ok && levelOf(rootOf(parsed.expression)) < level ? `(${source})` : source;
}

/** A node in parentheses begins before its first part. */
function levelOf(node: Node): number {
  switch (node.k) {
    case "conditional":
      return node.start < node.test.start ? tightest : levelNamed("?:");
    case "coalesce":
      return node.start < node.left.start ? tightest : levelNamed("??");
    case "logical":
    case "binary":
      return node.start < node.left.start ? tightest : levelNamed(node.op);
    case "unary":
      return signs;
    default:
      return tightest;
  }
}

function levelNamed(operator: string): number {
  return levels.findIndex((names) => names.includes(operator));
}
