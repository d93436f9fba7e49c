import type { BinaryOperator, Node, Span } from "./ast.js";
import { functions, isMacro, macros, methods, otherNames, type Signature } from "./catalog.js";
import { failSyntax, problemAt, SyntaxFault } from "./fault.js";
import { type Token, tokenize } from "./lexer.js";
import { nearest } from "./nearest.js";
import type { ParsedExpression } from "./types.js";

/** Longest source of an expression, in UTF-16 units. */
export const maxExpressionLength = 4_096;
/** Most nodes of an expression. */
export const maxExpressionNodes = 500;
/** Deepest nesting of brackets, calls, signs and conditionals. */
export const maxExpressionDepth = 60;

/** Parses one expression, without its braces. Never throws on bad input; at most one problem is reported. */
export function parseExpression(source: string): ParsedExpression {
  if (source.length > maxExpressionLength) {
    const message = `the expression is longer than ${maxExpressionLength} characters`;
    const span = { start: 0, end: source.length };
    return { ok: false, problem: problemAt("too_long", span, message, "compute it in a script step") };
  }
  try {
    return { ok: true, expression: { source, root: new Parser(tokenize(source)).parse() } };
  } catch (error) {
    if (error instanceof SyntaxFault) return { ok: false, problem: error.problem };
    throw error;
  }
}

const levels: readonly (readonly string[])[] = [
  ["??"],
  ["||"],
  ["&&"],
  ["==", "!="],
  ["<", "<=", ">", ">=", "in"],
  ["+", "-"],
  ["*", "/", "%"],
];
const keywords: Readonly<Record<string, true | false | null>> = { true: true, false: false, null: null };
const wordOperators: Readonly<Record<string, string>> = { and: "&&", or: "||", not: "!", is: "==" };

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #nodes = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Node {
    if (this.#peek().t === "end") failSyntax(this.#peek(), "the expression is empty");
    const root = this.#expression();
    const rest = this.#peek();
    if (rest.t !== "end") this.#unexpected(rest, "an operator or the end");
    return root;
  }

  #expression(): Node {
    this.#enter();
    const test = this.#binary(0);
    if (!this.#take("?")) return this.#leave(test);
    const yes = this.#expression();
    this.#expect(":", "the ':' of '?'");
    const no = this.#expression();
    return this.#leave(this.#node({ k: "conditional", test, yes, no, start: test.start, end: no.end }));
  }

  #binary(level: number): Node {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const token = this.#peek();
      const isOperator = (token.t === "operator" || token.text === "in") && operators.includes(token.text);
      if (!isOperator || token.t === "string") return left;
      this.#at += 1;
      left = this.#node(infix(token.text, left, this.#binary(level + 1)));
    }
  }

  #unary(): Node {
    const token = this.#peek();
    if (token.t !== "operator" || (token.text !== "!" && token.text !== "-")) return this.#postfix();
    this.#enter();
    this.#at += 1;
    const operand = this.#unary();
    const span = { start: token.start, end: operand.end };
    this.#depth -= 1;
    if (token.text === "-" && operand.k === "literal" && typeof operand.value === "number" && operand.value > 0) {
      return { k: "literal", value: -operand.value, ...span };
    }
    return this.#node({ k: "unary", op: token.text, operand, ...span });
  }

  #postfix(): Node {
    let object = this.#primary();
    for (;;) {
      if (this.#take(".")) object = this.#member(object);
      else if (this.#take("[")) {
        const index = this.#expression();
        const close = this.#expect("]", "']'");
        object = this.#node({ k: "index", object, index, start: object.start, end: close.end });
      } else return object;
    }
  }

  #member(object: Node): Node {
    const name = this.#peek();
    if (name.t !== "name") this.#unexpected(name, "a field or method name after '.'");
    this.#at += 1;
    const nameSpan = { start: name.start, end: name.end };
    if (!this.#take("(")) {
      return this.#node({ k: "field", object, name: name.text, nameSpan, start: object.start, end: name.end });
    }
    if (isMacro(name.text)) return this.#macro(object, name);
    const signature = lookUp(methods, name.text);
    if (signature === undefined) return unknownCall(name, "method", [...Object.keys(methods), ...macros]);
    const args = this.#arguments();
    const end = this.#lastEnd();
    checkCount(name, signature, args);
    return this.#node({ k: "method", object, name: name.text, nameSpan, args, start: object.start, end });
  }

  #macro(object: Node, name: Token): Node {
    if (!isMacro(name.text)) return failSyntax(name, `'${name.text}' is no macro`);
    const usage = `write list.${name.text}(x, ${name.text === "map" ? "value" : "condition"})`;
    const variable = this.#peek();
    const next = this.#tokens[this.#at + 1];
    const isName = variable.t === "name" && !Object.hasOwn(keywords, variable.text) && variable.text !== "in";
    if (!isName || next?.text !== ",") {
      throw new SyntaxFault(
        problemAt("wrong_arguments", name, `'${name.text}' takes a variable and an expression`, usage),
      );
    }
    this.#at += 2;
    const body = this.#expression();
    const close = this.#expect(")", "')'");
    return this.#node({
      k: "macro",
      object,
      name: name.text,
      nameSpan: { start: name.start, end: name.end },
      variable: variable.text,
      variableSpan: { start: variable.start, end: variable.end },
      body,
      start: object.start,
      end: close.end,
    });
  }

  #primary(): Node {
    const token = this.#peek();
    this.#at += 1;
    const span = { start: token.start, end: token.end };
    if (token.value !== undefined) return this.#node({ k: "literal", value: token.value, ...span });
    if (token.t === "name") return this.#named(token);
    if (token.t === "operator" && token.text === "(") {
      const inner = this.#expression();
      const close = this.#expect(")", "')'");
      return { ...inner, start: token.start, end: close.end };
    }
    if (token.t === "operator" && token.text === "[") {
      const items = this.#items("]");
      return this.#node({ k: "list", items, start: token.start, end: this.#lastEnd() });
    }
    this.#at -= 1;
    return this.#unexpected(token, "a value");
  }

  #named(token: Token): Node {
    const span = { start: token.start, end: token.end };
    if (token.text === "in") return this.#unexpected(token, "a value");
    if (Object.hasOwn(keywords, token.text)) {
      return this.#node({ k: "literal", value: keywords[token.text] ?? null, ...span });
    }
    if (!this.#take("(")) return this.#node({ k: "name", name: token.text, ...span });
    const signature = lookUp(functions, token.text);
    if (signature === undefined) return unknownCall(token, "function", Object.keys(functions));
    const args = this.#arguments();
    checkCount(token, signature, args);
    return this.#node({
      k: "call",
      name: token.text,
      nameSpan: span,
      args,
      start: token.start,
      end: this.#lastEnd(),
    });
  }

  #arguments(): readonly Node[] {
    return this.#items(")");
  }

  #items(close: "]" | ")"): readonly Node[] {
    const items: Node[] = [];
    while (!this.#take(close)) {
      if (items.length > 0) {
        this.#expect(",", `',' or '${close}'`);
        if (this.#take(close)) break;
      }
      items.push(this.#expression());
    }
    return items;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { t: "end", text: "", start: 0, end: 0 };
  }

  #take(text: string): boolean {
    const token = this.#peek();
    if (token.t !== "operator" || token.text !== text) return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string, what: string): Token {
    const token = this.#peek();
    if (!this.#take(text)) this.#unexpected(token, what);
    return token;
  }

  #lastEnd(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  #enter(): void {
    this.#depth += 1;
    if (this.#depth <= maxExpressionDepth) return;
    const message = `the expression is nested deeper than ${maxExpressionDepth} levels`;
    throw new SyntaxFault(problemAt("too_deep", this.#peek(), message, "compute it in a script step"));
  }

  #leave(node: Node): Node {
    this.#depth -= 1;
    return node;
  }

  #node(node: Node): Node {
    this.#nodes += 1;
    if (this.#nodes <= maxExpressionNodes) return node;
    const message = `the expression has more than ${maxExpressionNodes} parts`;
    throw new SyntaxFault(problemAt("too_long", node, message, "compute it in a script step"));
  }

  #unexpected(token: Token, wanted: string): never {
    if (token.t === "end") failSyntax(token, `the expression ends where ${wanted} should follow`);
    const operator = Object.hasOwn(wordOperators, token.text) ? wordOperators[token.text] : undefined;
    const help = token.t === "name" && operator !== undefined ? `write ${operator}` : undefined;
    failSyntax(token, `'${token.text}' stands where ${wanted} should be`, help);
  }
}

