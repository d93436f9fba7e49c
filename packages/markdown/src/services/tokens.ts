import { expressionMacros } from "@aiw/core";

/** A token of an expression that need not be whole yet. Offsets are those of the expression. */
export interface ExpressionToken {
  readonly kind: "name" | "string" | "number" | "mark";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A macro whose brackets are open: `list.filter(x, …`. */
export interface OpenMacro {
  readonly variable: string;
  /** The list, as written. */
  readonly list: string;
}

const forms =
  /'(?:\\.|[^'\\\n])*(?:'|$)|"(?:\\.|[^"\\\n])*(?:"|$)|[\p{L}_][\p{L}\p{N}\p{M}_]*|\d+(?:\.\d+)?|&&|\|\||[=!<>]=|\?\?|\S/gmu;

/** The tokens of an expression; what is none of the language is a mark. */
export function tokensOf(source: string): readonly ExpressionToken[] {
  return [...source.matchAll(forms)].map(({ 0: text, index }) => ({
    kind: kindOf(text),
    text,
    start: index,
    end: index + text.length,
  }));
}

function kindOf(text: string): ExpressionToken["kind"] {
  if (/^["']/.test(text)) return "string";
  if (/^\d/.test(text)) return "number";
  return /^[\p{L}_]/u.test(text) ? "name" : "mark";
}

/**
 * Index of the token that begins the chain of fields, indexes and calls which ends with the token at `last`; -1 when
 * that token ends no value.
 */
export function chainStart(tokens: readonly ExpressionToken[], last: number): number {
  for (let at = last; ; ) {
    const first = operandStart(tokens, at);
    if (first === -1) return -1;
    if (tokens[first - 1]?.text !== ".") return first;
    at = first - 2;
  }
}

function operandStart(tokens: readonly ExpressionToken[], last: number): number {
  const token = tokens[last];
  if (token === undefined) return -1;
  if (token.kind !== "mark") return last;
  if (token.text !== "]" && token.text !== ")") return -1;
  const open = openOf(tokens, last);
  if (open === -1) return -1;
  const before = tokens[open - 1];
  // A call, an index, or brackets that begin a value.
  if (before?.kind === "name" || before?.kind === "string") return open - 1;
  return before?.text === "]" || before?.text === ")" ? operandStart(tokens, open - 1) : open;
}

function openOf(tokens: readonly ExpressionToken[], close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at -= 1) {
    const text = tokens[at]?.kind === "mark" ? tokens[at]?.text : undefined;
    if (text === ")" || text === "]") depth += 1;
    if (text === "(" || text === "[") depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

/** The macros whose brackets are open at an offset, the outermost first. */
export function openMacros(source: string, tokens: readonly ExpressionToken[], offset: number): readonly OpenMacro[] {
  const open: (OpenMacro | undefined)[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.start >= offset) break;
    if (token.kind !== "mark") continue;
    if (token.text === "(") open.push(macroAt(source, tokens, index));
    if (token.text === ")") open.pop();
  }
  return open.flatMap((macro) => macro ?? []);
}

function macroAt(source: string, tokens: readonly ExpressionToken[], bracket: number): OpenMacro | undefined {
  const [dot, name, , variable, comma] = tokens.slice(bracket - 2, bracket + 3);
  if (dot?.text !== "." || !expressionMacros.some((macro) => macro === name?.text)) return undefined;
  if (variable?.kind !== "name" || comma?.text !== ",") return undefined;
  const start = tokens[chainStart(tokens, bracket - 3)];
  return start === undefined ? undefined : { variable: variable.text, list: source.slice(start.start, dot.start) };
}
