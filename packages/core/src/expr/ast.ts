import type { Expression } from "./types.js";

/** Where a node stands in the source. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Operators of two values that always evaluate both. */
export type BinaryOperator = "*" | "/" | "%" | "+" | "-" | "<" | "<=" | ">" | ">=" | "==" | "!=" | "in";

/** A literal. */
export interface LiteralNode extends Span {
  readonly k: "literal";
  readonly value: null | boolean | number | string;
}
/** A root name or loop variable. */
export interface NameNode extends Span {
  readonly k: "name";
  readonly name: string;
}
/** `object.name` */
export interface FieldNode extends Span {
  readonly k: "field";
  readonly object: Node;
  readonly name: string;
  readonly nameSpan: Span;
}
/** `object[index]` */
export interface IndexNode extends Span {
  readonly k: "index";
  readonly object: Node;
  readonly index: Node;
}
/** `[a, b]` */
export interface ListNode extends Span {
  readonly k: "list";
  readonly items: readonly Node[];
}
/** `!a`, `-a` */
export interface UnaryNode extends Span {
  readonly k: "unary";
  readonly op: "!" | "-";
  readonly operand: Node;
}
/** `a + b` */
export interface BinaryNode extends Span {
  readonly k: "binary";
  readonly op: BinaryOperator;
  readonly left: Node;
  readonly right: Node;
}
/** `a && b`, `a || b` */
export interface LogicalNode extends Span {
  readonly k: "logical";
  readonly op: "&&" | "||";
  readonly left: Node;
  readonly right: Node;
}
/** `a ?? b` */
export interface CoalesceNode extends Span {
  readonly k: "coalesce";
  readonly left: Node;
  readonly right: Node;
}
/** `test ? yes : no` */
export interface ConditionalNode extends Span {
  readonly k: "conditional";
  readonly test: Node;
  readonly yes: Node;
  readonly no: Node;
}
/** `name(args)` */
export interface CallNode extends Span {
  readonly k: "call";
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Node[];
}
/** `object.name(args)` */
export interface MethodNode extends Span {
  readonly k: "method";
  readonly object: Node;
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Node[];
}
/** `object.name(variable, body)` */
export interface MacroNode extends Span {
  readonly k: "macro";
  readonly object: Node;
  readonly name: MacroName;
  readonly nameSpan: Span;
  readonly variable: string;
  readonly variableSpan: Span;
  readonly body: Node;
}

/** The macros of the language. */
export type MacroName = "filter" | "map" | "exists" | "all";

/** A node of the tree that `parseExpression` makes. */
export type Node =
  | LiteralNode
  | NameNode
  | FieldNode
  | IndexNode
  | ListNode
  | UnaryNode
  | BinaryNode
  | LogicalNode
  | CoalesceNode
  | ConditionalNode
  | CallNode
  | MethodNode
  | MacroNode;

/** The tree of a parsed expression. */
export function rootOf(expression: Expression): Node {
  const { root } = expression;
  if (!isNode(root)) throw new TypeError("not an expression of parseExpression");
  return root;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "k" in value;
}

/** A member path without anything computed: `steps.fetch.output`, `steps['fetch']`. */
export interface StaticPath {
  readonly path: readonly string[];
  readonly parts: readonly Span[];
}

/** The member path that a node is, if it is one. */
export function staticPath(node: Node): StaticPath | undefined {
  const path: string[] = [];
  const parts: Span[] = [];
  let at: Node = node;
  while (at.k !== "name") {
    if (at.k === "field") {
      path.push(at.name);
      parts.push({ start: at.nameSpan.start, end: at.nameSpan.end });
    } else if (at.k === "index" && at.index.k === "literal" && typeof at.index.value === "string") {
      path.push(at.index.value);
      parts.push({ start: at.index.start, end: at.index.end });
    } else return undefined;
    at = at.object;
  }
  path.push(at.name);
  parts.push({ start: at.start, end: at.end });
  return { path: path.reverse(), parts: parts.reverse() };
}