function infix(operator: string, left: Node, right: Node): Node {
  const span: Span = { start: left.start, end: right.end };
  if (operator === "??") return { k: "coalesce", left, right, ...span };
  if (operator === "&&" || operator === "||") return { k: "logical", op: operator, left, right, ...span };
  return { k: "binary", op: binaryOperator(operator), left, right, ...span };
}

const binaryOperators: readonly BinaryOperator[] = ["*", "/", "%", "+", "-", "<", "<=", ">", ">=", "==", "!=", "in"];

function binaryOperator(text: string): BinaryOperator {
  const operator = binaryOperators.find((candidate) => candidate === text);
  if (operator === undefined) throw new TypeError(`no operator ${text}`);
  return operator;
}

function lookUp(table: Readonly<Record<string, Signature>>, name: string): Signature | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function checkCount(name: Token, signature: Signature, args: readonly Node[]): void {
  const { required, params, usage } = signature;
  if (args.length >= required && args.length <= params.length) return;
  const wanted = required === params.length ? `${required}` : `${required} to ${params.length}`;
  const message = `'${name.text}' takes ${wanted} ${wanted === "1" ? "argument" : "arguments"}, not ${args.length}`;
  throw new SyntaxFault(problemAt("wrong_arguments", name, message, `write ${usage}`));
}

function unknownCall(name: Token, kind: "function" | "method", known: readonly string[]): never {
  const elsewhere = lookUp(kind === "function" ? methods : functions, name.text);
  const other = Object.hasOwn(otherNames, name.text) ? otherNames[name.text] : undefined;
  const near = nearest(name.text, known);
  const macro = isMacro(name.text) ? `write list.${name.text}(x, …)` : undefined;
  const moved = elsewhere === undefined ? undefined : `write ${elsewhere.usage}`;
  const help =
    moved ?? macro ?? other ?? (near === undefined ? `there is: ${known.join(", ")}` : `did you mean '${near}'?`);
  throw new SyntaxFault(problemAt("unknown_function", name, `there is no ${kind} '${name.text}'`, help));
}
