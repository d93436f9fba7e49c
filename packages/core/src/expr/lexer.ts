import type { Span } from "./ast.js";
import { failSyntax } from "./fault.js";
import { readString } from "./string-literal.js";

/** One token; `text` is the operator, the normalised name, or the source text. */
export interface Token extends Span {
  readonly t: "number" | "string" | "name" | "operator" | "end";
  readonly text: string;
  readonly value?: number | string;
}

const operators2 = ["&&", "||", "==", "!=", "<=", ">=", "??"];
const operators1 = "+-*/%<>!?:.,()[]";
const nameStart = /[\p{L}_]/u;
const nameRest = /[\p{L}\p{N}\p{M}_]*/uy;
const numberForm = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

const instead: Readonly<Record<string, string>> = {
  "=": "there is no assignment; compare with ==",
  "&": "write && for and",
  "|": "write || for or; there are no filters, call a method: x.trim()",
  "{": "there are no maps in expressions; write them in YAML",
  "}": "there are no maps in expressions; write them in YAML",
  "`": "strings stand in ' or \"",
  "‘": "strings stand in straight quotes: ' or \"",
  "’": "strings stand in straight quotes: ' or \"",
  "“": "strings stand in straight quotes: ' or \"",
  "”": "strings stand in straight quotes: ' or \"",
  $: "names are written without $",
  "≠": "write !=",
  "≤": "write <=",
  "≥": "write >=",
};

/** All tokens of an expression, the last one is `end`. Throws a `SyntaxFault`. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    while (isSpace(source.charCodeAt(at))) at += 1;
    const token = readToken(source, at);
    tokens.push(token);
    if (token.t === "end") return tokens;
    at = token.end;
  }
}

function readToken(source: string, start: number): Token {
  if (start >= source.length) return { t: "end", text: "", start: source.length, end: source.length };
  const char = String.fromCodePoint(source.codePointAt(start) ?? 0);
  if (char === "'" || char === '"') {
    const { value, end } = readString(source, start);
    return { t: "string", text: source.slice(start, end), value, start, end };
  }
  if (char >= "0" && char <= "9") return readNumber(source, start);
  if (nameStart.test(char)) {
    const end = matchEnd(nameRest, source, start);
    return { t: "name", text: source.slice(start, end).normalize("NFC"), start, end };
  }
  const two = source.slice(start, start + 2);
  const strict = source.slice(start, start + 3);
  if (strict === "===" || strict === "!==") {
    failSyntax({ start, end: start + 3 }, `'${strict}' is not an operator`, `write ${two}`);
  }
  if (operators2.includes(two)) return { t: "operator", text: two, start, end: start + 2 };
  if (operators1.includes(char)) return { t: "operator", text: char, start, end: start + 1 };
  const help = Object.hasOwn(instead, char) ? instead[char] : undefined;
  return failSyntax({ start, end: start + char.length }, `'${char}' does not belong in an expression`, help);
}

function readNumber(source: string, start: number): Token {
  const end = matchEnd(numberForm, source, start);
  const text = source.slice(start, end);
  const value = Number(text);
  const next = source[end] ?? "";
  if (nameStart.test(next)) {
    const wordEnd = matchEnd(nameRest, source, end);
    failSyntax(
      { start, end: wordEnd },
      `'${source.slice(start, wordEnd)}' is not a number`,
      "numbers are decimal: 12, 0.5, 1e3",
    );
  }
  const isInexact = /^\d+$/.test(text) && !Number.isSafeInteger(value);
  if (!Number.isFinite(value) || isInexact) failSyntax({ start, end }, `${text} is too large to be exact`);
  return { t: "number", text, value, start, end };
}

function matchEnd(form: RegExp, source: string, start: number): number {
  // A sticky expression keeps its position, so a copy stays free of state.
  const sticky = new RegExp(form.source, form.flags);
  sticky.lastIndex = start;
  return start + (sticky.exec(source)?.[0].length ?? 0);
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}
